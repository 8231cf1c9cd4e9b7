package checks

import (
	"context"
	"fmt"
	"net/http"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// fcgidKinds are mod_fcgid's own failures; its second line of one, "End of script output", says no more.
var fcgidKinds = [...]errlog.Kind{errlog.FcgidTimeout, errlog.FcgidNoSlot, errlog.FcgidTooLarge, errlog.FcgidClosed}

// fcgidCovers are what a program of mod_fcgid's that fails looks like to other checks.
var fcgidCovers = []ID{"upstream-premature-close", "fcgi-empty-stdout", "php-fatal-500"}

// modFcgidFailures: Apache starts the programs itself, and one of them fails it.
func modFcgidFailures() Check {
	return Check{
		ID: "mod-fcgid-failures", Title: "mod_fcgid's programs answer", Topic: Upstreams,
		After: []ID{"oom-killed", "disk-full"},
		Means: `mod_fcgid waited too long (FcgidIOTimeout, 40 seconds; a 500 or 504), had no free slot (FcgidMaxProcesses, a 503), was sent more than it takes
(FcgidMaxRequestLen), or its program ended before it had answered ("End of script output before headers", a 500). The program's own words stand
beside it in the log.`,
		Run: perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
			a, ok := s.Gateway.Extra.(*sysinfo.Apache)
			if !ok || !a.Config.Has("fcgid_module") {
				return nil
			}
			p, ok := says(ctx, f, s, fcgidKinds[:]...)
			answer, bad := failsNow(ctx, f, s)
			program := ""
			if bad {
				program = s.FcgidProgram(answer.Question.URI)
			}
			if !ok {
				if found := fcgidUnheard(f, program, &answer); found != nil {
					return found
				}
				return pass(fmt.Sprintf("mod_fcgid has no failure in the logs of the last %s", Span(f.Since)))
			}
			if formerWait(a, s, p.LogLine) {
				return pass("a program took longer than mod_fcgid waited then; FcgidIOTimeout has been changed since")
			}
			found := fcgidFinding(ctx, f, s, p.LogLine, program)
			if bad && p.later && !p.now {
				p.now = true
				found.Evidence = append(found.Evidence, pageSays(&answer, fmt.Sprint(answer.Status)))
			}
			return p.judge(found)
		}),
	}
}

// fcgidWaited are the seconds that mod_fcgid says it waited (fcgid_bridge.c, fcgid_proc_unix.c).
var fcgidWaited = whenAsked(`in (\d+) seconds`)

// formerWait says that a line about a program which took too long tells of another limit than the one that is set now.
func formerWait(a *sysinfo.Apache, s *sysinfo.Site, line sysinfo.LogLine) bool {
	m := fcgidWaited.FindStringSubmatch(line.Text)
	return line.Kind == errlog.FcgidTimeout && m != nil && m[1] != fmt.Sprint(siteSetting(s, a, "FcgidIOTimeout").Number(fcgidWait)) && !s.Gateway.Edited.After(s.Gateway.Loaded)
}

// fcgidWait is mod_fcgid's own FcgidIOTimeout, in seconds (fcgid_conf.c, DEFAULT_IPC_COMM_TIMEOUT).
const fcgidWait = 40

// fcgidFinding is what one line of mod_fcgid's comes to; program is the one of the page that fails now, empty where none does.
func fcgidFinding(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line sysinfo.LogLine, program string) *Finding {
	found := &Finding{Confidence: 0.94, Covers: fcgidCovers}
	switch line.Kind {
	case errlog.FcgidTimeout:
		return fcgidLimit(ctx, f, s, found, "FcgidIOTimeout", fcgidWait, "a program took longer than mod_fcgid waits: FcgidIOTimeout is %d seconds", 60,
			"Then find out what the program waits for: its database, calls to other services")
	case errlog.FcgidNoSlot:
		return fcgidLimit(ctx, f, s, found, "FcgidMaxProcesses", 1000, "mod_fcgid may start no further program: FcgidMaxProcesses is %d", 200,
			"Each program takes memory: see what they weigh (ps -o rss) before you raise it further, and why they are all busy")
	case errlog.FcgidTooLarge:
		return fcgidLimit(ctx, f, s, found, "FcgidMaxRequestLen", 131072, "a visitor sent more than mod_fcgid takes: FcgidMaxRequestLen is %d bytes", 1<<27,
			"PHP has limits of its own: post_max_size and upload_max_filesize")
	}
	if program != "" {
		blameScript(f, found, program)
		if found.Where.Line > 0 {
			return found
		}
	}
	found.Confidence = 0.85
	found.Summary = "a program that mod_fcgid started ended before it had answered: " + what(line)
	found.Fix = Fix{Title: "Find the program's own words", Risk: Low}.Tell("The lines around this one in the same log are what the program said: a syntax error, a missing interpreter, a crash. Run it by hand as its user")
	return found
}

// fcgidUnheard is what can be seen of a page's program where the log of its failure cannot be read: that it cannot be run at all.
func fcgidUnheard(f *sysinfo.Facts, program string, answer *sysinfo.Answer) *Finding {
	if program == "" || answer.Status != http.StatusInternalServerError && !answer.TimedOut() { // after some starts in vain it waits with the next
		return nil
	}
	found := &Finding{Status: Fail, Covers: fcgidCovers, Evidence: []Evidence{pageSays(answer, answerWord(*answer))}}
	if blameScript(f, found, program); found.Where.Line == 0 {
		return nil
	}
	return found
}

// fcgidLimit raises a limit of mod_fcgid's that is below what it mostly is.
func fcgidLimit(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, found *Finding, name string, usual int, text string, want int, then string) *Finding {
	a, _ := s.Gateway.Extra.(*sysinfo.Apache)
	set := siteSetting(s, a, name)
	now := set.Number(usual)
	found.Summary = fmt.Sprintf(text, now)
	x := Fix{Title: "Give it more room", Risk: Low, Workaround: true}
	root := s.Gateway.Root
	if set == nil {
		at := s.Where
		x.Undo = removeBelow(root, at, 1)
		found.Where = at
		found.Fix = reload(ctx, f, s.Gateway, x.Do("Say so in the site", "%s", insertAfter(root, at, fmt.Sprintf("%s %d", name, max(want, 2*now))))).Tell("%s", then)
		return found
	}
	at := set.Place
	found.Where, found.Evidence = at, append(found.Evidence, lineOf(root, at))
	was, new := set.Name+" "+set.Arg(0), fmt.Sprintf("%s %d", set.Name, max(want, 2*now))
	x.Undo = replace(root, at, new, was)
	found.Fix = reload(ctx, f, s.Gateway, x.Do("Raise the limit", "%s", replace(root, at, was, new))).Tell("%s", then)
	return found
}
