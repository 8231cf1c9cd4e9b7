package checks

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"time"

	"fix502/sysinfo"
)

var (
	nodePlace   = whenAsked(`^(?:file://)?(/[^\s:]+(?:\.[cm]?[jt]s|/bin/[\w-]+)):(\d+)$`)
	pythonPlace = whenAsked(`^File "(/[^"]+)", line (\d+)`)
)

// codePlace is the line of the app's own code that its last error names: node prints it above the error, Python as
// the last of the traceback, Ruby as the first. Code that came in a package is not the app's own. folder is the service's, where that is known.
func codePlace(f *sysinfo.Facts, folder string, lines []sysinfo.JournalLine, last *sysinfo.JournalLine) sysinfo.Place {
	var at sysinfo.Place
	for i := range lines {
		text := strings.TrimSpace(lines[i].Text)
		for _, re := range []pattern{nodePlace, pythonPlace} {
			m := re.FindStringSubmatch(text)
			if m != nil && ownCode(f, m[1]) {
				n, _ := strconv.Atoi(m[2])
				at = sysinfo.Place{File: m[1], Line: n}
			}
		}
		if last != nil && &lines[i] == last {
			break
		}
	}
	if !at.Known() {
		at = nodeFrames(f, lines, last)
	}
	if !at.Known() {
		at = rubyPlace(f, folder, recent(lines))
	}
	return at
}

// nodeFrame is a frame below Node's error; its own code may have no ending: bin/www.
var nodeFrame = whenAsked(`^at (?:.*\()?(?:file://)?(/[^\s():]+):(\d+):\d+\)?$`)

// nodeFrames is the innermost line of the app's own code below an error of Node's.
func nodeFrames(f *sysinfo.Facts, lines []sysinfo.JournalLine, last *sysinfo.JournalLine) sysinfo.Place {
	below := false
	for i := range lines {
		text := strings.TrimSpace(lines[i].Text)
		switch m := nodeFrame.FindStringSubmatch(text); {
		case last != nil && &lines[i] == last:
			below = true
		case !below:
		case m != nil && ownCode(f, m[1]):
			n, _ := strconv.Atoi(m[2]) // digits
			return sysinfo.Place{File: m[1], Line: n}
		case !strings.HasPrefix(text, "at ") && !strings.HasPrefix(text, "- ") && !strings.HasPrefix(text, "Require stack"):
			return sysinfo.Place{}
		}
	}
	return sysinfo.Place{}
}

// codeLine quotes a line of an app's own code without what stands in quotes: passwords are among it.
func codeLine(r sysinfo.Root, at sysinfo.Place) Evidence {
	return Evidence{Source: at.String(), Text: inQuotes.ReplaceAllString(configLine(r, at), "$1…$1")}
}

var inQuotes = whenAsked("(['\"`])(?:[^'\"`\\\\]|\\\\.)*['\"`]")

// ownMistake is for a program of no kind that is known better: what it said last names a line of its own code, and no start helps
// until that is mended.
func ownMistake(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) {
	lines, err := f.Words(ctx, u)
	if err != nil || !failedItself(u) || neverRan(u) {
		return
	}
	lines = latest(lines)
	last := lastSaid(lines, pythonError, nodeError, rubyError)
	if at := codePlace(f, u.Folder(), lines, last); last != nil && at.Known() {
		found.Where = at
		found.Evidence = append(found.Evidence, codeLine(f.Host.Root, at))
		endsBy(ctx, f, l, u, found, last)
	}
}

// endsBy says by which error a service ended that nobody but its owner can mend.
func endsBy(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding, last *sysinfo.JournalLine) {
	found.Summary += fmt.Sprintf("; %s %s%s: %s", unitWord(u.Name), endsHow(ctx, f, l, u), soFar(u), inShort(last.Text))
	lines, _ := f.Words(ctx, u) // the caller has read them
	dotnetFrame(f, found, lines, last)
	found.Fix = repair(f.Host.Root, l, u, latest(lines), found.Where, showApp(ctx, f, u))
}

// soFar is how often a service in a loop has been started again.
func soFar(u sysinfo.Unit) string {
	if !u.Looping() || u.Restarts < 2 {
		return ""
	}
	return fmt.Sprintf(", %d times so far", u.Restarts)
}

// endsWhen tells a program that fails as it starts from one that had served for a while: what a start comes to, nobody knows then. Of one
// whose words are closed it is not known whether it ends at its start or at a page.
func endsWhen(u sysinfo.Unit, told bool) string {
	if ran := u.Ran(); ran > time.Minute {
		return "ended after it had run for " + Span(ran.Truncate(time.Minute))
	}
	if !told {
		return "ended by itself"
	}
	return "ends at its start"
}

// lastComplaint is the last error that a program told of which ended by itself, with a status of its own: 129 and more are a signal's, as
// a shell and Java tell it. .NET has such ones for errors of its own, and aborts over an exception.
func lastComplaint(lines []sysinfo.JournalLine, u sysinfo.Unit) *sysinfo.JournalLine {
	if said := dotnetSaid(lines); said != nil && (u.Manager != "" || u.CodeKind == "exited" || u.ExitCode == int(syscall.SIGABRT)) {
		return said
	}
	if u.Manager == "" && !(u.Running() && u.Restarts > 0) && (u.CodeKind != "exited" || u.ExitCode > 128) {
		return nil
	}
	for _, re := range []pattern{pythonError, grave} {
		for _, l := range reversed(lines) {
			if telling(l) && re.MatchString(strings.TrimSpace(l.Text)) && !strings.HasPrefix(l.Text, u.Name+": ") && !ofARequest.MatchString(l.Text) && !goesOnWithout.MatchString(l.Text) && !calmly.MatchString(l.Text) {
				return &l
			}
		}
	}
	return nil
}

// calmly are the marks of a line that tells no trouble, by the program's own word; what visitors typed may stand in it.
var calmly = whenAsked(`(?i:\b(?:level|severity|lvl)["']?\s*[=:]\s*["']?(?:info|debug|trace|notice)\b)|^(?:\S+\s+){0,4}?\[?(?:INFO|DEBUG|NOTICE|TRACE)\b`)

// grave are the words of a program that cannot go on.
var grave = whenAsked(`(?i)\b(?:fatal|panic|critical|emerg|aborted|denied|refused|invalid|unknown|missing|no such|not found|cannot|can't|could not|couldn't|unable to|failed)\b|error\b|exception\b`)
