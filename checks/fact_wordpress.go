package checks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fix502/sysinfo"
)

func wordPressFact() Check {
	return Check{
		ID: "wordpress", Title: "WordPress, its plugins and themes", Topic: Platform,
		Means: `Which WordPress each site has, and what was changed last. Versions and times are read from the files, without
running PHP. A fatal error in WordPress is a 500 by itself; a plugin that hangs or eats the memory holds PHP's workers, and that becomes a 502 or 504.`,
		Run: perWordPress(func(_ context.Context, f *sysinfo.Facts, w *sysinfo.WordPress) *Finding {
			plugins := 0
			for _, e := range w.Extras {
				if e.Kind == "plugin" {
					plugins++
				}
			}
			themes := len(w.Extras) - plugins
			found := &Finding{Status: Pass, WordPress: &WordPressHome{Site: w.Site, Dir: w.Dir, CLI: WPCLI(f.Host.Root)}, Summary: fmt.Sprintf("%s: WordPress %s in %s, %s, %s", w.Site, orUnknown(w.Version), w.Dir, plural(plugins, "plugin", "plugins"), plural(themes, "theme", "themes"))}
			if wp := found.WordPress.CLI; wp != "" {
				found.Evidence = append(found.Evidence, Evidence{Source: "command -v wp", Text: wp})
			}
			for _, e := range w.Extras[:min(len(w.Extras), 8)] {
				found.Evidence = append(found.Evidence, Evidence{Source: e.Dir, Text: fmt.Sprintf("%s %s %s, changed %s", e.Kind, e.Name, e.Version, e.Changed.Format("2006-01-02 15:04")), Time: e.Changed})
			}
			return found
		}),
	}
}

// WordPressHome is where a site's WordPress lives.
type WordPressHome struct {
	Site *sysinfo.Site
	Dir  string // where wp-includes lies
	CLI  string // WP-CLI's program; empty without it
}

// WPCLI is where the program is that runs WordPress from a shell (wp-cli.org); empty without it.
func WPCLI(r sysinfo.Root) string {
	for _, name := range []string{"/usr/local/bin/wp", "/usr/bin/wp"} {
		if r.Exists(name) {
			return name
		}
	}
	return ""
}

// perWordPress asks one question of every WordPress.
func perWordPress(ask func(ctx context.Context, f *sysinfo.Facts, w *sysinfo.WordPress) *Finding) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
		if _, err := f.Gateways(ctx); err != nil {
			return nil, err
		}
		var out []Finding
		for _, w := range f.WordPresses(ctx) {
			if found := ask(ctx, f, w); found != nil {
				found.Site = w.Site
				out = append(out, *found)
			}
		}
		return out, nil
	}
}

func orUnknown(version string) string {
	if version == "" {
		return "of unknown version"
	}
	return version
}

// placeOf is the place that an evidence's source names.
func placeOf(source string) sysinfo.Place {
	file, line, ok := strings.Cut(source, ":")
	if !ok {
		return sysinfo.Place{File: source}
	}
	p := sysinfo.Place{File: file}
	_, _ = fmt.Sscan(line, &p.Line) // no number: the file alone
	return p
}

// firstFailure is when the failures of a site began within the window; zero when there are none.
func firstFailure(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) time.Time {
	logs, err := f.Logs(ctx)
	if err != nil {
		return time.Time{}
	}
	var first time.Time
	for _, g := range logs.Groups {
		if groupID(g) != "" && g.Of(s) && !g.First.IsZero() && (first.IsZero() || g.First.Before(first)) {
			first = g.First
		}
	}
	return first
}
