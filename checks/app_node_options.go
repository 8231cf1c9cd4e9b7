package checks

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

var badOption = whenAsked(`(?:node|nodejs): (?:bad option: )?(--[\w-]+)(?:=\S*)?(?: is not allowed in NODE_OPTIONS| requires an argument|$)`)

// nodeOptions are the options of Node's and V8's that people give to a service (node --help, node --v8-options).
var nodeOptions = []string{"--max-old-space-size", "--max-semi-space-size", "--max-http-header-size", "--dns-result-order", "--enable-source-maps", "--unhandled-rejections", "--trace-warnings", "--openssl-legacy-provider", "--tls-min-v1.0", "--tls-min-v1.1", "--tls-min-v1.2", "--tls-min-v1.3", "--tls-max-v1.2", "--tls-max-v1.3", "--permission",
	"--use-openssl-ca", "--no-warnings", "--no-deprecation", "--preserve-symlinks", "--stack-trace-limit", "--require", "--import", "--loader", "--inspect", "--experimental-vm-modules"}

// dispensable are the options without which an app does as it did: memory, warnings, what helps to find an error. None that keeps
// anything out (--permission, --tls-min, --disallow-code-generation-from-strings) is taken away.
var dispensable = whenAsked(`^--(max-|min-|no-warnings|no-deprecation|trace-|enable-source-maps|openssl-legacy-provider|inspect|harmony|expose-gc|expose_gc|optimize|stack|gc-|dns-result-order|unhandled-rejections|preserve-symlinks|es-module-|experimental-(vm-modules|modules|json|fetch|worker|specifier|import|loader|wasm|abort|top-level|global|repl|detect|strip|websocket|sqlite)|title|report|heap|cpu-prof|prof|use-largepages|v8-pool-size|abort-on-uncaught|jitless|max_|min_|nouse|no-opt|lite-mode|single-threaded)`)

// nodeOption: Node was given an option that it does not know, or not there. It is a slip of one that it knows, or it goes.
func nodeOption(f *sysinfo.Facts, u sysinfo.Unit, lines []sysinfo.JournalLine, found *Finding) bool {
	for _, said := range reversed(latest(lines)) {
		m := badOption.FindStringSubmatch(strings.TrimSpace(said.Text))
		if m == nil || u.Manager != "" {
			continue
		}
		at := namedIn(f, u, m[1])
		line := configLine(f.Host.Root, at)
		word := regexp.MustCompile(regexp.QuoteMeta(m[1]) + `(=[^\s"']*)?`).FindString(line)
		if !at.Known() || !strings.HasPrefix(at.File, "/etc/") && !isEnvironment(f, u, at.File) || word == "" || strings.Count(line, word) != 1 {
			return false
		}
		right, say := "", "Take the option out: this Node does not take it there"
		meant := optionMeant(m[1])
		if meant != "" {
			right = meant + strings.TrimPrefix(word, m[1])
			say = fmt.Sprintf("Correct the slip: %s is %s", m[1], meant)
		}
		found.Where = at
		found.Summary += ": " + strings.TrimSpace(said.Text)
		found.Evidence = append([]Evidence{lineOf(f.Host.Root, at)}, found.Evidence...)
		x := Fix{Title: "Start Node with options that it knows", Risk: Low, Undo: replace(f.Host.Root, at, right, word) + "; systemctl daemon-reload"}
		if file := variablesFor(f, u, word); file != "" && unitText.MatchString(at.File) && !strings.HasSuffix(line, `\`) {
			before := wordBefore(line, word)
			x.Undo = removeBelow(f.Host.Root, at, 1) + "; " + replace(f.Host.Root, at, before, before+word) + "; systemctl daemon-reload"
			x = x.Do("This Node reads no variables from a file: take the option out", "%s", replace(f.Host.Root, at, word, ""))
			x = x.Do("Let systemd read that file instead", "%s", insertAfter(f.Host.Root, at, "EnvironmentFile="+file))
			found.Fix = startAnew(u, daemonReload(x), "Start it anew")
			return true
		}
		if meant == "" && !dispensable.MatchString(m[1]) {
			found.Fix = x.Tell("%s may keep something out, so no command takes it away: this Node (node --version) does not know it, or not at %s. Install the Node that does, or take the option out if you know that the app is safe without it", m[1], at)
			found.Fix.Undo = ""
			return true
		}
		if right == "" {
			before := wordBefore(line, word) // never the whole line: a password may stand on it
			x.Undo = replace(f.Host.Root, at, before, before+word) + "; systemctl daemon-reload"
		}
		x = daemonReload(x.Do(say, "%s", replace(f.Host.Root, at, word, right)))
		found.Fix = startAnew(u, x, "Start it anew")
		return true
	}
	return false
}

// variableLine is a line of an environment file that systemd reads as Node and its dotenv do (systemd.exec(5), EnvironmentFile=): no "export", no
// comment behind a value, nothing that is filled in.
var variableLine = whenAsked(`^\s*(?:#.*|[A-Za-z_]\w*=(?:'[^']*'|"[^"$\\]*"|[^\s"'#$\\]*))?\s*$`)

// variablesFor is the file that --env-file names, as Node has it since 20.6, where systemd can read the same from it; empty for another option.
func variablesFor(f *sysinfo.Facts, u sysinfo.Unit, option string) string {
	name, value, _ := strings.Cut(option, "=")
	file := value
	if !path.IsAbs(file) {
		file = path.Join(u.Props["WorkingDirectory"], value)
	}
	if name != "--env-file" && name != "--env-file-if-exists" || value == "" || !plainPath.MatchString(file) || !f.Host.Root.Exists(file) {
		return ""
	}
	for _, line := range linesIn(f.Host.Root, file) {
		if !variableLine.MatchString(line) {
			return ""
		}
	}
	return file
}

// wordBefore is what stands right before a word of a line: the word before it and the blank between, or what is joined to it.
func wordBefore(line, word string) string {
	left := line[:strings.Index(line, word)]
	start := strings.LastIndexAny(strings.TrimRight(left, " "), " ") + 1
	if i := strings.LastIndexByte(left[start:], '='); i >= 0 && !strings.HasSuffix(left, " ") {
		start += max(0, strings.LastIndexAny(left[start:start+i], `"' `)+1)
	}
	return left[start:]
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

// isEnvironment says that a file is one from which a unit takes the environment.
func isEnvironment(f *sysinfo.Facts, u sysinfo.Unit, file string) bool {
	return slices.ContainsFunc(f.UnitLines(u), func(l sysinfo.UnitLine) bool {
		return l.Key == "EnvironmentFile" && strings.TrimPrefix(l.Value, "-") == file
	})
}
