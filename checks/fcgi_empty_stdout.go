package checks

import (
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
line names a program that is not there. Its error text stands in nginx's log, next to "FastCGI sent in stderr".`,
		Run: logged([]errlog.Kind{errlog.FastCGIEmpty, errlog.FastCGIRecord}, func(_ context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			found := &Finding{Confidence: 0.9, Where: l.Where, Summary: fmt.Sprintf("the FastCGI program behind %s ended without an answer", l.Address()),
				Fix: Fix{Title: "Let the script answer", Risk: Low}.Tell("Look at the stderr text in the log: the script that SCRIPT_FILENAME names must exist, be executable for the program's user (chmod +x), and name an interpreter that is there; then run it by hand as that user")}
			if script := scriptAsked(f, l, line); script != "" {
				blameScript(f, found, script)
			}
			return found
		}),
	}
}

// wrapperSays is fcgiwrap's own page where the script it ran sent nothing at all (fcgiwrap.c, cgi_error): its gateway logs no failure then.
const wrapperSays = "An error occurred while reading CGI reply"

// readWrapper keeps that page as the line that the gateway would have written.
func (l *live) readWrapper() {
	if l.Scheme == "fastcgi" && l.hit && len(l.fresh) == 0 && strings.Contains(string(l.answer.Body), wrapperSays) {
		l.heard("GET "+l.answer.Question.Host+l.answer.Question.URI, errlog.FastCGIEmpty, fmt.Sprintf("%d, %s", l.answer.Status, wrapperSays), l.answer.At)
	}
}

var inBrackets = whenAsked(`Cannot execute script \((/[^)]+)\)`)

// scriptAsked is the script that a request was for: the log names it, or the gateway's configuration.
func scriptAsked(f *sysinfo.Facts, l *live, line sysinfo.LogLine) string {
	if m := inBrackets.FindStringSubmatch(ownPart(line.Text)); m != nil {
		return m[1]
	}
	if h, ok := l.Extra.(sysinfo.NginxHop); ok {
		if name := h.Pass.Param("SCRIPT_FILENAME").Value(); path.IsAbs(name) && !strings.Contains(name, "$") && f.Host.Root.Exists(name) {
			return name
		}
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
