package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

func (t *confError) finding(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) *Finding {
	text, _, _ := strings.Cut(t.text, ": BIO_new_file() failed") // OpenSSL's own words are in the evidence
	found := &Finding{Status: Fail, Confidence: 0.97, Summary: g.Title() + " does not start: " + text, Evidence: slices.Clone(t.evidence)}
	if u, ok := f.Unit(ctx, g.Unit); ok {
		found.Evidence = append(found.Evidence, unitSays(u))
	}
	x := Fix{Title: "Correct the configuration, then start " + g.Title(), Risk: Low}
	if g.Running() {
		x.Title = "Correct the configuration, then reload " + g.Title()
	}
	x = t.repair(ctx, f, g, x)
	if x.commands() == "" {
		x, _ = t.siteAside(ctx, f, g, x)
	}
	if t.config != "" {
		mended := *g
		mended.Config = t.config
		g = &mended
	}
	found.Fix = reload(ctx, f, g, x)
	found.Where = t.place // the repair may know better which line it is
	return found
}

// repair corrects the line, where a command can know how.
func (t *confError) repair(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, x Fix) Fix {
	line := ""
	if t.place.Known() && t.place.Line > 0 {
		line = configLine(g.Root, t.place)
		x.Undo = setLine(g.Root, t.place, line)
	}
	quoted := strings.Split(t.text, `"`)
	name := ""
	if len(quoted) > 1 {
		name = quoted[1]
	}
	off := commentOut(g.Root, t.place)
	if lost, ok := t.codeLost(f, g, x, line); ok {
		return lost
	}
	if back, ok := t.mainFileGone(g, x); ok {
		return back
	}
	if a, ok := g.Extra.(*sysinfo.Apache); ok {
		return t.repairApache(g, a, x, line)
	}
	if words, _ := testCommand(g); words != nil {
		return t.repairTested(ctx, f, g, x)
	}
	if slip, ok := readYAML(g.Root, t.place.File); g.Kind == "traefik" && !ok && strings.HasPrefix(t.text, "yaml: ") {
		t.place = slip.at
		return slip.mend(g.Root, x)
	}
	if cured, ok := t.cureFile(g, x); ok {
		return cured
	}
	if strings.HasPrefix(t.text, "open()") {
		if cured, ok := t.movedFolder(g, x, line); ok {
			return cured
		}
	}
	for _, cure := range []func(*sysinfo.Gateway, Fix, string, string) (Fix, bool){t.cureWhole, t.cure, t.cureLine, t.cureValue, t.cureRegexp, t.cureBuffers, t.cureMoved, t.emptyUpstream, t.cureFamily} {
		if cured, ok := cure(g, x, name, line); ok {
			return cured
		}
	}
	switch {
	case strings.HasPrefix(t.text, "getpwnam(") && strings.HasPrefix(line, "user") && name != "":
		return x.Do("Let nginx run as a user that exists here", "%s", replace(g.Root, t.place, name, webUser(ctx, f)))
	case strings.HasPrefix(t.text, "unknown directive") && strings.HasSuffix(t.text, "?)") && strings.Contains(line, name):
		meant := strings.TrimSuffix(t.text[strings.LastIndexByte(t.text, '(')+1:], "?)")
		return x.Do(fmt.Sprintf("Correct the slip: %s is %s", name, meant), "%s", replace(g.Root, t.place, name, meant))
	case strings.HasPrefix(t.text, "unknown directive") && t.place.Known() && alone(line) && !nearGuard(name):
		return x.Do(fmt.Sprintf("Take the line out (or install the module that brings %s)", name), "%s", off)
	case strings.HasPrefix(t.text, "open()") && strings.HasPrefix(line, "include") && alone(line) && guardFile.MatchString(line):
		return guardLost(x, "the include at "+t.place.String())
	case strings.HasPrefix(t.text, "open()") && strings.HasPrefix(line, "include") && alone(line):
		return x.Do("Take the include out: its file is not there", "%s", off)
	case strings.HasPrefix(t.text, "include loop") && alone(line):
		return x.Do("Take this include out: the files include each other without end", "%s", off)
	case containsAny(t.text, aCertificate...):
		return t.cureCertificate(g, x, name)
	case strings.HasPrefix(t.text, "invalid port in upstream") && (strings.HasPrefix(line, "server ") || strings.Contains(line, "_pass ")):
		return writePort(ctx, f, t, g, x, name)
	case strings.Contains(t.text, "host not found in upstream"):
		return t.cureName(ctx, f, g, x, name, line)
	case t.place.Known():
		if off, ok := t.cureOff(g, x, name, line); ok {
			return off
		}
		return x.Tell("Correct %s", t.place)
	}
	return x.Tell("Correct what nginx -t complains about")
}

// guardLost is for a file that is not there and, by its name, says who may come in.
func guardLost(x Fix, named string) Fix {
	x.Undo = ""
	return x.Tell("Put the file back: by its name it says who may come in, and without it the site may be open. If it does not, take %s out", named)
}

// writePort gives an upstream the port that its line lacks: that of the only app of this machine that nobody asks. Without the line the
// site has nobody to ask.
func writePort(ctx context.Context, f *sysinfo.Facts, t *confError, g *sysinfo.Gateway, x Fix, name string) Fix {
	app := f.Unasked(ctx)
	host, _, _ := strings.Cut(name, ":")
	if a, port, ok := strings.Cut(app.Addr, ":"); ok && !app.Dark && (a == host || a == "0.0.0.0" || a == "127.0.0.1" && host == "localhost") && strings.Count(configLine(g.Root, t.place), name) == 1 {
		if siteOf(g, t.place, unitWord(app.Unit.Name)) {
			return x.Do(fmt.Sprintf("%s listens on %s, and no site asks it", unitWord(app.Unit.Name), app.Addr), "%s", replace(g.Root, t.place, name, host+":"+port))
		}
		x.Undo = ""
		return x.Tell("Write the app's port at %s. %s listens on %s, and no site asks it: write that one if it is this site's app, and not one that only this machine may ask", t.place, unitWord(app.Unit.Name), app.Addr)
	}
	x.Undo = ""
	return x.Tell("Write the app's port at %s: ss -ltnp shows who listens where", t.place)
}

// siteOf says that a file, or a site in it, is called after an app.
func siteOf(g *sysinfo.Gateway, at sysinfo.Place, app string) bool {
	app, _, _ = strings.Cut(app, "@")
	names := []string{path.Base(at.File)}
	for _, s := range g.Sites {
		if s.Where.File == at.File {
			names = append(names, s.Names...)
		}
	}
	return slices.ContainsFunc(names, func(n string) bool { return calledAfter(n, app) })
}

// cure is the one command that lets nginx start again, where what it says leaves no choice.
func (t *confError) cure(g *sysinfo.Gateway, x Fix, name, line string) (Fix, bool) {
	switch {
	case line != "" && !ends(withoutComment(line)) && containsAny(t.text, cutShort...):
		code := withoutComment(line)
		return x.Do("End the line with a semicolon", "%s", replace(g.Root, t.place, code, code+";")), true
	case strings.HasPrefix(t.text, "a duplicate default server") && strings.Contains(line, " default_server"):
		return x.Do("Let the other site be the default one: only one can be", "%s", replace(g.Root, t.place, " default_server", "")), true
	case strings.HasPrefix(t.text, "duplicate listen options") && strings.Contains(line, " reuseport"):
		return x.Do("Say reuseport once for this address", "%s", replace(g.Root, t.place, " reuseport", "")), true
	case containsAny(t.text, "dlopen()", "is not binary compatible", "instead of 10") && strings.HasPrefix(line, "load_module") && alone(line):
		return x.Do("Take the module out: its file is not there, or was made for another nginx", "%s", commentOut(g.Root, t.place)), true
	case containsAny(t.text, "a duplicate listen") && strings.HasPrefix(line, "listen") && alone(line):
		return x.Do("Take the second one out", "%s", commentOut(g.Root, t.place)), true
	case strings.HasPrefix(t.text, "open()") && leadsNowhere(g.Root, name):
		return lostLink(g, x, name)
	case strings.Contains(t.text, "in upstream") && strings.HasPrefix(name, "/") && strings.Contains(line, name):
		return x.Do("Say that it is a socket", "%s", replace(g.Root, t.place, name, "unix:"+name)), true
	case folderGone(t.text) && strings.HasPrefix(line, "pid ") && !strings.HasPrefix(name, "/run/") && alone(line):
		return x.Do("Let the number be where the service looks for it", "%s", setLine(g.Root, t.place, "pid /run/nginx.pid;")), true
	case folderGone(t.text) && strings.HasPrefix(name, "/"):
		return t.makeFolder(g.Root, x, path.Dir(name))
	}
	return x, false
}

// leadsNowhere says that a name is a link to a file that is not there.
func leadsNowhere(r sysinfo.Root, name string) bool {
	_, err := r.Readlink(name)
	return err == nil && !r.Exists(name)
}

// folderGone says that nginx could not make a file of its own.
func folderGone(text string) bool {
	return strings.HasSuffix(text, "failed (2: No such file or directory)") &&
		(strings.HasPrefix(text, "mkdir()") || strings.HasPrefix(text, "open()") && containsAny(text, ".log", ".pid"))
}

// alone says that a line holds one directive and nothing else, so that it can be taken out by itself.
func alone(line string) bool {
	line, _, _ = strings.Cut(line, " #")
	line = strings.TrimSpace(line)
	return strings.Count(line, ";") == 1 && strings.HasSuffix(line, ";") && !strings.ContainsAny(line, "{}")
}
