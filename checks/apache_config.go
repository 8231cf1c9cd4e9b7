package checks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
)

// apacheTrouble finds what Apache would stumble over: by our own reading, and where that or its being down gives a
// reason, by its own test and its last words. The test opens logs, so it is not run for nothing.
func apacheTrouble(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) *confError {
	a, ok := g.Extra.(*sysinfo.Apache)
	if !ok {
		return nil
	}
	var parsed *confError
	for _, p := range a.Config.Problems {
		if !errors.Is(p.Err, fs.ErrPermission) {
			at := sysinfo.Place{File: p.File, Line: p.Line}
			parsed = &confError{text: p.Text, place: at, evidence: []Evidence{lineOf(g.Root, at)}}
			break
		}
	}
	if g.Running() && parsed == nil {
		return nil
	}
	if testable(f, g) {
		switch t, verdict := apacheTested(ctx, f, g, a); {
		case f.Host.UID != 0 && !t.ofSyntax():
		case verdict == apache.TestOK:
			if g.Running() {
				return nil
			}
			if t := apacheCertificate(g, a); t != nil {
				return t
			}
			if t := noCipher(g); t != nil {
				return t
			}
			if t := balancerLacks(g, a); t != nil {
				return t
			}
			if t := pipedGone(g); t != nil {
				return t
			}
			if t := startTrouble(ctx, f, g); t != nil {
				return t
			}
			return lockedKeys(ctx, f, g, a)
		case verdict == apache.TestFailed:
			return merge(t, parsed)
		}
	}
	if g.Running() {
		return parsed
	}
	return merge(apacheWords(ctx, f, g), parsed)
}

// apacheTested asks Apache itself.
func apacheTested(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, a *sysinfo.Apache) (*confError, apache.Verdict) {
	args := []string{"-t"}
	if t := keeperOf(g).test; strings.Contains(t, " -f ") {
		args = append(args, "-f", g.Config)
	}
	out, err := f.Host.Run(ctx, apacheCtl(a), args...)
	if err != nil {
		return nil, apache.TestUnknown
	}
	run := apache.ParseTest(append(out.Stderr, out.Stdout...), out.Exit)
	if run.Verdict != apache.TestFailed {
		return nil, run.Verdict
	}
	return apacheError(g, run.Problem, Evidence{Source: keeperOf(g).test, Text: run.Problem.Text}), run.Verdict
}

// apacheWords reads the last start in the journal; a port that is taken is another's to tell.
func apacheWords(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) *confError {
	if g.Unit == "" {
		return nil
	}
	lines, err := f.Journal(ctx, g.Unit)
	if err != nil {
		return nil
	}
	var said []string
	last := sysinfo.JournalLine{}
	for _, l := range lastAttempt(lines) {
		said = append(said, strings.Split(l.Text, "\n")...)
		last = l
	}
	run := apache.ParseWords(said)
	if run.Verdict != apache.TestFailed {
		return nil
	}
	return apacheError(g, run.Problem, Evidence{Source: "journalctl -u " + unitWord(g.Unit), Text: run.Problem.Text, Time: last.Time})
}

func apacheError(g *sysinfo.Gateway, p apache.Problem, e Evidence) *confError {
	t := &confError{text: p.Text, place: sysinfo.Place{File: p.File, Line: p.Line}, evidence: []Evidence{e}}
	if at, ok := logPlace(g, p.Text); ok {
		t.place = at
	}
	if t.place.Known() {
		t.evidence = append(t.evidence, lineOf(g.Root, t.place))
	}
	return t
}

var logFolder = whenAsked(`Cannot access directory '([^']+)'`)

// logPlace is the line that names the log whose folder is missing: Apache names the virtual host's.
func logPlace(g *sysinfo.Gateway, text string) (sysinfo.Place, bool) {
	m := logFolder.FindStringSubmatch(text)
	if m == nil {
		return sysinfo.Place{}, false
	}
	for _, s := range g.Sites {
		for _, l := range s.Logs {
			if l.Where.Known() && path.Dir(l.Path) == path.Clean(m[1]) {
				return l.Where, true
			}
		}
	}
	return sysinfo.Place{}, false
}

var quotedName = whenAsked(`Invalid command '([^']+)'`)

// unknownName is the directive that Apache says it does not know; empty in other complaints.
func unknownName(said string) string {
	if m := quotedName.FindStringSubmatch(said); m != nil {
		return m[1]
	}
	return ""
}

// repairApache corrects the line, where a command can know how.
func (t *confError) repairApache(g *sysinfo.Gateway, a *sysinfo.Apache, x Fix, line string) Fix {
	name := unknownName(t.text)
	module := apache.Brings(name)
	off := commentOut(g.Root, t.place)
	if module != "" && !a.Config.Has(module) {
		return enableModule(g, a, x, withBalancers(g, a, withHandlers(g, a, module))...)
	}
	if m := notOpened.FindStringSubmatch(t.text); m != nil {
		if cured, ok := lostLink(g, x, path.Clean(m[1])); ok {
			return cured
		}
	}
	if !containsAny(t.text, "SSLCertificate", "Cannot load ") {
		if cured, ok := t.movedFolder(g, x, line); ok {
			return cured
		}
	}
	if cured, ok := t.cureApache(g, a, x, line); ok {
		return cured
	}
	if cured, ok := t.curePiped(g, x, line); ok {
		return cured
	}
	switch {
	case name != "" && t.place.Known():
		return t.unknownCommand(g, x, name, line)
	case logFolder.MatchString(t.text):
		dir := path.Clean(logFolder.FindStringSubmatch(t.text)[1])
		x.Undo = "rmdir " + sh(dir)
		return x.Do("Make the folder again", "mkdir -p %s", sh(dir))
	case strings.HasPrefix(strings.ToLower(line), "include ") && guardFile.MatchString(line):
		return guardLost(x, "the include at "+t.place.String())
	case strings.HasPrefix(strings.ToLower(line), "include ") && containsAny(t.text, "Could not open configuration file", "No matches for the wildcard"):
		return x.Do("Let Apache start without the file", "%s", replace(g.Root, t.place, line[:len("include")], "IncludeOptional"))
	case strings.HasPrefix(t.text, "Cannot load ") && strings.HasPrefix(strings.ToLower(line), "loadmodule"):
		if m := loadedAs.FindStringSubmatch(line); m != nil && moduleGuards(g, m[1]) {
			return x.Tell("Bring the file of %s back: the package that it came with has to be installed again (Debian: apt-get install --reinstall apache2-bin). Without it Apache skips lines that keep visitors out, or tell the app who they are", m[1])
		}
		return x.Do("Take the module out: its file is not there, or does not fit this Apache", "%s", off)
	case strings.Contains(t.text, "bad user name") && strings.HasPrefix(line, "User "):
		return x.Do("Let Apache run as a user that exists here", "%s", setLine(g.Root, t.place, "User www-data"))
	case strings.Contains(t.text, "SSLCertificate"):
		file := ""
		if m := refusedCertificate.FindStringSubmatch(t.text); m != nil {
			file = m[1]
		}
		return t.cureCertificate(g, x, file)
	case t.place.Known():
		return t.switchOff(g, x, line)
	}
	return x.Tell("Correct what %s complains about", keeperOf(g).test)
}

// unknownCommand corrects a directive that Apache does not know, or takes it out.
func (t *confError) unknownCommand(g *sysinfo.Gateway, x Fix, name, line string) Fix {
	if meant := apache.Meant(name); meant != "" {
		return x.Do(fmt.Sprintf("Correct the slip: %s is %s", name, meant), "%s", replace(g.Root, t.place, name, meant))
	}
	if nearGuard(name) || guards(line) {
		return x.Tell("%s at %s keeps visitors out, and this Apache does not know it: enable or install the module that brings it; without the line the site may be open", name, t.place)
	}
	return x.Do(fmt.Sprintf("Take the line out (or install the module that brings %s)", name), "%s", commentOut(g.Root, t.place))
}

// refusedCertificate is the file in mod_ssl's words (ssl_engine_config.c, ssl_cmd_check_file).
var refusedCertificate = whenAsked(`SSLCertificate\w*: file '([^']+)'`)
