package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// appDown is the service of a hop that does not listen, when it failed or keeps failing.
func appDown(ctx context.Context, f *sysinfo.Facts, l *live) (sysinfo.Unit, bool) {
	if u, ok := activated(ctx, f, l); ok {
		return u, l.hit && !u.Running() && l.reach.Denied == nil && len(l.reach.Others) == 0
	}
	if u, ok := robbed(ctx, f, l); ok {
		return u, true
	}
	if u, ok := refusedBetween(ctx, f, l); ok {
		return u, true
	}
	if l.reach.Err != nil || l.reach.Listener != nil || len(l.reach.Others) > 0 || l.Scheme == "fastcgi" || !l.reach.Broken() {
		return sysinfo.Unit{}, false
	}
	app := f.AppFor(ctx, l.Hop)
	u := app.Unit
	return u, u.Name != "" && !app.Listens() && (u.Restarts > 0 || u.Active == "failed" || u.Looping() || u.Result == "exit-code" || u.Result == "signal" || u.Result == "core-dump")
}

// neverRan says that systemd itself could not start the program, for want of a user, folder or environment file, or
// ended it because it waited for something in vain. Then the program is not to blame. systemd.exec(5) lists the codes.
func neverRan(u sysinfo.Unit) bool {
	return slices.Contains([]string{"resources", "timeout", "protocol", "watchdog"}, u.Result) || u.CodeKind == "exited" && u.ExitCode >= 200 && u.ExitCode <= 245
}

// failedItself says that a service ended by an error of its own: one that was stopped did not.
func failedItself(u sysinfo.Unit) bool {
	return u.Restarts > 0 || u.Active == "failed" || u.Looping() || u.Result != "" && u.Result != "success" || u.Manager != ""
}

// activated is the service that systemd starts when somebody connects: then systemd itself holds the socket, or held
// it until the service had failed too often.
func activated(ctx context.Context, f *sysinfo.Facts, l *live) (sysinfo.Unit, bool) {
	if l.reach.Listener != nil && (l.reach.Owner == nil || l.reach.Owner.PID != 1) {
		return sysinfo.Unit{}, false
	}
	name, _ := f.SocketService(l.Hop)
	if name == "" {
		return sysinfo.Unit{}, false
	}
	return f.Unit(ctx, name)
}

var (
	nodeApp   = whenAsked(`(^|/)(node|nodejs|npm|yarn|pnpm|npx|pm2|bun|deno)( |$)`)
	nodeError = whenAsked(`^\[?(\w*Error|\w*Exception|FATAL ERROR)\b.*: |^Error: |EADDRINUSE(?:[^',]|$)|Cannot find module|JavaScript heap out of memory`)
	// printedError is an error as Node prints what nobody caught, and all that it knows of it, or gunicorn its own: [Error: EACCES: …] {, Error: Error: …
	printedError = whenAsked(`^(?:\[(\w*Error.*)\] \{|Error: (Error: .*))$`)
	pythonError  = whenAsked(`^\w*(Error|Exception)\b: |^\w+(\.\w+)*(Error|Exception|Improperly\w+)\b|^\w+\.\w*error: |Connection in use|No module named|^Failed to find attribute `)
)

// appFailed names a service that failed, with its own last error.
func appFailed(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, err pattern, what string) *Finding {
	found := &Finding{Status: l.broken(), Confidence: 0.96, Where: execPlace(f, u), Summary: what + soFar(u)}
	lines, _ := f.Words(ctx, u) // unreadable: the unit's own state is evidence enough
	last := lastSaid(lines, err)
	if last == nil {
		last = lastComplaint(recent(lines), u)
	}
	if last == nil && u.Manager != "" && u.Running() {
		return nil // it may be on its way
	}
	if last != nil {
		found.Summary += ": " + inShort(last.Text)
		found.Evidence = append(found.Evidence, Evidence{Source: last.Source, Text: last.Text, Time: last.Time})
	} else {
		found.Evidence = append(found.Evidence, lastWords(ctx, f, u)...)
	}
	found.Evidence = append(found.Evidence, unitSays(u), passLine(l))
	if at := settingSaid(f, u, lines); at.Known() {
		found.Where = at
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
	}
	if at := codePlace(f, u.Folder(), lines, last); at.Known() {
		found.Where = at
		found.Evidence = append(found.Evidence, codeLine(f.Host.Root, at))
	}
	found.Fix = repair(f.Host.Root, l, u, lines, found.Where, showApp(ctx, f, u))
	if len(lines) == 0 && saidToRoot(ctx, f, u) {
		found.Fix = startAnew(u, seeWhy(u), "Start it again")
	}
	if other, ok := robbed(ctx, f, l); ok && other.Name == u.Name {
		found.Covers = append(found.Covers, "upstream-premature-close", "upstream-protocol-mismatch", "upstream-returned-5xx", "upstream-port-nothing-listening")
		found.Evidence = append(found.Evidence, holderSays(l))
		found.Fix = freePort(ctx, f, l, u)
		return withLine(found, l, connectKinds...)
	}
	if _, hers := u.OfUser(); hers {
		return withLine(found, l, connectKinds...)
	}
	missed, misses := missedService(ctx, f, u, lines)
	switch o := lineDropped(ctx, f, u); {
	case o != nil:
		o.explain(found, u)
	case brokenJSON(f, u, lines, found) || brokenYAML(f, u, lines, found): // it read no setting, so that none of them is in the way
	case misses:
		startBefore(ctx, f, found, u, missed)
	case storeInTheWay(ctx, f, l, u, found) || saidInTheWay(ctx, f, l, u, lines, found):
		return withLine(found, l, connectKinds...)
	case !toldWrong(ctx, f, l, u, lines, found) && !toldAtEnd(ctx, f, l, u, found):
		explainDown(ctx, f, l, u, found)
	}
	found.Fix = asKept(u, found.Fix)
	return withLine(found, l, connectKinds...)
}

// toldWrong looks for a line of the app's own settings, or of its unit's, that keeps it from starting.
func toldWrong(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, lines []sysinfo.JournalLine, found *Finding) bool {
	return restoreEnvironment(f, u, found) || lostVariable(ctx, f, l, u, lines, found) || oddSetting(ctx, f, l, u, found) || moduleSet(f, u, lines, found) ||
		uwsgiFileGone(f, l, u, lines, found) || pythonName(f, u, lines, found) || factoryName(f, u, lines, found) || nodeOption(f, u, lines, found) || otherBind(f, l, u, lines, found)
}

// lastSaid is the last line that fits one of some patterns; nil when none does.
func lastSaid(lines []sysinfo.JournalLine, any ...pattern) *sysinfo.JournalLine {
	for i := len(lines) - 1; i >= 0; i-- {
		if slices.ContainsFunc(any, func(p pattern) bool { return p.MatchString(strings.TrimSpace(lines[i].Text)) }) {
			return &lines[i]
		}
	}
	return nil
}

// execPlace is the line that starts the program: of a unit's file, or of the script of its own that it starts and that becomes the program.
func execPlace(f *sysinfo.Facts, u sysinfo.Unit) sysinfo.Place {
	if at := becomesApp(f, u); at.Known() {
		return at
	}
	for _, l := range reversed(f.UnitLines(u)) {
		if l.Key == "ExecStart" && l.Value != "" {
			return l.Place
		}
	}
	return sysinfo.Place{File: u.Fragment}
}

var (
	missingNode   = whenAsked(`Cannot find module '([^'./][^']*)'`)
	missingPython = whenAsked(`No module named '?([\w.]+)'?`)
)

// scriptFolder is where a Node app's files are: where it is started, or where the script lies that it is started with.
func scriptFolder(u sysinfo.Unit) string {
	if dir := u.Folder(); dir != "" {
		return dir
	}
	for w := range strings.FieldsSeq(u.Exec) {
		if ext := path.Ext(w); path.IsAbs(w) && slices.Contains([]string{".js", ".mjs", ".cjs", ".py"}, ext) {
			return path.Dir(w)
		}
	}
	return ""
}

func bracketed(text string) string {
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}

// repair says what a person has to do about an app's own error, which show shows; the start comes after it.
func repair(r sysinfo.Root, l *live, u sysinfo.Unit, lines []sysinfo.JournalLine, at sysinfo.Place, show string) Fix {
	x := Fix{Title: "Repair the app, then start " + unitWord(u.Name), Risk: Medium}
	text := ""
	for _, line := range lines {
		text += line.Text + "\n"
	}
	switch {
	case missingNode.MatchString(text):
		x = x.Tell("The package %s is not installed: run npm ci in the app's folder%s, as the user it runs as", missingNode.FindStringSubmatch(text)[1], bracketed(scriptFolder(u)))
	case missingPython.MatchString(text):
		named := fmt.Sprintf("%s of %s", startWord(u), u.Fragment)
		if at.Known() && at.File != u.Fragment {
			named = at.String()
		}
		x = x.Tell("The Python module %s cannot be imported%s: install it in the app's virtual environment, or correct the name in %s", missingPython.FindStringSubmatch(text)[1], elsewhereInstalled(r, missingPython.FindStringSubmatch(text)[1]), named)
	case strings.Contains(text, "EADDRINUSE") || strings.Contains(text, "Connection in use"):
		x = x.Tell("Another program holds its port: ss -ltnp shows which; stop that one, or give the app another port")
	case l.Unix == "" && l.Port > 0 && l.Port < 1024 && u.Manager == "" && u.User != "" && u.User != "root" && containsAny(text, "EACCES", "Permission denied"):
		x = x.Tell("Ports below 1024 are root's, and it runs as %s. Give it that one right, or another port", u.User)
		x = daemonReload(dropIn(x, u.Name, "Let it listen on such a port, and no more than that", "Service", "AmbientCapabilities=CAP_NET_BIND_SERVICE"))
	default:
		x = x.Tell("Read the error in the evidence and correct the app: no command can know how. %s shows all of it", show)
	}
	return startAnew(u, x, "Start it again; without the repair it may fail again")
}
