package checks

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// uwsgiAppException: a Python exception under uWSGI is a 502, not a 500.
func uwsgiAppException() Check {
	return Check{
		ID: "uwsgi-app-exception-empty-response", Title: "The app under uWSGI answers its errors itself", Topic: Upstreams,
		Means: `The Python app raised an exception that nothing caught. uWSGI then sends nothing at all, so the gateway answers 502 where other servers would
say 500. Or it could not even be loaded at the start: then uWSGI itself answers 500 to everybody ("no python application found"). The
traceback is in the app's log. Mend the app, and let its framework answer errors itself.`,
		Run: appEvent(brokenKinds, []errlog.Kind{errlog.UWSGIEmpty, errlog.UWSGINoApp}, func(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, line sysinfo.LogLine) *Finding {
			found := &Finding{Confidence: 0.95, Summary: "the app raised an exception, and uWSGI sent nothing", Covers: []ID{"upstream-premature-close"},
				Fix: readApp(ctx, f, l, Fix{Title: "Repair the app: the traceback says where", Risk: Low}, "Read the traceback: its last line is the error, the line above it the place")}
			if line.Kind == errlog.UWSGINoApp {
				if found = withoutApp(ctx, f, l, u, line); found == nil {
					return nil
				}
				if lines, err := f.Words(ctx, u); err == nil && uwsgiCallableMeant(f, l, u, lines, found) {
					return found
				}
			}
			if lines, err := f.Words(ctx, u); err == nil {
				for i := len(lines) - 1; i >= 0; i-- {
					if text := strings.TrimSpace(lines[i].Text); pythonError.MatchString(text) {
						found.Summary += ": " + text
						found.Evidence = append(found.Evidence, Evidence{Source: lines[i].Source, Text: text, Time: lines[i].Time})
						found.Evidence = append(found.Evidence, traceback(lines[:i])...)
						if at := raisedAt(f, l, u, lines[:i]); at.Known() {
							found.Where = at
							found.Evidence = append(found.Evidence, codeLine(f.Host.Root, at))
						}
						if text == "MemoryError" {
							tooLittleSpace(f, l, u, found)
						}
						closedBy(ctx, f, asWorker(ctx, f, l, u), line, lines[i], found)
						break
					}
				}
			}
			return found
		}),
	}
}

// withoutApp: uWSGI started although the app could not be imported, and answers 500 to everybody, of which a gateway writes no error.
func withoutApp(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, line sysinfo.LogLine) *Finding {
	if l.answer == nil || l.answer.Status != 500 || f.Host.Now().Sub(line.Time) > 15*time.Second {
		return nil
	}
	found := &Finding{Confidence: 0.95, Summary: "uWSGI has loaded no app, and answers 500 to everybody"}
	for _, key := range []string{"module", "wsgi-file", "wsgi", "mount"} {
		if at := iniLine(f, l, u, key); at.Line > 0 {
			found.Where = at
			found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
			break
		}
	}
	x := Fix{Title: "Repair what keeps the app from being imported", Risk: Low}
	x = readApp(ctx, f, l, x, "Read what was said at its start, before \"no app loaded\": the last line of the traceback is the error. A module that is not found is not installed in the environment that uWSGI uses, or is called otherwise in its settings")
	found.Fix = x.Tell("Then restart it (%s). need-app = true in its settings keeps it from starting without the app, which would have told at once", u.Command("restart"))
	return found
}

// asWorker is a service as its worker runs that serves a hop: with that one's user, and in the folder that uWSGI's settings go to.
func asWorker(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit) sysinfo.Unit {
	u.Props = maps.Clone(u.Props)
	if dir := pythonFolder(f, u, iniLine(f, l, u, "chdir")); dir != "" && u.Props != nil {
		u.Props["WorkingDirectory"] = dir
	}
	users, err := f.Users(ctx)
	if l.reach.Owner == nil || err != nil {
		return u
	}
	if c, err := f.CredsOf(l.reach.Owner.PID); err == nil && c.UID != 0 {
		u.User, u.Group = users.Name(c.UID), users.Group(c.GID)
	}
	return u
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

var codeFile = whenAsked(`^File "([^/"<][^"]*)"`)

// raisedAt is the line of the app's own code that the last traceback names. Its files are named as seen from the folder that uWSGI went to.
func raisedAt(f *sysinfo.Facts, l *live, u sysinfo.Unit, lines []sysinfo.JournalLine) sysinfo.Place {
	from := len(lines) - 1
	for from >= 0 && !strings.HasPrefix(strings.TrimSpace(lines[from].Text), "Traceback ") {
		from--
	}
	if from < 0 {
		return sysinfo.Place{}
	}
	lines = slices.Clone(lines[from:])
	dir := pythonFolder(f, u, iniLine(f, l, u, "chdir"))
	for i := range lines {
		text := strings.TrimSpace(lines[i].Text)
		if m := codeFile.FindStringSubmatch(text); m != nil && dir != "" {
			lines[i].Text = strings.Replace(text, m[1], path.Join(dir, m[1]), 1)
		}
	}
	return codePlace(f, "", lines, nil)
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
