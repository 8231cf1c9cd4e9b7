package checks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fix502/sysinfo"
)

// cloudflareRefused: the site is well, and this machine turns Cloudflare away before its gateway hears of it.
func cloudflareRefused() Check {
	return Check{
		ID: "cloudflare-521-origin-refused", Title: "The origin accepts Cloudflare's connections", Topic: CDN, Needs: "root",
		Means: `Your server refused Cloudflare: nothing listens on the port its SSL mode uses (80 for Flexible, 443 for Full), or a firewall or fail2ban rejects its
addresses. Looked at here: whether something listens on 443 at all, the rules of this machine's own firewall, for the addresses in the access log and for those from which Cloudflare asks. A firewall of the
hosting stands outside, and is seen in its panel alone.`,
		Run: both(perSite(keptOutAs("cloudflare-521-origin-refused")), perSite(nothingOn443)),
	}
}

// cloudflareUnanswered is the same by a rule that drops: Cloudflare waits, and gives up.
func cloudflareUnanswered() Check {
	return Check{
		ID: "cloudflare-522-connect-timeout", Title: "Cloudflare reaches the origin in time", Topic: CDN, Needs: "root",
		Means: `Your server did not answer Cloudflare's connection: a firewall drops its addresses, the machine is overloaded, or the DNS record points elsewhere. Looked at
here: the rules of this machine's own firewall, for the addresses in the access log and for those from which Cloudflare asks. Let all of those in on ports 80 and
443; a firewall of the hosting stands outside, and is seen in its panel alone.`,
		Run: perSite(keptOutAs("cloudflare-522-connect-timeout")),
	}
}

// nothingOn443: Cloudflare brought visitors before the gateway was loaded, none since, and nobody listens where its mode Full asks. While they come, plain
// HTTP is what it asks for (Flexible).
func nothingOn443(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	if s.Gateway.Foreign || !s.Gateway.Running() || s.Gateway.Loaded.IsZero() || tunnelled(ctx, f) {
		return nil
	}
	all, err := f.Listeners(ctx, s.Gateway)
	if err != nil {
		return nil
	}
	for _, l := range all {
		if l.Network != "unix" && l.Addr.Port() == 443 {
			return nil
		}
	}
	n, first, last := 0, time.Time{}, time.Time{}
	ev := Evidence{}
	for path, text := range accessTails(s) {
		for line := range strings.Lines(text) {
			a, ok := connected(line)
			if !ok || sysinfo.CDN(a) != "Cloudflare" {
				continue
			}
			n++
			at := visitTime(line)
			if first.IsZero() || at.Before(first) {
				first = at
			}
			if at.After(last) {
				last, ev = at, Evidence{Source: path, Text: Quote(strings.TrimSpace(line)), Time: at}
			}
		}
	}
	usual := time.Hour // between two visits
	if n > 1 {
		usual = max(last.Sub(first)/time.Duration(n-1), time.Second)
	}
	if n == 0 || last.IsZero() || !last.Before(s.Gateway.Loaded) || f.Host.Now().Sub(s.Gateway.Loaded) < 10*usual {
		return nil
	}
	return &Finding{Status: Warn, Where: s.Where, Evidence: []Evidence{ev, {Source: "ss -ltn", Text: "nothing listens on port 443"}},
		Summary: fmt.Sprintf("%s: nothing listens on port 443, and no visitor came through Cloudflare since %s was loaded at %s: in its modes Full and Full (strict) they see a 521", s, s.Gateway.Title(), s.Gateway.Loaded.In(f.Host.Now().Location()).Format("15:04:05")),
		Fix:     Fix{Title: "Serve TLS again", Risk: Low}.Tell("Put back the site's listen 443 ssl with its certificate; Cloudflare: SSL/TLS → Origin Server → Create Certificate makes one where it is lost. Then test and reload")}
}

// visitTime is when a request came, in a line of an access log; zero in a form without the usual clock.
func visitTime(line string) time.Time {
	m := visitStamp.FindStringSubmatch(line)
	if m == nil {
		return time.Time{}
	}
	at, _ := time.Parse("02/Jan/2006:15:04:05 -0700", m[1])
	return at
}

var visitStamp = whenAsked(`\[(\d{2}/\w{3}/\d{4}:\d{2}:\d{2}:\d{2} [-+]\d{4})\]`)
