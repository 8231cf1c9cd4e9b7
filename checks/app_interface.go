package checks

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
)

var (
	calledAsWSGI = whenAsked(`^TypeError: (?:[\w.<>]+\.)?(\w+)\(\) takes (?:from \d+ to )?\d+ positional arguments? but 2 were given`)
	asgiAsWSGI   = whenAsked(`^TypeError: [\w.<>]+\(\) missing 1 required positional argument: 'send'`)
	wsgiAsASGI   = whenAsked(`^TypeError: [\w.<>]+\(\) takes 2 positional arguments but 3 were given|^TypeError: [\w.<>]+\(\) missing 1 required positional argument: 'start_response'`)
	uvicornFlag  = whenAsked(`\s(?:-k|--worker-class)[ =]["']?uvicorn[\w.]*Worker["']?`)
	otherWorkers = whenAsked(`\s(?:-k|--worker-class)[ =]`)
)

// wrongInterface: gunicorn loads the app, and asks it in a way that it does not understand: a function that makes the app is taken for the app (PEP 3333 wants a callable of environ and
// start_response), or an ASGI app is asked as a WSGI one, or the other way round. Each page is a 500 then.
func wrongInterface(f *sysinfo.Facts, u sysinfo.Unit, lines []sysinfo.JournalLine, found *Finding) bool {
	at, module, object := pythonTarget(f, u)
	if module == "" || !runsGunicorn(f, u) {
		return false
	}
	r := f.Host.Root
	line := configLine(r, at.place)
	now := slices.DeleteFunc(slices.Clone(latest(lines)), func(l sysinfo.JournalLine) bool { return f.Host.Now().Sub(l.Time) > 15*time.Second })
	for _, l := range reversed(now) {
		text := strings.TrimSpace(l.Text)
		x := Fix{Title: "Start the app as what it is", Risk: Low, Undo: setLine(r, at.place, line) + "; systemctl daemon-reload"}
		was := module + ":" + object
		switch m := calledAsWSGI.FindStringSubmatch(text); {
		case m != nil && m[1] == object && strings.Count(line, was) == 1 && !strings.Contains(line, was+"("):
			found.Summary += fmt.Sprintf(": %s makes the app and is not the app itself", object)
			if madeOfNothing(r, path.Join("/", pythonFolder(f, u, at.place), strings.ReplaceAll(module, ".", "/")+".py"), object) && !strings.Contains(line, "sh -c") && strings.HasPrefix(at.place.File, "/etc/") {
				x = x.Do("Let gunicorn call it", "%s", replace(r, at.place, was, was+"()"))
			} else {
				x = x.Tell("Let gunicorn call it, at %s: '%s()', with what it has to be given between the brackets", at.place, was)
			}
		case asgiAsWSGI.MatchString(text) && !otherWorkers.MatchString(u.Exec) && strings.Count(line, was) == 1:
			found.Summary += ": it is an ASGI app, and gunicorn asks it as a WSGI app"
			if uvicornHere(r, u) && strings.HasPrefix(at.place.File, "/etc/") {
				x = x.Do("Let workers of uvicorn ask it", "%s", replace(r, at.place, was, was+" -k uvicorn.workers.UvicornWorker"))
			} else {
				x = x.Tell("Install %s, and give gunicorn its workers at %s: -k uvicorn.workers.UvicornWorker", pipInstall(u, "uvicorn"), at.place)
			}
		case wsgiAsASGI.MatchString(text) && strings.Count(line, uvicornFlag.FindString(line)) == 1:
			found.Summary += ": it is a WSGI app, and workers of uvicorn ask it as an ASGI app"
			x = x.Do("Let gunicorn's own workers ask it", "%s", replace(r, at.place, uvicornFlag.FindString(line), ""))
		default:
			continue
		}
		found.Where = at.place
		found.Evidence = append([]Evidence{{Source: l.Source, Text: text, Time: l.Time}, lineOf(r, at.place)}, found.Evidence...)
		found.Fix = startAnew(u, daemonReload(x), "Start it anew")
		return true
	}
	return false
}

// wrongInterfaceOf is wrongInterface with what the service said lately.
func wrongInterfaceOf(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, found *Finding) bool {
	lines, err := f.Words(ctx, u)
	return err == nil && wrongInterface(f, u, lines, found)
}

// madeOfNothing says that a function of a file can be called with nothing.
func madeOfNothing(r sysinfo.Root, file, name string) bool {
	text, err := r.ReadFile(file)
	m := regexp.MustCompile(`(?m)^def ` + regexp.QuoteMeta(name) + `\(([^()]*)\)`).FindSubmatch(text)
	if err != nil || m == nil {
		return false
	}
	for arg := range strings.SplitSeq(string(m[1]), ",") {
		if arg = strings.TrimSpace(arg); arg != "" && !strings.Contains(arg, "=") && !strings.HasPrefix(arg, "*") {
			return false
		}
	}
	return true
}

// uvicornHere says that a service's Python has uvicorn with its workers for gunicorn.
func uvicornHere(r sysinfo.Root, u sysinfo.Unit) bool {
	patterns := []string{"/usr/lib/python3/dist-packages/uvicorn/workers.py"}
	if home := path.Dir(path.Dir(firstWord(u.Exec))); path.IsAbs(home) && r.Exists(home+"/pyvenv.cfg") { // its own packages come first, and may be all it has
		patterns = append([]string{home + "/lib/python3*/site-packages/uvicorn/workers.py"}, patterns...)
		if text, _ := r.ReadFile(home + "/pyvenv.cfg"); !strings.Contains(string(text), "include-system-site-packages = true") {
			patterns = patterns[:1]
		}
	}
	return slices.ContainsFunc(patterns, func(p string) bool {
		found, _ := r.Glob(p) // none is none
		return len(found) > 0
	})
}

var (
	factoryCalled = whenAsked(`([A-Za-z_][\w.]*):([A-Za-z_]\w*)\(\)`)
	factoryMade   = whenAsked(`(?m)^def ((?:create|make|build|get)_\w+)\(`)
)

// factoryName: gunicorn shall call a function that makes the app, and the only one there which does has another name.
func factoryName(f *sysinfo.Facts, u sysinfo.Unit, lines []sysinfo.JournalLine, found *Finding) bool {
	l, ok := setBy(f, u, "ExecStart")
	m := factoryCalled.FindStringSubmatch(l.Value)
	said := lastSaid(lines, noObject)
	if !ok || m == nil || said == nil || !runsGunicorn(f, u) || noObject.FindStringSubmatch(said.Text)[1] != m[2] || !strings.HasPrefix(l.File, "/etc/") {
		return false
	}
	r := f.Host.Root
	file := path.Join("/", pythonFolder(f, u, l.Place), strings.ReplaceAll(m[1], ".", "/")+".py")
	text, err := r.ReadFile(file)
	all := factoryMade.FindAllStringSubmatch(string(text), 2)
	if err != nil || len(all) != 1 || !madeOfNothing(r, file, all[0][1]) || strings.Count(configLine(r, l.Place), m[2]) != 1 {
		return false
	}
	now := all[0][1]
	found.Where = l.Place
	found.Summary += fmt.Sprintf("; %s has no %s, and %s makes the app", file, m[2], now)
	found.Evidence = append([]Evidence{unitLineSays(f, l)}, found.Evidence...)
	x := Fix{Title: "Name the function as it is written", Risk: Low, Undo: replace(r, l.Place, now, m[2]) + "; systemctl daemon-reload"}
	found.Fix = startAnew(u, daemonReload(x.Do("Name "+now, "%s", replace(r, l.Place, m[2], now))), "Start it anew")
	return true
}
