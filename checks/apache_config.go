package checks

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"regexp"
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
			parsed = &confError{p.Text, at, []Evidence{lineOf(g.Root, at)}}
			break
		}
	}
	if g.Running() && parsed == nil {
		return nil
	}
	if f.Host.UID == 0 && !f.Host.Files && !g.Foreign {
		switch t, verdict := apacheTested(ctx, f, g, a); verdict {
		case apache.TestOK:
			return nil
		case apache.TestFailed:
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

var logFolder = regexp.MustCompile(`Cannot access directory '([^']+)'`)

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
