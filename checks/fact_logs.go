package checks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fix502/sysinfo"
)

func logsFact() Check {
	return Check{
		ID: "logs", Title: "Every failure has a log to go to", Topic: Logs,
		Means: `Which logs the configurations name, on which line, how large each is and when it was last written. A gateway whose error log goes to /dev/null
keeps the reason of a 502 to itself: have it write to a file before the next one.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			gateways, err := f.Gateways(ctx)
			if err != nil {
				return nil, err
			}
			var out []Finding
			seen := map[string]bool{}
			var known []Evidence
			for _, g := range gateways {
				all := g.Logs
				for _, s := range g.Sites[:min(len(g.Sites), 100)] {
					all = append(all[:len(all):len(all)], s.Logs...)
				}
				for _, l := range all {
					if seen[l.Kind+l.Path] {
						continue
					}
					seen[l.Kind+l.Path] = true
					if l.Path == "/dev/null" && l.Kind == "error" {
						out = append(out, Finding{Status: Warn, Where: l.Where, Summary: fmt.Sprintf("%s throws its error log away: /dev/null", g.Title()), Evidence: []Evidence{lineOf(g.Root, l.Where)},
							Fix: Fix{Title: "Have it write to a file", Risk: Low}.Tell("At %s name a file instead, /var/log/nginx/error.log say; test and reload", l.Where)})
					} else if len(known) < 40 {
						known = append(known, Evidence{Source: l.Path, Text: logState(f, g.Root, l)})
					}
				}
			}
			if len(known) > 0 {
				out = append(out, Finding{Status: Pass, Summary: plural(len(known), "log", "logs") + " of web servers", Evidence: known})
			}
			return out, nil
		},
	}
}

// logState is a log's kind, size and age, and the line that names it.
func logState(f *sysinfo.Facts, r sysinfo.Root, l sysinfo.LogFile) string {
	text := l.Kind + " log"
	if l.Where.Known() {
		text += ", named at " + l.Where.String()
	}
	if !strings.HasPrefix(l.Path, "/") {
		return text
	}
	i, err := r.Stat(l.Path)
	if err != nil {
		return text + "; " + why(err)
	}
	if i.Size == 0 {
		return text + "; empty"
	}
	return fmt.Sprintf("%s; %s, last written %s ago", text, size(uint64(i.Size)), lasting(max(0, f.Host.Now().Sub(i.ModTime).Truncate(time.Second))))
}
