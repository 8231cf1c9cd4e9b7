package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// perSite asks one question of every site that this run is about. A site for which the answer is nil is not what
// the check is about.
func perSite(ask func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
		if _, err := f.Gateways(ctx); err != nil {
			return nil, err
		}
		var out []Finding
		seen := map[string]bool{}
		for _, s := range f.Sites(ctx) {
			found := ask(ctx, f, s)
			if found == nil {
				continue
			}
			if found.Site == nil && found.Hop == nil {
				found.Site = s
			}
			key := found.Status.String() + found.Summary + found.Where.String() + s.Name
			if !seen[key] {
				seen[key] = true
				out = append(out, *found)
			}
		}
		return out, nil
	}
}

// spoken is what the gateway's log says of a site: the latest line of some kinds.
type spoken struct {
	sysinfo.LogLine
	now   bool // our own question brought it about
	count int
	app   sysinfo.Unit // the container that said it; none: the gateway's log did
	prior []string     // what PHP warned of in the same second, where it has a log of its own
	later bool         // after the gateway read its configuration: not yet history
}

// own is what the server and the app say in the line, without the visitor's words.
func (s spoken) own() string {
	return strings.Join(append(slices.Clone(s.prior), ownPart(s.Text)), "\n")
}

// warnedBefore are the warnings that stand before a line in PHP's own log, of the same second: the entry of a gateway's log has them all in one.
func warnedBefore(fresh []sysinfo.LogLine, line *sysinfo.LogLine) []string {
	var out []string
	if !ownPHP.MatchString(line.Text) {
		return nil
	}
	for _, l := range fresh {
		if ownPHP.MatchString(l.Text) && strings.Contains(l.Text, "PHP Warning: ") && within(l.Time, line.Time, time.Second) && sourceFile(l) == sourceFile(*line) {
			out = append(out, l.Text)
		}
	}
	return out
}

// sourceFile is the file that a line stands in.
func sourceFile(l sysinfo.LogLine) string {
	file, _, _ := strings.Cut(l.Source, ":")
	return file
}

// says finds the latest line of some kinds about a site, whatever hop it was on its way to.
func says(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, kinds ...errlog.Kind) (spoken, bool) {
	var out spoken
	_ = f.Answers(ctx, s) // ask first: what it brings about is fresh
	fresh := f.Fresh(ctx, s)
	for _, line := range fresh {
		if slices.Contains(kinds, line.Kind) && s.Wrote(&line) {
			out.LogLine, out.now, out.prior = line, true, warnedBefore(fresh, &line)
			out.count++
		}
	}
	logs, err := f.Logs(ctx)
	if err != nil {
		return out, out.count > 0
	}
	for _, g := range logs.Groups {
		if !slices.Contains(kinds, g.Kind) || len(g.Latest) == 0 || !g.Of(s) || g.Site == "" && g.Latest[0].Event.Source == errlog.Apache && !writes(s.Gateway, g.Latest[0]) {
			continue
		}
		out.count += g.Count
		if last := g.Latest[len(g.Latest)-1]; !out.now && !last.Time.Before(out.Time) {
			out.LogLine = last
		}
	}
	if line, u := containedSays(ctx, f, s, kinds); u.Name != "" && !out.now {
		out.LogLine, out.now, out.count, out.app = line, true, out.count+1, u
	}
	if line, ok := serviceSays(ctx, f, s, kinds); ok && !out.now {
		out.LogLine, out.now, out.count = line, true, out.count+1
	}
	out.later = out.Time.Add(time.Second).After(s.Gateway.Loaded) && !ofOldWorker(s.Gateway, out.LogLine) // logs count in whole seconds
	return out, out.count > 0
}

// judge makes a finding of what the log says: now, comes and goes, or history.
func (p spoken) judge(found *Finding) *Finding {
	found.Status = Fail
	if !p.now {
		found.When = Intermittent
		if !p.later {
			found.Status = Warn
		}
		if p.count > 1 {
			found.Summary += fmt.Sprintf(" (%d times, last %s)", p.count, p.Time.Format("15:04:05"))
		}
	}
	found.Evidence = append([]Evidence{quoteLine(p.LogLine)}, found.Evidence...)
	return found
}

// failsNow says that a page of a site that we asked for came back as a gateway's failure.
func failsNow(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) (sysinfo.Answer, bool) {
	for _, a := range f.Answers(ctx, s) {
		if a.Status >= 500 && a.Status <= 504 || a.Cut != "" || a.TimedOut() {
			return a, true
		}
	}
	return sysinfo.Answer{}, false
}

// anyFails says that one of the sites that this run is about fails at this moment.
func anyFails(ctx context.Context, f *sysinfo.Facts) bool {
	for _, s := range f.Sites(ctx) {
		if _, bad := failsNow(ctx, f, s); bad || !s.Gateway.Running() {
			return true
		}
	}
	return false
}

// nginxOf is what nginx's own configuration says; nil for other gateways.
func nginxOf(g *sysinfo.Gateway) *sysinfo.Nginx {
	n, _ := g.Extra.(*sysinfo.Nginx)
	return n
}

// lineOf quotes a line of a configuration.
func lineOf(r sysinfo.Root, p sysinfo.Place) Evidence {
	line := configLine(r, p)
	if OneLine(p, line) {
		return Evidence{Source: p.String(), Text: fmt.Sprintf("one line of %d characters", len(line))}
	}
	return Evidence{Source: p.String(), Text: QuoteConfig(line)}
}
