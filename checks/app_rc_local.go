package checks

import (
	"bytes"
	"path"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// rcLocal: the app is started by /etc/rc.local, and that lost its execute bit: systemd makes no service of it then
// (systemd-rc-local-generator(8)), so nothing started it at this boot.
func rcLocal(f *sysinfo.Facts, l *live, found *Finding) bool {
	const file = "/etc/rc.local"
	i, err := f.Host.Root.Stat(file)
	if err != nil || i.Mode.Perm()&0o111 != 0 || i.UID != 0 || i.Mode.Perm()&0o022 != 0 || l.Scheme == "fastcgi" {
		return false
	}
	var at sysinfo.Place
	others := 0
	for p, line := range linesIn(f.Host.Root, file) {
		word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case word == "" || word[0] == '#' || word == "exit" || word == "set":
		case !at.Known() && !slices.Contains(noServers, path.Base(word)) && (opensFor(l, line) || scriptOpens(f, l, line)):
			at = p
		default:
			others++
		}
	}
	if !at.Known() {
		return false
	}
	found.Where, found.Confidence = at, 0.95
	found.Summary += "; " + file + " starts it, and may not be executed: nothing ran it at the boot"
	found.Evidence = append(found.Evidence, Evidence{Source: "ls -l " + file, Text: i.Mode.String()}, lineOf(f.Host.Root, at))
	wroteLast(f, configLine(f.Host.Root, at), found)
	x := Fix{Title: "Let " + file + " run again", Risk: Low, Undo: "chmod -x " + file}
	if others > 0 {
		found.Fix = x.Tell("More stands in %s than the start of the app, and all of it would run: read it first (cat %s). Then let it run again: chmod +x %s, systemctl daemon-reload, systemctl start rc-local; or give the app a unit of its own", file, file, file)
		found.Fix.Undo = ""
		return true
	}
	found.Fix = x.Do("Make it executable", "chmod +x %s", file).Do("Let systemd make a service of it", "systemctl daemon-reload").Do("Run it now", "systemctl start rc-local && sleep 2").
		Tell("A unit of its own would bring the app back when it ends, too: rc.local starts it once, at the boot")
	return true
}

// scriptOpens says that a command starts a script that names a hop's port: su app -c 'nohup python3 /usr/local/app/daemon.py &'.
func scriptOpens(f *sysinfo.Facts, l *live, command string) bool {
	for _, word := range strings.FieldsFunc(command, func(r rune) bool { return strings.ContainsRune(" \t\"'=;", r) }) {
		if l.Port == 0 || !path.IsAbs(word) || strings.HasPrefix(word, "/usr/bin/") || strings.HasPrefix(word, "/dev/") {
			continue
		}
		if b, err := f.Host.Root.ReadFile(word); err == nil && !bytes.ContainsRune(b, 0) && sysinfo.NamesNumber(string(b), strconv.Itoa(l.Port)) {
			return true
		}
	}
	return false
}

// noServers are what stands in such a file beside servers, and may name a port as well.
var noServers = []string{"iptables", "ip6tables", "nft", "ipset", "ip", "sysctl", "sleep", "echo", "logger", "ufw", "firewall-cmd", "curl", "wget", "ssh"}
