package visit

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"fix502/checks"
	"fix502/checks/marks"
	"fix502/sysinfo"
)

// connection asks two pages that exist to be asked whether the internet is there.
func connection() checks.Check {
	return checks.Check{ID: "visit-connection", Title: "Our own connection works", For: checks.Visitor, Topic: Topic,
		Means: `If other well-known pages fail as well, the trouble is on this side: the cable, the Wi-Fi, a login page of a hotel, the provider.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]checks.Finding, error) {
			if f.Offline {
				return nil, sysinfo.ErrOffline
			}
			var last error
			for _, p := range []struct {
				host, uri string
				want      int
			}{{"connectivitycheck.gstatic.com", "/generate_204", 204}, {"detectportal.firefox.com", "/success.txt", 200}} {
				addrs, err := f.Host.Resolve(ctx, p.host)
				if err != nil || len(addrs) == 0 {
					last = fmt.Errorf("%s: no address", p.host)
					continue
				}
				a, err := f.Host.Ask(ctx, sysinfo.Question{Network: "tcp", Address: netip.AddrPortFrom(addrs[0], 80).String(), Host: p.host, URI: p.uri, Wait: 3 * time.Second})
				switch {
				case errors.Is(err, sysinfo.ErrFilesOnly):
					return nil, err
				case err != nil:
					last = err
				case a.Status == p.want:
					return []checks.Finding{{Status: checks.Pass, Summary: fmt.Sprintf("%s answers in %d ms", p.host, a.Took.Milliseconds())}}, nil
				case a.Status > 0:
					return []checks.Finding{{Status: checks.Warn, Summary: fmt.Sprintf("%s answers %d instead of %d: a login page or a proxy stands in between", p.host, a.Status, p.want)}}, nil
				default:
					last = fmt.Errorf("%s: %s", p.host, reason(a))
				}
			}
			return []checks.Finding{{Status: checks.Warn, Summary: "well-known pages cannot be reached from here either: " + last.Error()}}, nil
		}}
}

// gateway names who sent the error.
func gateway() checks.Check {
	return checks.Check{ID: "visit-gateway", Title: "Who sends the error", For: checks.Visitor, Topic: Topic,
		Means: `A 502 is always sent by a server in the middle, which got no proper answer from the next one. Its headers and its page give away which one
it is, and so between which two the break sits: that is what the owner wants to know first.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]checks.Finding, error) {
			all, err := Tries(ctx, f)
			if err != nil {
				return nil, nil // visit-repeat says so
			}
			for _, a := range slices.Backward(all) {
				if !Bad(a) {
					continue
				}
				s := marks.Fingerprint(a)
				if s.Name == "" {
					return []checks.Finding{{Status: checks.Warn, Summary: fmt.Sprintf("%d from a server that does not say who it is", a.Status)}}, nil
				}
				ev := []checks.Evidence{{Source: a.Question.Address, Text: s.By, Time: a.At}, {Source: "what it means", Text: s.Break}}
				if s.Ray != "" {
					ev = append(ev, checks.Evidence{Source: "incident number", Text: s.Ray})
				}
				return []checks.Finding{{Status: checks.Warn, Summary: fmt.Sprintf("%d sent by %s", a.Status, s.Name), Evidence: ev}}, nil
			}
			return nil, nil
		}}
}

// local looks for what stands between this machine and the page: a proxy, the hosts file, a tunnel.
func local() checks.Check {
	return checks.Check{ID: "visit-local", Title: "Nothing on this machine stands in the way", For: checks.Visitor, Topic: Topic,
		Means: `A proxy in the settings, a line in the hosts file, a VPN or an old DNS answer can lead to another server than everybody else reaches. Then only
we see the 502.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]checks.Finding, error) {
			var out []checks.Finding
			add := func(ev checks.Evidence, format string, args ...any) {
				out = append(out, checks.Finding{Status: checks.Warn, Summary: fmt.Sprintf(format, args...), Evidence: []checks.Evidence{ev}})
			}
			if k, v := proxy(f); k != "" {
				add(checks.Evidence{Source: "environment", Text: k + "=" + v}, "programs on this machine use a proxy: %s", v)
			}
			host := hostname(f)
			if at, line := hostsLine(f, host); line != "" {
				add(checks.Evidence{Source: at, Text: line}, "the hosts file overrides the address of %s", host)
			}
			if dev := tunnel(ctx, f, host); dev != "" {
				add(checks.Evidence{Source: "ip route", Text: "dev " + dev}, "the way to the page leads through a VPN (%s)", dev)
			}
			if len(out) == 0 {
				out = append(out, checks.Finding{Status: checks.Pass, Summary: "no proxy, no line in the hosts file, no VPN on the way; asked at " + resolvers(f)})
			}
			return out, nil
		}}
}

func hostname(f *sysinfo.Facts) string {
	if u := f.AskedURL(); u != nil {
		return u.Hostname()
	}
	return ""
}

func proxy(f *sysinfo.Facts) (key, value string) {
	for _, k := range []string{"https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"} {
		if v := f.Host.Env(k); v != "" {
			return k, v
		}
	}
	return "", ""
}

func hostsLine(f *sysinfo.Facts, host string) (place, line string) {
	b, err := f.Host.Root.ReadFile("/etc/hosts")
	if err != nil || host == "" || host == "localhost" {
		return "", ""
	}
	for i, l := range strings.Split(string(b), "\n") {
		text, _, _ := strings.Cut(l, "#")
		if w := strings.Fields(text); len(w) > 1 && slices.Contains(w[1:], host) {
			return fmt.Sprintf("/etc/hosts:%d", i+1), strings.TrimSpace(l)
		}
	}
	return "", ""
}

func tunnel(ctx context.Context, f *sysinfo.Facts, host string) string {
	if host == "" || f.Offline {
		return ""
	}
	addrs, err := f.Host.Resolve(ctx, host)
	if err != nil || len(addrs) == 0 {
		return ""
	}
	r, err := f.Host.Route(ctx, addrs[0])
	if err != nil {
		return ""
	}
	for _, p := range []string{"tun", "tap", "wg", "ppp", "tailscale", "utun", "nordlynx", "proton"} {
		if strings.HasPrefix(r.Dev, p) {
			return r.Dev
		}
	}
	return ""
}

// resolvers are the name servers of this machine.
func resolvers(f *sysinfo.Facts) string {
	all := sysinfo.NameServers(f.Host.Root)
	if len(all) == 0 {
		return "the system's resolver"
	}
	out := make([]string, len(all))
	for i, a := range all {
		out[i] = a.String()
	}
	return strings.Join(out, ", ")
}
