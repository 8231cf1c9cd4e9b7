package checks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
)

// perHop asks one question of every hop. A hop for which the answer is nil is not what the check is about.
func perHop(ask func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
		all, err := hops(ctx, f)
		if err != nil {
			return nil, err
		}
		out := unreadable(ctx, f)
		seen := map[string]bool{}
		for i := range all {
			l := &all[i]
			found := ask(ctx, f, l)
			if found == nil && errors.Is(l.reach.Err, sysinfo.ErrFilesOnly) {
				found = &Finding{Status: Unknown, Summary: sysinfo.ErrFilesOnly.Error()}
			}
			if found == nil {
				continue
			}
			if found.Hop == nil {
				found.Hop = l.Hop
			}
			found.Fix = l.vassalAlone(ctx, f, found.Fix)
			found.Fix = l.letBack(ctx, f, found.Fix)
			if found.Status == Fail && found.When == "" && l.answersNow() && l.triedOnce() {
				found.When, found.stands = Intermittent, true // a page came by another server
			}
			if found.Status == Fail {
				found.inner, found.hit = f.Beyond(ctx, found.Hop), l.hit && f.OnTheWay(ctx, l.Hop)
				l.nameApp(ctx, f, found)
			}
			key := found.Status.String() + found.Summary + found.place() + found.Hop.Site.Name
			if !seen[key] {
				seen[key] = true
				out = append(out, *found)
			}
		}
		return out, nil
	}
}

// nameApp adds how the service behind a hop to this machine is, where nothing has said it: whoever is to mend an app has to know what it is called.
func (l *live) nameApp(ctx context.Context, f *sysinfo.Facts, found *Finding) {
	u := appUnit(ctx, f, l)
	if u.Name == "" || found.Hop != l.Hop || l.Unix == "" && !l.reach.Local || l.reach.Listener != nil && !u.Running() || slices.ContainsFunc(found.Evidence, func(e Evidence) bool { return e.Source == u.Status() }) {
		return
	}
	found.Evidence = append(found.Evidence, unitSays(u))
}

// place tells a finding from another one of the same words: by its commands, for those of one may mend the other's line as well, or by where it is.
func (f *Finding) place() string {
	var commands []string
	for _, s := range f.Fix.Steps {
		if s.Command != "" {
			commands = append(commands, s.Command)
		}
	}
	if len(commands) == 0 {
		return f.Where.String()
	}
	slices.Sort(commands)
	return strings.Join(commands, "\n")
}

// letBack adds a reload to a fix that only mends the far end, where the gateway keeps count of failures: nginx asks
// a server that failed again only after fail_timeout, ten seconds unless told otherwise, Apache's balancer after retry=, sixty.
func (l *live) letBack(ctx context.Context, f *sysinfo.Facts, x Fix) Fix {
	peers := max(1, len(l.Addrs)) // a socket has no address
	for _, h := range l.Site.Hops {
		if h != l.Hop && h.Block != "" && h.Block == l.Block {
			peers++
		}
	}
	does := false
	for _, s := range x.Steps {
		does = does || s.Command != ""
	}
	if _, _, apache := l.apacheHop(); apache && l.Block != "" {
		peers++ // its balancer leaves even the only member alone for a while
	}
	c, caddy := l.Extra.(sysinfo.CaddyHop)
	if caddy && c.Pass.Settings["fail_duration"].Text == "" {
		return x // it keeps no count
	}
	if caddy && does && l.Site.Gateway.Running() && !x.reloads(l.Site.Gateway) { // one with a changed file forgets them
		if d, err := time.ParseDuration(c.Pass.Settings["fail_duration"].Text); err == nil && d > 10*time.Second && !slices.ContainsFunc(x.Steps, func(s Step) bool {
			return strings.Contains(s.Command, "systemctl restart "+unitOr(l.Site.Gateway, "caddy"))
		}) {
			return x.Do(fmt.Sprintf("Caddy asks nobody for %s after a failure (fail_duration): start it anew", d), "systemctl restart %s && sleep 1", unitOr(l.Site.Gateway, "caddy"))
		}
	}
	if peers < 2 || !does || x.settles || !l.Site.Gateway.Running() || x.reloads(l.Site.Gateway) {
		return x
	}
	return reload(ctx, f, l.Site.Gateway, x)
}

// unreadable tells of configuration that only root may read: hops may be in it.
func unreadable(ctx context.Context, f *sysinfo.Facts) []Finding {
	gateways, err := f.Gateways(ctx)
	if err != nil {
		return nil // hops has said so
	}
	for _, g := range gateways {
		for _, p := range g.Problems {
			if strings.HasSuffix(p.Text, "ermission denied)") || strings.HasSuffix(p.Text, ": Permission denied") {
				return []Finding{{Status: Unknown, Where: p.Place, Summary: "needs root to look: " + p.Text}}
			}
		}
	}
	return nil
}

// pass says that a hop was looked at and this is not its trouble; the text becomes "ruled out by".
func pass(summary string) *Finding { return &Finding{Status: Pass, Summary: summary} }
