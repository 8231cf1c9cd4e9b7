package sysinfo

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// publicWait is how long a name server may take: the facts it brings must not hold up a run.
const publicWait = 250 * time.Millisecond

// PublicName says that a name can be asked for in public DNS: RFC 6761 and its kin take out names for tests and homes.
func PublicName(name string) bool {
	if _, err := netip.ParseAddr(name); err == nil || !strings.Contains(name, ".") || strings.ContainsAny(name, "*~^$ /_") {
		return false
	}
	for _, end := range []string{".test", ".local", ".localhost", ".localdomain", ".internal", ".invalid", ".example", ".lan", ".home", ".corp", ".arpa", "example.com", "example.net", "example.org"} {
		if strings.HasSuffix(name, end) {
			return false
		}
	}
	return true
}

// PublicSite is the public name this run is about: the URL's, or the first site's that has one.
func (f *Facts) PublicSite(ctx context.Context) (string, *Site) {
	if u := f.AskedURL(); u != nil {
		if !PublicName(u.Hostname()) {
			return "", nil
		}
		if s := f.Target(ctx); s != nil {
			return u.Hostname(), s
		}
		for _, s := range f.Sites(ctx) { // nobody listens at the address to which the name leads
			if s.Name == u.Hostname() || slices.Contains(s.Names, u.Hostname()) {
				return u.Hostname(), s
			}
		}
		return "", nil
	}
	for _, s := range f.Sites(ctx) {
		if PublicName(s.Name) {
			return s.Name, s
		}
	}
	return "", nil
}

// PublicAddrs are the addresses that a name has outside of this machine; none when it may not be asked, or when the hosts
// file decides. An answer of the hosts file is what this machine believes, not what visitors get.
func (f *Facts) PublicAddrs(ctx context.Context, name string) ([]netip.Addr, error) {
	return Memo(f, "public "+name, func() ([]netip.Addr, error) {
		if f.Offline || f.Host.Files || len(readHosts(f.Host.Root)[strings.ToLower(name)]) > 0 {
			return nil, nil
		}
		ctx, cancel := context.WithTimeout(ctx, publicWait)
		defer cancel()
		addrs, err := f.Host.Resolve(ctx, name)
		if err != nil {
			return nil, fmt.Errorf("look up %s: %w", name, err)
		}
		slices.SortStableFunc(addrs, func(a, b netip.Addr) int { return a.BitLen() - b.BitLen() }) // IPv4 first
		return addrs, nil
	})
}

// AskPublic asks for the page that this run is about the way visitors reach it, once a run.
func (f *Facts) AskPublic(ctx context.Context, s *Site, name string, to netip.Addr) (Answer, error) {
	return Memo(f, "public answer "+name+to.String(), func() (Answer, error) {
		port, tls := uint16(80), false
		for _, l := range s.Listen {
			if l.TLS {
				port, tls = 443, true
			}
		}
		uri := "/"
		if u := f.AskedURL(); u != nil {
			uri = u.RequestURI()
		}
		return f.Host.Ask(ctx, Question{Network: "tcp", Address: netip.AddrPortFrom(to, port).String(), TLS: tls, Host: name, URI: uri, Wait: 2 * publicWait})
	})
}
