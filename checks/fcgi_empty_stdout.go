package checks

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// fcgiEmptyStdout: a FastCGI program ends without having sent headers.
func fcgiEmptyStdout() Check {
	return Check{
		ID: "fcgi-empty-stdout", Title: "FastCGI programs answer with headers", Topic: Upstreams,
		Means: `The FastCGI program ended its answer without any headers: with fcgiwrap, the script is missing, not executable, or died, or its first
line names a program that is not there. Its error text stands in the gateway's log (nginx: "FastCGI sent in stderr", Apache: AH01071).`,
		Run: logged([]errlog.Kind{errlog.FastCGIEmpty, errlog.FastCGIRecord}, func(_ context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			found := &Finding{Confidence: 0.9, Where: l.Where, Summary: fmt.Sprintf("the FastCGI program behind %s ended without an answer", l.Address()),
				Fix: Fix{Title: "Let the script answer", Risk: Low}.Tell("Look at the stderr text in the log: the script that SCRIPT_FILENAME names must exist, be executable for the program's user (chmod +x), and name an interpreter that is there; then run it by hand as that user")}
			if script := l.scriptAsked(line); script != "" {
				blameScript(f, found, script)
			}
			return found
		}),
	}
}

// wrapperSays is fcgiwrap's own page where the script it ran sent nothing at all (fcgiwrap.c, cgi_error): its gateway logs no failure then.
const wrapperSays = "An error occurred while reading CGI reply"

// wrapperCannot is the whole of its page where the kernel did not run the script; why stands in the gateway's log, which may be closed.
const wrapperCannot = "502 Bad Gateway"

// readWrapper keeps those pages as the line that the gateway would have written, or has written unseen.
func (l *live) readWrapper(f *sysinfo.Facts) {
	if l.Scheme != "fastcgi" || !l.hit || len(l.fresh) > 0 {
		return
	}
	body, source := strings.TrimSpace(string(l.answer.Body)), "GET "+l.answer.Question.Page()
	if strings.Contains(body, wrapperSays) {
		l.heard(source, errlog.FastCGIEmpty, fmt.Sprintf("%d, %s", l.answer.Status, wrapperSays), l.answer.At)
	} else if script := l.scriptOf(l.answer.Question.URI); body == wrapperCannot && script != "" && cannotRun(f, script) != nil {
		l.heard(source, errlog.FastCGIEmpty, fmt.Sprintf("%d, as fcgiwrap answers where a script cannot be run", l.answer.Status), l.answer.At)
	}
}

var inBrackets = whenAsked(`Cannot execute script \((/[^)]+)\)`)

// scriptAsked is the script that a request was for: the log names it, or the gateway's configuration.
func (l *live) scriptAsked(line sysinfo.LogLine) string {
	if m := inBrackets.FindStringSubmatch(ownPart(line.Text)); m != nil {
		return m[1]
	}
	return l.scriptOf(cmp.Or(line.URI, "/"))
}

// scriptOf is the file that nginx has a FastCGI program run for a page; empty where it is not known, or not there.
func (l *live) scriptOf(uri string) string {
	h, ok := l.Extra.(sysinfo.NginxHop)
	if !ok {
		return ""
	}
	r := l.Site.Gateway.Root
	if way := h.Pass.Server.Route(uri, r.Exists); way.Pass == h.Pass && path.IsAbs(way.Script) && r.Exists(way.Script) {
		return way.Script
	}
	return ""
}

// blameScript looks at the script itself: whether it can be run at all.
func blameScript(f *sysinfo.Facts, found *Finding, script string) {
	r := f.Host.Root
	found.Where = sysinfo.Place{File: script, Line: 1}
	i, err := r.Stat(script)
	o := cannotRun(f, script)
	switch {
	case err != nil:
		found.Summary = fmt.Sprintf("the script %s is not there", script)
		found.Where = sysinfo.Place{File: script}
	case i.Mode.Perm()&0o111 == 0 && strings.HasPrefix(configLine(r, found.Where), "#!"): // what else lies there somebody asked for, and it is no program
		found.Summary = fmt.Sprintf("%s cannot be run: it is not executable", script)
		found.Confidence, found.Fix = 0.97, Fix{Title: "Let the script be run", Risk: Low, Undo: "chmod -x " + sh(script)}.Do("Let it be run", "chmod +x %s", sh(script))
	case o != nil:
		found.Summary = o.says
		found.Evidence = append(found.Evidence, o.evidence...)
		found.Confidence, found.Where, found.Fix = 0.97, o.where, o.clear(Fix{Title: "Let the script be run", Risk: Low})
	default:
		found.Where.Line = 0
		found.Summary = fmt.Sprintf("%s ended without an answer", script)
	}
}
