package checks

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// configTestFails: nginx is down, mostly because it does not accept its own configuration.
func configTestFails() Check {
	return Check{
		ID: "config-test-fails", Title: "The web server runs and accepts its configuration", Topic: Platform,
		After: []ID{"unit-not-enabled-after-reboot"},
		Means: `The web server is not running, so visitors get no answer at all (a CDN in front says 521 or 502). Mostly its configuration has an
error: a reload with an error keeps the old one running, a restart ends it and it does not come back. Or a certificate is gone, the name of an
upstream no longer resolves, or another program has taken its port. Its own test (nginx -t, its first [emerg] line; apache2ctl -t)
and the journal (docker logs, for a container) name file and line. Or somebody just stopped it.`,
		Run: both(func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			gateways, err := f.Gateways(ctx)
			if err != nil {
				return nil, err
			}
			var out []Finding
			for _, g := range gateways {
				if found := configHolds(ctx, f, g); found != nil {
					if found.Status == Fail && unmissed(ctx, f, g) {
						found.Status = Warn
					}
					out = append(out, *found)
				}
			}
			return out, nil
		}, configAtStart),
	}
}

func configHolds(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) *Finding {
	if g.Hidden { // nor would a test of ours see its files
		return unseenGateway(ctx, f, g)
	}
	t := configTrouble(ctx, f, g)
	switch {
	case g.Running() && t == nil:
		if found := cmp.Or(defaultPort(ctx, f, g), haproxyFolderLost(ctx, f, g)); found != nil {
			return found
		}
		return pass(fmt.Sprintf("%s runs, and its %s read without a problem", g.Title(), plural(g.Read, "configuration file", "configuration files")))
	case g.Running():
		found := t.finding(ctx, f, g)
		found.Status = Warn
		found.Summary = g.Title() + " runs, but would not start again with its files as they are: " + t.text
		if g.Kind == "traefik" && t.place.File != g.Config { // a file that its provider reads
			found.Summary = fmt.Sprintf("Traefik cannot read %s: %s. It goes on with the routers that it read before, and from its next start on knows none of them", t.place.File, t.text)
		}
		return found
	case f.Host.Files && t == nil:
		return nil
	case t != nil:
		found := t.finding(ctx, f, g)
		found.Covers = append(found.Covers, downstream(ctx, f, g)...)
		return found
	}
	return notRunning(ctx, f, g)
}

// configTrouble finds what the gateway would stumble over. nginx -t is asked only when something is wrong already, a file that does not read
// or a reload that failed: it creates missing logs and temporary directories, and asks DNS for the names of upstreams.
func configTrouble(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) *confError {
	t, _ := sysinfo.Memo(f, fmt.Sprintf("config trouble %s %d", g.Kind, g.PID), func() (*confError, error) {
		n := nginxOf(g)
		switch {
		case n != nil:
		case g.Kind == "apache":
			return apacheTrouble(ctx, f, g), nil
		default:
			return saidTrouble(ctx, f, g), nil
		}
		t, err := findTrouble(ctx, f, g, n)
		if t != nil {
			if at, ok := withoutEnd(g.Root, t.text, t.place); ok {
				t = &confError{text: t.text, asked: t.asked, place: at, evidence: append(slices.Clone(t.evidence), lineOf(g.Root, at))}
			}
		}
		return t, err
	})
	if t == nil {
		return nil
	}
	own := *t // a repair moves its place
	return &own
}

func findTrouble(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, n *sysinfo.Nginx) (*confError, error) {
	parsed := parsedTrouble(g, n)
	if g.Running() && parsed == nil && len(failedReload(ctx, f, g)) == 0 {
		return nil, nil
	}
	if testable(f, g) {
		if tested, sure := testedTrouble(ctx, f, g, n); f.Host.UID != 0 {
			if tested.ofSyntax() {
				return merge(tested, parsed), nil
			}
		} else if sure && tested == nil {
			if t := emergTrouble(ctx, f, g); !g.Running() && t != nil && strings.HasSuffix(t.text, "directive is duplicate") {
				return t, nil // the unit says it too, with -g: nginx -t alone does not see that
			}
			return nil, nil
		} else if sure {
			return merge(tested, parsed), nil
		}
	}
	if g.Running() {
		return parsed, nil
	}
	if t := merge(emergTrouble(ctx, f, g), parsed); t != nil {
		return t, nil
	}
	return missingCertificate(g, n), nil
}
