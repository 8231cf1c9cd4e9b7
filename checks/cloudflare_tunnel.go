package checks

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// cloudflareTunnel: the site is reached by cloudflared's own connection to Cloudflare, and it does not run or gets no connection.
func cloudflareTunnel() Check {
	return Check{
		ID: "cloudflare-530-dns-or-tunnel", Title: "Cloudflare's tunnel or DNS name for the origin works", Topic: CDN,
		Means: `530 comes with a second number: 1016 the origin's name in Cloudflare's record leads to no address (only its dashboard shows that record), 1033 no cloudflared has a
connection. Looked at here: the service cloudflared, its last words, which sites its file names, and whether
somebody listens where it leads them.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			all, err := f.Services(ctx)
			if err != nil {
				return nil, err
			}
			var out []Finding
			for _, id := range slices.Sorted(maps.Keys(all)) {
				u := all[id]
				if name := unitWord(u.Name); name == "cloudflared" || strings.HasPrefix(name, "cloudflared@") || strings.HasPrefix(name, "cloudflared-") && !strings.HasPrefix(name, "cloudflared-update") {
					out = append(out, *tunnel(ctx, f, u))
				}
			}
			return out, nil
		},
	}
}

func tunnel(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *Finding {
	ways := tunnelWays(f, tunnelFiles(u)...)
	whose := "the sites of its tunnel"
	var at sysinfo.Place
	var names []string
	for _, w := range ways {
		if w.name != "" {
			names = append(names, w.name)
		}
	}
	if len(ways) > 0 {
		at = ways[0].at
	}
	if len(names) > 0 {
		whose = strings.Join(names[:min(3, len(names))], ", ")
	}
	found := &Finding{Status: Warn, Where: at, Evidence: append([]Evidence{unitSays(u)}, lastWords(ctx, f, u)...)}
	switch {
	case !u.Running() && (u.Enabled == "enabled" || u.Active == "failed" || u.Looping()):
		found.Summary = fmt.Sprintf("%s does not run: visitors of %s see Cloudflare's 530 (1033)", unitWord(u.Name), whose)
		found.Fix = startSeen(ctx, f, u)
		return found
	case !u.Running():
		return pass(fmt.Sprintf("%s is not meant to run", unitWord(u.Name)))
	}
	lines, err := f.Journal(ctx, u.Name)
	if err != nil {
		if nowhere := tunnelLeadsNowhere(ctx, f, u, ways, nil); nowhere != nil {
			return nowhere // its file and the kernel's list are anybody's to read
		}
		return &Finding{Status: Unknown, Summary: why(err)}
	}
	lines = slices.DeleteFunc(append([]sysinfo.JournalLine{}, lines...), func(l sysinfo.JournalLine) bool { return l.Time.Before(u.Since) })
	lost, last, origin := false, sysinfo.JournalLine{}, sysinfo.JournalLine{}
	for _, l := range lines {
		switch {
		case strings.Contains(l.Text, "Registered tunnel connection"):
			lost = false
		case tunnelLost.MatchString(l.Text):
			lost, last = true, l
		case strings.Contains(l.Text, unreached):
			origin = l
		}
	}
	if lost {
		found.Evidence, found.Summary = []Evidence{journalSays(last)}, fmt.Sprintf("%s runs and has no connection to Cloudflare: visitors of %s see its 530 (1033)", unitWord(u.Name), whose)
		found.Fix = Fix{Title: "Let it out", Risk: Low}.Tell("It connects to region1.v2.argotunnel.com on port 7844 by UDP and TCP: a firewall may stop it; a token or credentials that were revoked need a new one from Zero Trust → Networks → Tunnels")
		return found
	}
	if nowhere := tunnelLeadsNowhere(ctx, f, u, ways, lines); nowhere != nil {
		return nowhere
	}
	if !origin.Time.IsZero() {
		found.Evidence, found.Summary = []Evidence{journalSays(origin)}, fmt.Sprintf("%s is connected and did not reach what it leads to: visitors saw Cloudflare's 502", unitWord(u.Name))
		found.Fix = Fix{Title: "Look at the service that it names", Risk: Low}.Tell("The line says which address it asked: whether something listens there")
		return found
	}
	return pass(fmt.Sprintf("%s runs, and says nothing of a lost connection", unitWord(u.Name)))
}

// tunnelLost is what cloudflared says of its connections to Cloudflare.
var tunnelLost = whenAsked(`no more connections active|[Ff]ailed to dial to edge|Serve tunnel error|Unable to establish connection with Cloudflare edge|Unauthorized: (?:Invalid tunnel secret|Tunnel not found)|[Ff]ailed to (?:create|serve) (?:a )?(?:quic|tunnel) connection`)
