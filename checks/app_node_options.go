package checks

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

var badOption = whenAsked(`(?:node|nodejs): (?:bad option: )?(--[\w-]+)(?:=\S*)?(?: is not allowed in NODE_OPTIONS| requires an argument|$)`)

// nodeOptions are the options of Node's and V8's that people give to a service (node --help, node --v8-options).
var nodeOptions = []string{"--max-old-space-size", "--max-semi-space-size", "--max-http-header-size", "--dns-result-order", "--enable-source-maps", "--unhandled-rejections", "--trace-warnings", "--openssl-legacy-provider", "--tls-min-v1.2",
	"--use-openssl-ca", "--no-warnings", "--no-deprecation", "--preserve-symlinks", "--stack-trace-limit", "--require", "--import", "--loader", "--inspect", "--experimental-vm-modules"}

// nodeOption: Node was given an option that it does not know, or not there. It is a slip of one that it knows, or it goes.
func nodeOption(f *sysinfo.Facts, u sysinfo.Unit, lines []sysinfo.JournalLine, found *Finding) bool {
	for _, said := range reversed(lines[max(0, len(lines)-60):]) {
		m := badOption.FindStringSubmatch(strings.TrimSpace(said.Text))
		if m == nil || u.Manager != "" {
			continue
		}
		at := namedIn(f, u, m[1])
		line := configLine(f.Host.Root, at)
		word := regexp.MustCompile(regexp.QuoteMeta(m[1]) + `(=[^\s"']*)?`).FindString(line)
		if !at.Known() || !strings.HasPrefix(at.File, "/etc/") || word == "" || strings.Count(line, word) != 1 {
			return false
		}
		right, say := "", "Take the option out: this Node does not take it there"
		if meant := optionMeant(m[1]); meant != "" {
			right = meant + strings.TrimPrefix(word, m[1])
			say = fmt.Sprintf("Correct the slip: %s is %s", m[1], meant)
		}
		found.Where = at
		found.Summary += ": " + strings.TrimSpace(said.Text)
		found.Evidence = append([]Evidence{lineOf(f.Host.Root, at)}, found.Evidence...)
		x := Fix{Title: "Start Node with options that it knows", Risk: Low, Undo: replace(f.Host.Root, at, right, word) + "; systemctl daemon-reload"}
		if right == "" {
			x.Undo = replace(f.Host.Root, at, "NODE_OPTIONS=", "NODE_OPTIONS="+word+" ") + "; systemctl daemon-reload" // never the whole line: a password may stand on it
		}
		x = daemonReload(x.Do(say, "%s", replace(f.Host.Root, at, word, right)))
		found.Fix = x.Do("Forget the failed starts", "systemctl reset-failed %s", sh(unitWord(u.Name))).Do("Start it anew", "%s%s", u.Command("restart"), warmUp(u))
		return true
	}
	return false
}

// optionMeant is the option that a wrong one is a slip of, or the beginning of; empty when it is a right one, in the wrong place.
func optionMeant(wrong string) string {
	if slices.Contains(nodeOptions, wrong) {
		return ""
	}
	var longer []string
	for _, o := range nodeOptions {
		if strings.HasPrefix(o, wrong) {
			longer = append(longer, o)
		}
	}
	if len(longer) == 1 {
		return longer[0]
	}
	return spelling.Closest(wrong, nodeOptions)
}
