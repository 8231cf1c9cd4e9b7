package checks

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// tunnelWay is one line of cloudflared's ingress rules: which name it hands to which address (cloudflared, ingress/ingress.go).
type tunnelWay struct {
	name    string        // hostname of the rule; empty of the one for all others
	service *url.URL      // http://localhost:8080
	raw     string        // as it stands in the file
	at      sysinfo.Place // of the service
}

var (
	tunnelName    = whenAsked(`^\s*(?:-\s+)?hostname:\s*["']?([\w.*-]+)`)
	tunnelService = whenAsked(`^\s*(-\s+)?(?:service|url):\s*["']?((?:https?|unix(?:\+tls)?|tcp)://?[^\s"'#]+)`)
	tunnelRule    = whenAsked(`^\s*-\s`)
)

// tunnelWays reads cloudflared's file; with a token the dashboard keeps its rules, and there is none.
func tunnelWays(f *sysinfo.Facts, files ...string) []tunnelWay {
	var out []tunnelWay
	name := ""
	for at, line := range linesIn(f.Host.Root, files...) {
		if tunnelRule.MatchString(line) {
			name = ""
		}
		if m := tunnelName.FindStringSubmatch(line); m != nil {
			name = m[1]
			if n := len(out); n > 0 && out[n-1].name == "" && out[n-1].at.File == at.File && !tunnelRule.MatchString(line) {
				out[n-1].name = name // a rule may begin with its service
			}
		}
		if m := tunnelService.FindStringSubmatch(line); m != nil {
			if u, err := url.Parse(m[2]); err == nil {
				out = append(out, tunnelWay{name, u, m[2], at})
			}
		}
	}
	return out
}

// tunnelFiles are the configurations that a cloudflared may read: the one its command names, else the usual ones (cloudflared, config/configuration.go).
func tunnelFiles(u sysinfo.Unit) []string {
	words := strings.Fields(u.Exec)
	for i, w := range words {
		if name, ok := strings.CutPrefix(w, "--config="); ok {
			return []string{name}
		}
		if w == "--config" && i+1 < len(words) {
			return []string{words[i+1]}
		}
	}
	return []string{"/etc/cloudflared/config.yml", "/etc/cloudflared/config.yaml"}
}

// loopback is the addresses of this machine's own loopback that a service names; none of a service that is elsewhere, or of another kind.
func (w tunnelWay) loopback() []netip.AddrPort {
	port, err := strconv.Atoi(w.service.Port())
	switch {
	case err == nil:
	case w.service.Scheme == "http":
		port = 80
	case w.service.Scheme == "https":
		port = 443
	default:
		return nil
	}
	if w.service.Hostname() == "localhost" {
		return []netip.AddrPort{netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(port)), netip.AddrPortFrom(netip.IPv6Loopback(), uint16(port))}
	}
	if a, err := netip.ParseAddr(w.service.Hostname()); err == nil && a.IsLoopback() {
		return []netip.AddrPort{netip.AddrPortFrom(a, uint16(port))}
	}
	return nil
}

// tunnelLeadsNowhere: cloudflared is connected, and nobody listens at an address of this machine to which its file leads visitors. The asked name comes
// first; what cloudflared says of no visitor there, and nobody asked about, is a warning. Its lines since its start are nil where only root may read them.
func tunnelLeadsNowhere(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, ways []tunnelWay, lines []sysinfo.JournalLine) *Finding {
	all, err := f.Listeners(ctx, nil)
	if err != nil || u.Manager != "" { // in a container, localhost is that container
		return nil
	}
	asked := ""
	if x, err := url.Parse(f.URL); err == nil {
		asked = x.Hostname()
	}
	held := func(to netip.AddrPort) bool {
		return slices.ContainsFunc(all, func(s sysinfo.Socket) bool { return s.Serves(to) })
	}
	dead := slices.DeleteFunc(slices.Clone(ways), func(w tunnelWay) bool { return len(w.loopback()) == 0 || slices.ContainsFunc(w.loopback(), held) })
	if len(dead) == 0 {
		return nil
	}
	w := dead[max(slices.IndexFunc(dead, func(w tunnelWay) bool { return w.name == asked && asked != "" }), 0)]
	found := &Finding{Status: Warn, Where: w.at, Summary: fmt.Sprintf("%s leads %s to %s, where nothing listens: visitors see Cloudflare's 502", unitWord(u.Name), w.whose(), w.service.Host),
		Evidence: []Evidence{lineOf(f.Host.Root, w.at), {Source: "ss -ltn", Text: "no listener for " + w.service.Host}}, Fix: w.toSite(ctx, f, u)}
	met := slices.IndexFunc(lines, func(l sysinfo.JournalLine) bool {
		return strings.Contains(l.Text, unreached) && strings.Contains(l.Text, w.service.Host)
	})
	if met >= 0 {
		found.Evidence = append(found.Evidence, journalSays(lines[met]))
	}
	if w.name != "" && w.name == asked || asked == "" && (met >= 0 || lines == nil) {
		found.Status, found.Confidence = Fail, 0.9
	}
	return found
}

// unreached is what cloudflared says of an address that it leads a visitor to and that does not answer (cloudflared, proxy/proxy.go).
const unreached = "Unable to reach the origin service"

func journalSays(l sysinfo.JournalLine) Evidence {
	return Evidence{Source: l.Source, Text: Quote(l.Text), Time: l.Time}
}

func (w tunnelWay) whose() string {
	if w.name == "" {
		return "its visitors"
	}
	return w.name
}

// toSite leads a name to where a gateway of this machine has it.
func (w tunnelWay) toSite(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) Fix {
	x := Fix{Title: "Lead it to where the site listens", Risk: Low}
	gateways, _ := f.Gateways(ctx)
	for _, g := range gateways {
		for _, s := range g.Sites {
			if w.name == "" || !s.Called(w.name) || !g.Running() || g.Foreign {
				continue
			}
			for _, l := range s.Listen {
				if l.Unix != "" || l.Proxied || l.TLS != (w.service.Scheme == "https") || !(l.Addr.Addr().IsUnspecified() || l.Addr.Addr().IsLoopback()) {
					continue
				}
				is := net.JoinHostPort(w.service.Hostname(), strconv.Itoa(int(l.Addr.Port())))
				if l.Addr.Addr().IsLoopback() {
					is = l.Addr.String()
				}
				now := w.service.Scheme + "://" + is
				x.Undo = also(replace(f.Host.Root, w.at, now, w.raw), u.Command("restart"))
				return x.Do(fmt.Sprintf("%s has %s at port %d", g.Title(), w.name, l.Addr.Port()), "%s", replace(f.Host.Root, w.at, w.raw, now)).
					Do("cloudflared reads its file only when it starts", "%s%s", u.Command("restart"), warmUp(u))
			}
		}
	}
	return x.Do("Who listens, and where", "ss -ltnp").Tell("Start the app that %s means, or correct the address at %s and restart %s", w.service.Host, w.at, unitWord(u.Name))
}
