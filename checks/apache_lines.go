package checks

import (
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// namelessKinds are lines that Apache writes about a backend without naming its address.
var namelessKinds = [...]errlog.Kind{errlog.ReadTimeout, errlog.ReadReset, errlog.PrematureClose, errlog.ReadTimeoutBody, errlog.PrematureCloseBody, errlog.SendReset,
	errlog.HeaderTooBig, errlog.InvalidHeader, errlog.FastCGIVersion, errlog.NoProtocolHandler, errlog.ResolveFailed, errlog.TLSHandshake, errlog.TLSVerify,
	errlog.AJPFailed, errlog.BalancerDown}

// fits says that a line which names no address can be about this hop, by its protocol: of Apache's many kinds, of those of
// gateways written in Go what crypto/tls says.
func (l *live) fits(line sysinfo.LogLine) bool {
	if src := line.Event.Source; src == errlog.Caddy || src == errlog.Traefik {
		return line.Upstream.Address == "" && l.Scheme == "https" && (line.Kind == errlog.TLSVerify || line.Kind == errlog.TLSHandshake)
	}
	if line.Event.Source != errlog.Apache || line.Upstream.Address != "" || line.Name != "" && line.Kind == errlog.BalancerDown || !slices.Contains(namelessKinds[:], line.Kind) {
		return false
	}
	switch {
	case line.Kind == errlog.AJPFailed:
		return l.Scheme == "ajp"
	case line.Upstream.Scheme != "":
		return line.Upstream.Scheme == l.Scheme
	case line.Kind == errlog.HeaderTooBig, line.Kind == errlog.InvalidHeader && strings.Contains(line.Message, "AH01106"):
		return l.Scheme == "http" || l.Scheme == "https"
	case line.Kind == errlog.TLSHandshake, line.Kind == errlog.TLSVerify:
		return l.Scheme == "https"
	}
	return true
}

// ofBlock says that a line is about the balancer of this hop.
func (l *live) ofBlock(line sysinfo.LogLine) bool {
	return line.Kind == errlog.BalancerDown && l.named(line.Name)
}

// only says that such a line is about this hop for want of another one of its site.
func (l *live) only(line sysinfo.LogLine) bool {
	if !l.fits(line) {
		return false
	}
	hops := l.Site.Hops
	if line.Site() == "" {
		hops = allHops(l.Site.Gateway)
	}
	for _, h := range hops {
		other := live{Hop: h}
		if h.Address() != l.Address() && other.fits(line) {
			return false
		}
	}
	return true
}
