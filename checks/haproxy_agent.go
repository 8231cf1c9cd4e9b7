package checks

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

// agentsWord: HAProxy asks an agent beside its check whether the servers may have visitors, and it says that they may not. What HAProxy is told over its
// socket lasts until the agent's next answer: a person has to end what the agent says. False where no agent says so; nil at all servers but the first.
func agentsWord(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) (*Finding, bool) {
	said, err := f.AskAgent(ctx, l.Hop)
	word := outWord(said)
	if err != nil || word == "" {
		return nil, false
	}
	addr := sysinfo.AgentOf(l.Hop)
	out := sharing(l, func(h *sysinfo.Hop) bool { return sysinfo.AgentOf(h) == addr })
	if out[0] != l.Hop {
		return nil, true
	}
	found.Confidence, found.Where = 0.97, l.Where
	found.Summary = fmt.Sprintf("the agent at %s says %s, so HAProxy keeps %s out, and no other server is left", addr, word, labels(out))
	found.Evidence = append([]Evidence{agentSays(l, said)}, found.Evidence...)
	p, _ := f.AgentProgram(ctx, l.Hop) // elsewhere, or unseen: then nobody is named
	who := "the agent"
	switch {
	case p.Unit != "":
		who = unitWord(p.Unit)
	case p.Proc != nil:
		who = fmt.Sprintf("%s (pid %d)", p.Proc.Name, p.Proc.PID)
	}
	if p.Unit != "" || p.Proc != nil {
		found.Evidence = append(found.Evidence, Evidence{Source: "ss -ltnp", Text: addr + " is listened on by " + who})
	}
	found.Fix = endWord(f, l, p, who, word, found)
	found.Fix.settles = true
	return found, true
}

// agentSays is an agent's answer as evidence.
func agentSays(l *live, said string) Evidence {
	return Evidence{Source: "the agent at " + sysinfo.AgentOf(l.Hop), Text: "says " + Quote(said)}
}

// outWord is the word in an agent's answer that takes its server out of the turn; empty where it leaves it in. What stands behind # is for people
// (configuration manual, 5.2, agent-check).
func outWord(said string) string {
	said, _, _ = strings.Cut(said, "#")
	for _, w := range strings.FieldsFunc(strings.ToLower(said), func(r rune) bool { return strings.ContainsRune(" \t,", r) }) {
		switch w {
		case "maint", "drain", "down", "failed", "stopped", "0%":
			return w
		}
	}
	return ""
}

// endWord says where an agent has its word from, and how it ends.
func endWord(f *sysinfo.Facts, l *live, p sysinfo.AgentProgram, who, word string, found *Finding) Fix {
	srv, _ := l.Extra.(haproxy.Server)
	every := cmp.Or(srv.Full.After("agent-inter"), "2s") // its default
	comes := fmt.Sprintf("HAProxy asks the agent again every %s, and takes the servers back by itself", every)
	x := Fix{Title: "End what the agent says", Risk: Medium}
	for _, script := range agentScripts(f, p) {
		flag, at := flagTested(f.Host.Root, script, word)
		if flag == "" {
			x = x.Tell("%s runs %s: find there why it says %s, and end that", who, script, word)
			continue
		}
		found.Where = at
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
		i, err := f.Host.Root.Lstat(flag)
		if err != nil || !i.Mode.IsRegular() || theSystems(flag) {
			x = x.Tell("%s, which %s runs, says %s as long as %s is there: end what made it", script, who, word, flag)
			continue
		}
		made := i.ModTime.Format("2006-01-02 15:04:05")
		found.Summary += fmt.Sprintf(": %s is there", flag)
		found.Evidence = append(found.Evidence, Evidence{Source: "ls -l " + flag, Text: "made " + made, Time: i.ModTime})
		x = flagAway(f.Host.Root, flag)
		x.Risk = Medium
		x.Steps[0].Say = fmt.Sprintf("%s, which %s runs, says %s as long as %s is there: a deploy's flag, made %s. Go on only if no deploy runs now", script, who, word, flag, made)
		x = x.Do(comes, "sleep %d", 4+int(min(haproxy.Duration(every), time.Minute).Seconds())) // and for a check to pass
		return readyAgain(f, l, x, script, word)
	}
	if len(x.Steps) == 0 && p.Command != "" {
		x = x.Tell("%s answers there (%s): find out why it says %s, and end that where it has it from", who, Quote(p.Command), word)
	} else if len(x.Steps) == 0 {
		x = x.Tell("Find out why the agent at %s says %s, and end that where it has it from", sysinfo.AgentOf(l.Hop), word)
	}
	return x.Tell("%s. Switching them on over HAProxy's socket lasts only until its next question", comes)
}

// readyAgain switches the servers on where the script never says "ready", which alone ends what "maint" and "drain" began.
func readyAgain(f *sysinfo.Facts, l *live, x Fix, script, word string) Fix {
	if word != "maint" && word != "drain" || wholeWord("ready").MatchString(readText(f.Host.Root, script)) {
		return x
	}
	for _, h := range sharing(l, func(h *sysinfo.Hop) bool { return sysinfo.AgentOf(h) == sysinfo.AgentOf(l.Hop) }) {
		if command := adminCommand(f, l, "set server "+h.Label+" state ready"); command != "" {
			x = x.Do("The script never says ready, which ends it: switch "+h.Label+" on", "%s", command)
		}
	}
	return x
}

// agentScripts are the shell scripts that an agent's command names, behind socat's EXEC: as well.
func agentScripts(f *sysinfo.Facts, p sysinfo.AgentProgram) []string {
	var words []string
	for _, w := range strings.FieldsFunc(p.Command, func(r rune) bool { return strings.ContainsRune(" \t:=,;\"'", r) }) {
		if w = strings.TrimLeft(w, "-@+!"); path.IsAbs(w) {
			words = append(words, w)
		}
	}
	return scripts(f, sysinfo.Unit{Exec: strings.Join(words, " ")})
}

var (
	fileTest  = whenAsked(`(?:\[\[?|\btest)\s+-[ef]\s+["']?([^\s"'\];]+)["']?\s*(?:\]\]?|;|&&|$)`)
	endOfTest = whenAsked(`(?m)\b(?:else|elif|fi|esac)\b`)
	pathGiven = whenAsked(`^\s*(?:export\s+|readonly\s+)?(\w+)=["']?(/[^\s"';&$` + "`" + `]*)["']?\s*(?:#.*)?$`)
)

// flagTested is the file whose being there makes a shell script say a word, and the line that asks for it: if [ -e FILE ]; then echo maint. Only a plain
// test counts: no "not", no second condition.
func flagTested(r sysinfo.Root, script, word string) (string, sysinfo.Place) {
	given := map[string]string{}
	at, rest := sysinfo.Place{File: script}, readText(r, script)
	for line := range strings.Lines(rest) {
		at.Line++
		rest, line = rest[len(line):], strings.TrimRight(line, "\r\n")
		if m := pathGiven.FindStringSubmatch(line); m != nil {
			given["$"+m[1]], given["${"+m[1]+"}"] = m[2], m[2]
			continue
		}
		m := fileTest.FindStringSubmatchIndex(line)
		if m == nil || strings.HasPrefix(strings.TrimSpace(line), "#") || strings.HasSuffix(strings.TrimSpace(line[:m[0]]), "!") {
			continue
		}
		file, then := line[m[2]:m[3]], line[m[1]:]+"\n"+rest
		if value, ok := given[file]; ok {
			file = value
		}
		if said := saidThen(line[m[0]:m[1]], then); path.IsAbs(file) && !strings.ContainsAny(file, "$*?`") && wholeWord(word).MatchString(said) {
			return path.Clean(file), at
		}
	}
	return "", sysinfo.Place{}
}

// saidThen is what a script does when a test holds, given the test and all that follows; empty where something else is asked as well.
func saidThen(test, rest string) string {
	first := strings.TrimLeft(rest, " \t\r\n;")
	command, also := strings.CutPrefix(first, "&&")
	if also || strings.HasSuffix(test, "&&") {
		command = strings.TrimLeft(command, " \t")
		if strings.HasPrefix(command, "[") || strings.HasPrefix(command, "test ") || strings.HasPrefix(command, "!") {
			return ""
		}
		end := "\n"
		if strings.HasPrefix(command, "{") {
			end = "}"
		}
		command, _, _ = strings.Cut(command, end)
		command, _, _ = strings.Cut(command, "||")
		return command
	}
	if ends := endOfTest.FindStringIndex(first); ends != nil && strings.HasPrefix(first, "then") {
		return first[:ends[0]]
	}
	return ""
}

// readText is the text of a file, empty where it cannot be read.
func readText(r sysinfo.Root, name string) string {
	b, _ := r.ReadFile(name)
	return string(b)
}
