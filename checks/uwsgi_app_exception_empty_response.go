package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// uwsgiAppException: a Python exception under uWSGI is a 502, not a 500.
func uwsgiAppException() Check {
	return Check{
		ID: "uwsgi-app-exception-empty-response", Title: "The app under uWSGI answers its errors itself", Topic: Upstreams,
		Means: `The Python app raised an exception that nothing caught. uWSGI then sends nothing at all, so nginx answers 502 where other servers would
say 500. The traceback is in the app's log. Mend the app, and let its framework answer errors itself.`,
		Run: appEvent(brokenKinds, []errlog.Kind{errlog.UWSGIEmpty}, func(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, _ sysinfo.LogLine) *Finding {
			found := &Finding{Confidence: 0.95, Summary: "the app raised an exception, and uWSGI sent nothing", Covers: []ID{"upstream-premature-close"},
				Fix: readApp(ctx, f, l, Fix{Title: "Repair the app: the traceback says where", Risk: Low}, "Read the traceback: its last line is the error, the line above it the place")}
			if lines, err := f.Words(ctx, u); err == nil {
				for i := len(lines) - 1; i >= 0; i-- {
					if text := strings.TrimSpace(lines[i].Text); pythonError.MatchString(text) {
						found.Summary += ": " + text
						found.Evidence = append(found.Evidence, Evidence{Source: lines[i].Source, Text: text, Time: lines[i].Time})
						found.Evidence = append(found.Evidence, traceback(lines[:i])...)
						if text == "MemoryError" {
							tooLittleSpace(f, l, u, found)
						}
						break
					}
				}
			}
			return found
		}),
	}
}

// traceback is the innermost place of a Python traceback.
func traceback(lines []sysinfo.JournalLine) []Evidence {
	for i := len(lines) - 1; i >= max(0, len(lines)-6); i-- {
		if text := strings.TrimSpace(lines[i].Text); strings.HasPrefix(text, "File \"") {
			return []Evidence{{Source: "traceback", Text: text}}
		}
	}
	return nil
}

var spaceLine = whenAsked(`^\s*limit-as\s*[=:]\s*(\d+)`)

// tooLittleSpace: uWSGI's own limit of the memory that a worker may map, in MiB, is what the app ran into (limit-as of its options).
func tooLittleSpace(f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) {
	for _, file := range uwsgiFiles(f, l, u) {
		w, ok := lastLineWith(f, file, spaceLine, "#", ";")
		if !ok {
			continue
		}
		root := f.Host.Root
		found.Where = w.place
		found.Summary += fmt.Sprintf(": uWSGI lets it map no more than %s MiB", w.match[1])
		found.Evidence = append(found.Evidence, lineOf(root, w.place))
		x := Fix{Title: "Let the app have the memory that it needs", Risk: Medium, Undo: setLine(root, w.place, configLine(root, w.place)) + "; " + u.Command("restart")}
		x = x.Do("Take the limit out: MemoryMax= of its unit is what limits memory that is used", "%s", commentOut(root, w.place))
		found.Fix = x.Do("Start the app without it", "%s && sleep 2", anew(u))
		return
	}
}
