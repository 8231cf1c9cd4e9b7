package checks

import (
	"fmt"

	"fix502/sysinfo"
)

var (
	uwsgiMayNot = whenAsked(`^bind\(\): Permission denied|unlink\(\): Permission denied|^cannot set[ug]id\(\) as non-root|^set[ug]id\(\): Operation not permitted`)
	uidFlag     = whenAsked(`--uid[= ](\S+)`)
)

// startedAsAnother: uWSGI shall change to a user of its own (uid), which only root can, and supervisord starts it as somebody else already.
func startedAsAnother(f *sysinfo.Facts, u sysinfo.Unit, files []string) *obstacle {
	own := ""
	if m := uidFlag.FindStringSubmatch(u.Exec); m != nil {
		own = m[1]
	} else if w := uwsgiLine(f, files, uidLine); len(w.match) > 0 {
		own = w.match[1]
	}
	if u.Section() == "" || own == "" || own == "root" || own == "0" || u.User == "" || u.User == own || u.User == "root" {
		return nil
	}
	l, ok := setBy(f, u, "User")
	if !ok || strayLink(f.Host.Root, l.File) {
		return nil
	}
	return &obstacle{where: l.Place, says: fmt.Sprintf("it shall run as %s, and is started as %s, who cannot become another", own, u.User), evidence: []Evidence{unitLineSays(f, l)}, clear: func(x Fix) Fix {
		x.Undo = setLine(f.Host.Root, l.Place, configLine(f.Host.Root, l.Place)) + "; systemctl daemon-reload"
		return daemonReload(x.Do("Let it start as root and change to "+own+" by itself, as its own line says", "sed -i %s %s", sh(fmt.Sprintf("%ds/^[[:space:]]*/&;/", l.Line)), sh(realFile(f.Host.Root, l.File))))
	}}
}
