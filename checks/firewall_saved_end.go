package checks

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// savedEnd finds the line of a file that says what becomes of a packet no rule of a chain speaks of: nftables' hook, or a script's "iptables -P".
func savedEnd(f *sysinfo.Facts, r *rule) sysinfo.Place {
	if !r.Policy() {
		return sysinfo.Place{}
	}
	if r.Tool == "nft" {
		return savedHook(f, r)
	}
	if at, _ := restoredEnd(f, r); at.Known() {
		return at
	}
	last := sysinfo.Place{}
	for at, line := range linesIn(f.Host.Root, savedFiles(f)...) {
		m := endInScript.FindStringSubmatch(strings.TrimSpace(line))
		if m != nil && m[2] == r.Chain && runsFor(f.Host.Root, at.File, m[1], r.Tool) && onlyRoots(f.Host.Root, at.File) {
			last = at
		}
	}
	return last
}

// endInScript is that line of a script: "iptables -P OUTPUT DROP", or by a variable of its own for the command.
var endInScript = whenAsked(`^(\S+(?: -w)?(?: -t filter)?) (?:-P|--policy) (\w+) DROP\b`)

// runsFor says that a script's command is one of iptables or of ip6tables; a variable is looked up in the script.
func runsFor(r sysinfo.Root, script, command, tool string) bool {
	word := firstWord(command)
	if name := strings.Trim(word, `"${}`); name != strings.Trim(word, `"`) {
		set := regexp.MustCompile(`^\s*(?:export\s+|readonly\s+|local\s+)?` + regexp.QuoteMeta(name) + `=(.*)`)
		for _, line := range linesIn(r, script) {
			if m := set.FindStringSubmatch(line); m != nil {
				word = m[1]
			}
		}
	}
	return (strings.Contains(word, "6")) == (tool == "ip6tables")
}

// flushed is a line of a script that takes all rules away, or those of one chain.
var flushed = whenAsked(`^(\S+(?: -w)?(?: -t filter)?) (?:-F|--flush)(?: (\w+))?\s*(?:#.*)?$`)

// partEnds is the end of a part of a script: of a branch of its case, of a function. What stands below it runs at another time, at its stop.
var partEnds = whenAsked(`^(?:;;|\}|esac\b|exit\b)`)

// belowFlushes is the line of a script below which a rule of a chain stays: the one with its end, or a later one of that part that empties it.
func belowFlushes(f *sysinfo.Facts, r *rule, end sysinfo.Place) sysinfo.Place {
	below := end
	for at, line := range linesIn(f.Host.Root, end.File) {
		line = strings.TrimSpace(line)
		if at.Line > end.Line && partEnds.MatchString(line) {
			break
		}
		m := flushed.FindStringSubmatch(line)
		if m != nil && at.Line > below.Line && (m[2] == "" || m[2] == r.Chain) && runsFor(f.Host.Root, at.File, m[1], r.Tool) {
			below = at
		}
	}
	return below
}

// restoredEnd finds that line of a file that is given to iptables-restore at boot, ":INPUT DROP [0:0]", and the last of the lines about chains that
// stand above the rules of its table.
func restoredEnd(f *sysinfo.Facts, r *rule) (end, above sysinfo.Place) {
	table, in := "", ""
	for at, line := range linesIn(f.Host.Root, savedFiles(f)...) {
		if at.File != in {
			if end.Known() {
				break
			}
			table, in = "", at.File
		}
		m := restoredChain.FindStringSubmatch(line)
		switch {
		case strings.HasPrefix(line, "*"):
			table = strings.TrimSpace(line[1:])
		case strings.HasPrefix(line, "COMMIT"):
			table = ""
		case table != r.Table || m == nil:
		case end.File == at.File:
			above = at
		case m[1] == r.Chain && m[2] == "DROP" && restoredBy(f, at.File) == r.Tool && onlyRoots(f.Host.Root, at.File):
			end, above = at, at
		}
	}
	return end, above
}

var restoredChain = whenAsked(`^:(\S+) (\S+)`)

// restoredBy is the tool whose rules a file holds: that of a service which restores it, else what its name says.
func restoredBy(f *sysinfo.Facts, name string) string {
	units, _ := f.Host.Root.Glob("/etc/systemd/system/*.service") // none is common
	for _, line := range linesIn(f.Host.Root, units...) {
		if m := restores.FindStringSubmatch(line); m != nil && slices.Contains(strings.Fields(line), name) {
			return m[1]
		}
	}
	if strings.Contains(path.Base(name), "6") {
		return "ip6tables"
	}
	return "iptables"
}

var restores = whenAsked(`^Exec\w+=.*\b(ip6?tables)(?:-nft|-legacy)?-restore\s`)

// savedHook finds the line of a file that hangs a chain into the kernel's way of a packet: rules below it come first.
func savedHook(f *sysinfo.Facts, r *rule) sysinfo.Place {
	for _, name := range nftLoaded(f.Host.Root) {
		table, chain := false, false
		for at, line := range linesIn(f.Host.Root, name) {
			words := strings.Fields(strings.ReplaceAll(line, "{", " { "))
			switch {
			case len(words) > 1 && words[0] == "table":
				table = r.inTable(words[1:])
			case len(words) > 1 && words[0] == "chain":
				chain = words[1] == r.Chain
			}
			if table && chain && slices.Contains(words, "hook") && strings.HasSuffix(strings.TrimSpace(line), ";") && words[0] == "type" {
				return at
			}
		}
	}
	return sysinfo.Place{}
}

// inTable says that the words behind "table" in a file of nftables' name the one that a rule is in; without a family it is IPv4's.
func (r *rule) inTable(words []string) bool {
	return slices.Equal(words[:min(2, len(words))], []string{r.Family, r.Table}) || r.Family == "ip" && words[0] == r.Table
}
