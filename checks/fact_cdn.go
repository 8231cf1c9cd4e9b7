package checks

import (
	"context"
	"fmt"
	"iter"
	"net/netip"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/nginx"
)

func cdnFact() Check {
	return Check{
		ID: "cdn", Title: "Who stands in front of this server", Topic: CDN,
		Means: `Whether visitors come directly or through a content network (Cloudflare, CloudFront, Fastly, Akamai, Sucuri, Imperva): by the addresses in the access
log, the real_ip settings, the log's format, and where the name leads. Without real_ip, one bad visitor behind a CDN gets the CDN's own address limited or
banned, and the visitors of half a country with it.`,
		Run: perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
			name, from, all := frontInLog(s)
			set, trusted := realIP(s)
			var ev []Evidence
			if set.Set() {
				ev = append(ev, Evidence{Source: set.Place.String(), Text: "set_real_ip_from " + set.Value()})
			}
			for _, l := range s.Logs {
				if strings.Contains(strings.ToLower(l.Format), "cf_ray") || strings.Contains(strings.ToLower(l.Format), "cf_connecting_ip") {
					ev = append(ev, Evidence{Source: l.Where.String(), Text: "the log's format holds Cloudflare's headers"})
					trusted = orDefault(trusted, "Cloudflare")
				}
			}
			if all > 0 {
				ev = append(ev, Evidence{Source: "the access log", Text: fmt.Sprintf("%d of the latest %d requests came from a content network", from, all)})
			}
			if from*2 > all {
				found := &Finding{Status: Pass, Summary: fmt.Sprintf("%s: visitors come through %s (%d of %d)", s, name, from, all), Evidence: ev}
				if !set.Set() {
					found.Status = Warn
					found.Summary += ", and the log shows its addresses instead of theirs"
					found.Fix = Fix{Title: "Let the gateway know its visitors", Risk: Low}.
						Tell("nginx: set_real_ip_from for each of %s's ranges, and real_ip_header (CF-Connecting-IP for Cloudflare, X-Forwarded-For for others); Apache: mod_remoteip. Then test and reload", name)
				}
				return found
			}
			if by, e := frontInDNS(ctx, f, s); by != "" {
				return &Finding{Status: Pass, Summary: fmt.Sprintf("%s leads to %s", s, by), Evidence: append(ev, e)}
			}
			if trusted != "" {
				return &Finding{Status: Pass, Summary: fmt.Sprintf("%s is set up to stand behind %s", s, trusted), Evidence: ev}
			}
			if all > 0 {
				return &Finding{Status: Pass, Summary: fmt.Sprintf("%s: no content network among the latest %s", s, plural(all, "visitor", "visitors")), Evidence: ev}
			}
			return nil
		}),
	}
}

// Front is the content network in front of a site, and how that is known; empty without one.
func Front(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) (name, how string) {
	found, _ := sysinfo.Memo(f, fmt.Sprintf("front %p", s), func() ([2]string, error) { // a wizard draws many times in one run
		if name, from, all := frontInLog(s); from*2 > all {
			return [2]string{name, fmt.Sprintf("brings %d of %d visitors", from, all)}, nil
		}
		if by, _ := frontInDNS(ctx, f, s); by != "" {
			return [2]string{by, "the name leads there"}, nil
		}
		return [2]string{}, nil
	})
	return found[0], found[1]
}

// frontInLog counts the addresses of content networks among the latest requests of a site's access log.
func frontInLog(s *sysinfo.Site) (name string, from, all int) {
	by := map[string]int{}
	for a := range peers(s) {
		all++
		if net := sysinfo.CDN(a); net != "" {
			by[net]++
		}
	}
	for net, n := range by {
		if n > from || n == from && net < name {
			name, from = net, n
		}
	}
	return name, from, all
}

// peers are who connected for the latest requests of a site, by its access logs, and the line of each; this machine's own questions are none.
func peers(s *sysinfo.Site) iter.Seq2[netip.Addr, string] {
	return func(yield func(netip.Addr, string) bool) {
		for _, text := range accessTails(s) {
			for line := range strings.Lines(text) {
				if a, ok := connected(line); ok && !a.IsLoopback() && !yield(a, line) {
					return
				}
			}
		}
	}
}

// connected is who connected, in a line of an access log: its first word, or the second behind the name of the site (Apache's vhost_combined), or a
// field of JSON (Caddy's, and what many have nginx write).
func connected(line string) (netip.Addr, bool) {
	if strings.HasPrefix(line, "{") {
		for _, key := range []string{`"remote_ip":"`, `"remote_addr":"`} {
			if _, rest, ok := strings.Cut(strings.Replace(line, `": "`, `":"`, 40), key); ok {
				word, _, _ := strings.Cut(rest, `"`)
				a, err := netip.ParseAddr(word)
				return a, err == nil
			}
		}
	}
	first, rest, _ := strings.Cut(line, " ")
	if a, err := netip.ParseAddr(first); err == nil {
		return a, true
	}
	a, err := netip.ParseAddr(firstWord(rest))
	return a, err == nil && strings.Contains(first, ":")
}

// accessTails are the ends of a site's access logs, by their paths.
func accessTails(s *sysinfo.Site) iter.Seq2[string, string] {
	return func(yield func(path, text string) bool) {
		for _, l := range s.Logs {
			if l.Kind != "access" || !strings.HasPrefix(l.Path, "/") {
				continue
			}
			if text, err := s.Gateway.Root.Tail(l.Path, 64<<10); err == nil && !yield(l.Path, text) {
				return
			}
		}
	}
}

// realIP is the first set_real_ip_from that holds for a site, and the network that its ranges are of.
func realIP(s *sysinfo.Site) (nginx.Setting, string) {
	srv, ok := s.Extra.(*nginx.Server)
	if !ok {
		return nginx.Setting{}, ""
	}
	all := srv.All("set_real_ip_from")
	for _, set := range all {
		if p, err := netip.ParsePrefix(set.Value()); err == nil {
			if by := sysinfo.CDN(p.Addr()); by != "" {
				return set, by
			}
		}
	}
	if len(all) > 0 {
		return all[0], "another proxy"
	}
	return nginx.Setting{}, ""
}

// frontInDNS asks once where the site's public name leads.
func frontInDNS(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) (string, Evidence) {
	name, of := f.PublicSite(ctx)
	if of != s || name == "" {
		return "", Evidence{}
	}
	addrs, err := f.PublicAddrs(ctx, name)
	if err != nil {
		return "", Evidence{} // the check dns says so
	}
	for _, a := range addrs {
		if by := sysinfo.CDN(a); by != "" {
			return by, Evidence{Source: "DNS", Text: name + " is " + a.String() + ", an address of " + by}
		}
	}
	return "", Evidence{}
}
