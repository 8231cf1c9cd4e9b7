package checks

import (
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
)

// counters are the packets that a rule has counted, which are not part of it.
var counters = whenAsked(`packets \d+ bytes \d+ ?`)

// manyThings is a rule that stops other packets, too: of a set, of several ports, of a range.
var manyThings = whenAsked(`@[\w.-]+|dport (\{|\d+-\d+)`)

// firewallTool is a command of a script that changes the firewall.
var firewallTool = whenAsked(`(?:^|[\s/;&|])(?:ip6?tables|nft|ufw|ipset|firewall-cmd)\s`)

// withoutCounts is a rule as it is meant: its counters move from one look to the next.
func withoutCounts(text string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(counters.ReplaceAllString(text, ""), "counter ", "")), " ")
}

// nftFiles and ruleFiles are what fills the firewall at boot.
var (
	nftFiles  = []string{"/etc/nftables.conf", "/etc/sysconfig/nftables.conf"}
	ruleFiles = []string{"/etc/nftables.d/*.nft", "/etc/nftables/*.nft", "/etc/iptables/*.v4", "/etc/iptables/*.v6", "/etc/iptables/*.rules", "/etc/iptables.rules", "/etc/sysconfig/iptables",
		"/etc/sysconfig/ip6tables", "/etc/rc.local", "/etc/network/if-pre-up.d/*", "/etc/network/if-up.d/*"}
)

// wallsWritten is the end of the second in which a file that fills the firewall was last written: what failed before may have been stopped by a
// rule that is gone. Who gives up in that very second has waited from before it.
func wallsWritten(f *sysinfo.Facts) time.Time {
	at, _ := sysinfo.Memo(f, "walls written", func() (last time.Time, _ error) { // none is common
		names := savedFiles(f)
		for _, pattern := range []string{"/etc/iptables/*", "/etc/ufw/*.rules", "/etc/default/ufw", "/etc/firewalld/zones/*.xml"} {
			more, _ := f.Host.Root.Glob(pattern)
			names = append(names, more...)
		}
		for _, name := range names {
			i, err := f.Host.Root.Stat(name)
			if err == nil && i.ModTime.After(last) && (strings.HasPrefix(name, "/etc/") || changesFirewall(f.Host.Root, name)) {
				last = i.ModTime
			}
		}
		if last.IsZero() {
			return last, nil
		}
		return endOfSecond(last), nil
	})
	return at
}

// changesFirewall says that a script of the admin's has a command of the firewall's.
func changesFirewall(r sysinfo.Root, script string) bool {
	for _, line := range linesIn(r, script) {
		if firewallTool.MatchString(line) {
			return true
		}
	}
	return false
}

// savedRule finds the line of a file that brings a rule back at the next boot.
func savedRule(ctx context.Context, f *sysinfo.Facts, text string) sysinfo.Place {
	users, _ := f.Users(ctx) // unreadable: names stay names
	want := accountsByNumber(ruleCore(text), users)
	words := strings.Fields(want)
	slices.Sort(words)
	var alike []sysinfo.Place // lines of iptables' of a rule that nft prints
	files := savedFiles(f)
	values := ruleValues(f.Host.Root, files)
	for at, line := range linesIn(f.Host.Root, files...) {
		got := accountsByNumber(ruleCore(values.into(at.File, line)), users)
		switch {
		case want == "":
		case got == want || strings.HasPrefix(got, "-A ") && strings.HasSuffix(got, " "+want):
			return at
		case want[0] != '-' && slices.Equal(asNft(got), words) && !slices.Contains(alike, at): // a file may be loaded by a unit as well
			alike = append(alike, at)
		}
	}
	if len(alike) != 1 { // of another chain, say
		return sysinfo.Place{}
	}
	return alike[0]
}

// savedFiles are nftables' files with all they include, those of iptables, and the scripts that a service of the admin's
// own runs.
func savedFiles(f *sysinfo.Facts) []string {
	names := nftLoaded(f.Host.Root)
	for _, pattern := range ruleFiles {
		more, _ := f.Host.Root.Glob(pattern) // none is common
		names = append(names, more...)
	}
	return append(names, unitScripts(f.Host.Root)...)
}

// unitScripts are the programs and scripts, not the system's own, that the admin's services run.
func unitScripts(r sysinfo.Root) []string {
	var out []string
	units, _ := r.Glob("/etc/systemd/system/*.service") // none is common
	dropIns, _ := r.Glob("/etc/systemd/system/*.service.d/*.conf")
	for _, line := range linesIn(r, append(units, dropIns...)...) { // a link to nowhere runs nothing
		m := execLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		for word := range strings.FieldsSeq(m[1]) {
			if path.IsAbs(word) && !systemProgram(word) {
				out = append(out, word)
				break
			}
		}
	}
	return out
}

// execLine is a line of a unit that runs something at its start, without the signs that say how.
var execLine = whenAsked(`^\s*ExecStart(?:Pre|Post)?\s*=\s*[-@:+!|]*(.*)`)

// systemProgram says that a file is one of the system's programs.
func systemProgram(name string) bool {
	return slices.ContainsFunc([]string{"/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"}, func(dir string) bool { return strings.HasPrefix(name, dir) })
}

// nftLoaded are nftables' own files and all that they include.
func nftLoaded(r sysinfo.Root) []string {
	names := slices.Clone(nftFiles)
	for i := 0; i < len(names) && i < 32; i++ {
		names = append(names, included(r, names[i])...)
	}
	return names
}

// included are the files that a file of nftables names in its include lines.
func included(r sysinfo.Root, name string) []string {
	var out []string
	for _, line := range linesIn(r, name) {
		pattern, ok := strings.CutPrefix(strings.TrimSpace(line), "include ")
		if !ok {
			continue
		}
		pattern = strings.Trim(strings.TrimRight(pattern, "; "), `"'`)
		if !path.IsAbs(pattern) {
			pattern = path.Join(path.Dir(name), pattern)
		}
		more, _ := r.Glob(pattern)
		out = append(out, more...)
	}
	return out
}

// inBlock says that a rule stands in a chain's own block of a file of nftables', in its bare words: another can be written
// beside it as it is. In a script, after "add rule", or in a file of iptables' it could not.
func inBlock(r sysinfo.Root, at sysinfo.Place) bool {
	line := configLine(r, at)
	base := path.Base(at.File)
	return (strings.HasSuffix(base, ".nft") || strings.Contains(base, "nftables")) && !strings.HasPrefix(line, "-") && !ruleCommand.MatchString(line) && !scriptRule.MatchString(line)
}

// loadedFrom is the file that nft is given to load another one.
func loadedFrom(f *sysinfo.Facts, name string) string {
	for _, top := range nftFiles {
		if f.Host.Root.Exists(top) {
			return top
		}
	}
	return name
}
