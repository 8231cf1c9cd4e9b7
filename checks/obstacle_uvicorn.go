package checks

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

// uvicornRefused are uvicorn's words for an option that it cannot do what it says of, the option, and what it may be instead: "-" for nothing at all, empty where only people know
// (uvicorn/main.py, config.py).
var uvicornRefused = []struct {
	words, flag pattern
	instead     string
}{
	{whenAsked(`^ModuleNotFoundError: No module named '(uvloop)'`), whenAsked(`--loop[= ]uvloop`), "--loop auto"},
	{whenAsked(`^ModuleNotFoundError: No module named '(httptools)'`), whenAsked(`--http[= ]httptools`), "--http auto"},
	{whenAsked(`^ModuleNotFoundError: No module named '(websockets|wsproto)'`), whenAsked(`--ws[= ](?:websockets|wsproto)`), "--ws auto"},
	{whenAsked(`Error loading ASGI app factory: (\w+)\(\) missing \d+ required positional arguments: 'scope'`), whenAsked(`\s--factory\b`), "-"},
	{whenAsked(`Invalid value for '--log-config': .*'([^']+)' does not exist`), whenAsked(`\s--log-config[= ]\S+`), "-"},
	{whenAsked(`Invalid value for '--env-file': .*'([^']+)' does not exist`), whenAsked(`\s--env-file[= ]\S+`), ""},
	{whenAsked(`(ASGI 'lifespan' protocol|Exception in 'lifespan' protocol|Application startup failed)`), whenAsked(`--lifespan[= ]on\b`), "--lifespan auto"},
	{whenAsked(`(\[Errno -[235]\]) (?:Temporary failure in name resolution|Name or service not known|No address)`), whenAsked(`--host[= ][A-Za-z][\w.-]*`), "--host 127.0.0.1"},
}

// uvicornOption: uvicorn ends at its start over one of its options.
func uvicornOption(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	if err != nil || !fails(u) && u.Manager == "" || !strings.Contains(u.Exec, "uvicorn") || strings.Contains(u.Exec, "gunicorn") {
		return nil
	}
	for _, l := range reversed(recent(lines)) {
		text := strings.TrimSpace(l.Text)
		for _, s := range uvicornRefused {
			m := s.words.FindStringSubmatch(text)
			if m == nil {
				continue
			}
			w, ok := inCommand(f, u, s.flag)
			if !ok || strayLink(f.Host.Root, w.place.File) || strings.HasPrefix(s.instead, "--host") && !f.Wanted(ctx, "127.0.0.1:"+portFlagOf(u)) {
				return nil
			}
			r := f.Host.Root
			line, was := configLine(r, w.place), w.match[0]
			flag := strings.TrimSpace(was)
			o := &obstacle{where: w.place, says: fmt.Sprintf("uvicorn cannot do what its option %s says", flag), evidence: []Evidence{{Source: l.Source, Text: text, Time: l.Time}, lineOf(r, w.place)}}
			o.clear = func(x Fix) Fix {
				if s.instead == "" || strings.Count(line, was) != 1 || QuoteConfig(line) != line {
					return x.Tell("Correct %s at %s, or bring back what it names", flag, w.place)
				}
				x.Undo = setLine(r, w.place, line)
				if s.instead == "-" {
					x = x.Do("Leave "+flag+" out", "%s", replace(r, w.place, was, ""))
				} else {
					x = x.Do("Let it be "+s.instead, "%s", replace(r, w.place, was, s.instead))
				}
				if w.unit || u.Manager != "" && w.place.File == u.Fragment {
					return readAnewKept(u, x)
				}
				return x
			}
			return o
		}
	}
	return nil
}

// portFlagOf is the port on a command line.
func portFlagOf(u sysinfo.Unit) string {
	if m := portArgument.FindStringSubmatch(u.Exec); m != nil {
		return m[1]
	}
	return "8000" // uvicorn's own
}

var (
	portArgument = whenAsked(`--port[= ](\d+)`)
	settingsGone = whenAsked(`^Error: '([^']+)' doesn't exist$`)
)

// gunicornSettingsMoved: gunicorn does not find the file of settings that its command names, and the only one of that name lies elsewhere in the app's folder.
func gunicornSettingsMoved(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	said := lastSaid(recent(lines), settingsGone)
	if err != nil || said == nil || !fails(u) && u.Manager == "" || !runsGunicorn(f, u) || u.Folder() == "" {
		return nil
	}
	word := settingsGone.FindStringSubmatch(strings.TrimSpace(said.Text))[1]
	r := f.Host.Root
	w, ok := inCommand(f, u, regexp.MustCompile(`(?:-c|--config)[= ](`+regexp.QuoteMeta(word)+`)(?:\s|$)`))
	if !ok || path.IsAbs(word) || r.Exists(inFolderOf(u, word)) {
		return nil
	}
	now := ""
	for _, p := range []string{"", "*"} {
		found, _ := r.Glob(path.Join(u.Folder(), p, path.Base(word))) // none is none
		for _, file := range found {
			if now != "" {
				return nil
			}
			now = strings.TrimPrefix(file, path.Clean(u.Folder())+"/")
		}
	}
	line := configLine(r, w.place)
	if now == "" || strings.Count(line, word) != 1 || strings.ContainsAny(now, " '\"") {
		return nil
	}
	return &obstacle{where: w.place, says: fmt.Sprintf("%s does not exist in %s, and %s does", word, u.Folder(), now),
		evidence: []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}, lineOf(r, w.place)}, clear: func(x Fix) Fix {
			x.Undo = setLine(r, w.place, line)
			x = x.Do("Name "+now, "%s", replace(r, w.place, word, now))
			if w.unit || u.Manager != "" && w.place.File == u.Fragment {
				return readAnewKept(u, x)
			}
			return x
		}}
}

// inFolderOf is a name as a service's program finds it.
func inFolderOf(u sysinfo.Unit, name string) string { return path.Join("/", u.Folder(), name) }
