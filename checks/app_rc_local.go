package checks

import (
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// rcLocal: the app is started by /etc/rc.local, and that lost its execute bit: systemd makes no service of it then
// (systemd-rc-local-generator(8)), so nothing started it at this boot.
func rcLocal(f *sysinfo.Facts, l *live, found *Finding) bool {
	const file = "/etc/rc.local"
	word := l.Unix
	if word == "" {
		word = strconv.Itoa(l.Port)
	}
	i, err := f.Host.Root.Stat(file)
	if err != nil || i.Mode.Perm()&0o111 != 0 || i.UID != 0 || i.Mode.Perm()&0o022 != 0 || l.Scheme == "fastcgi" {
		return false
	}
	for at, line := range linesIn(f.Host.Root, file) {
		if strings.HasPrefix(strings.TrimSpace(line), "#") || !sysinfo.NamesNumber(line, word) && (l.Unix == "" || !strings.Contains(line, word)) {
			continue
		}
		found.Where = at
		found.Confidence = 0.95
		found.Summary += "; " + file + " starts it, and may not be executed: nothing ran it at the boot"
		found.Evidence = append(found.Evidence, Evidence{Source: "ls -l " + file, Text: i.Mode.String()}, Evidence{Source: at.String(), Text: "names " + word})
		found.Fix = Fix{Title: "Let " + file + " run again", Risk: Low, Undo: "chmod -x " + file}.
			Do("Make it executable", "chmod +x %s", file).Do("Let systemd make a service of it", "systemctl daemon-reload").Do("Run it now", "systemctl start rc-local && sleep 2").
			Tell("A unit of its own would bring the app back when it ends, too: rc.local starts it once, at the boot")
		return true
	}
	return false
}
