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
				blameScript(f.Host.Root, found, script)
			}
			return found
		}),
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
func blameScript(r sysinfo.Root, found *Finding, script string) {
	found.Where = sysinfo.Place{File: script, Line: 1}
	i, err := r.Stat(script)
	x := Fix{Title: "Let the script be run", Risk: Low}
	first := configLine(r, found.Where)
	program, _, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(first, "#!")), " ")
	switch {
	case err != nil:
		found.Summary = fmt.Sprintf("the script %s is not there", script)
		found.Where = sysinfo.Place{File: script}
	case windowsEnds(r, script):
		found.Summary = fmt.Sprintf("%s cannot be run: it has the line ends of Windows, and the kernel takes them for a part of its interpreter's name", script)
		found.Confidence, found.Fix = 0.97, unixEnds(x, script)
	case i.Mode.Perm()&0o111 == 0 && strings.HasPrefix(first, "#!"): // what else lies there somebody asked for, and it is no program
		found.Summary = fmt.Sprintf("%s cannot be run: it is not executable", script)
		x.Undo = "chmod -x " + sh(script)
		found.Confidence, found.Fix = 0.97, x.Do("Let it be run", "chmod +x %s", sh(script))
	case strings.HasPrefix(first, "#!") && path.IsAbs(program) && !r.Exists(program):
		found.Summary = fmt.Sprintf("%s cannot be run: its interpreter %s is not there", script, program)
		found.Evidence = append(found.Evidence, lineOf(r, found.Where))
		found.Confidence = 0.97
		for _, other := range []string{"/usr/bin/", "/bin/", "/usr/local/bin/"} {
			if other += path.Base(program); r.Exists(other) {
				x.Undo = replace(r, found.Where, other, program)
				found.Fix = x.Do("Name the one that is here", "%s", replace(r, found.Where, program, other))
				return
			}
		}
		found.Fix = x.Tell("Install %s, or name the interpreter that this machine has in the script's first line", path.Base(program))
	default:
		found.Where.Line = 0
		found.Summary = fmt.Sprintf("%s ended without an answer", script)
	}
}
