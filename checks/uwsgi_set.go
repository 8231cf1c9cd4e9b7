package checks

import (
	"regexp"
	"strings"

	"fix502/sysinfo"
)

// uwsgiTaken is a line by which a file of uWSGI's has another one read.
var uwsgiTaken = whenAsked(`^\s*(?:ini|inherit|include)\s*=\s*(\S+)`)

// uwsgiSet sets an option of a uWSGI app where it stands: on the command line, which counts first, in its file, or, where
// it stands nowhere, in its environment.
func uwsgiSet(f *sysinfo.Facts, l *live, u sysinfo.Unit, x Fix, say, key, value string) (Fix, sysinfo.Place) {
	root := f.Host.Root
	flag := regexp.MustCompile(`--` + regexp.QuoteMeta(key) + `[= ]\S+`)
	if w, ok := inCommand(f, u, flag); ok {
		x.Undo = setLine(root, w.place, configLine(root, w.place))
		x = x.Do(say, "%s", replace(root, w.place, w.match[0], "--"+key+" "+value))
		if w.unit {
			x.Undo += "; systemctl daemon-reload"
			x = asKept(u, daemonReload(x))
		}
		return x, w.place
	}
	at := iniLine(f, l, u, key)
	switch {
	case at.Line > 0:
		old := configLine(root, at)
		x.Undo = setLine(root, at, old)
		if strings.Contains(old, ":") && !strings.Contains(old, "=") {
			return x.Do(say, "%s", setLine(root, at, key+": "+value)), at
		}
		return x.Do(say, "%s", setLine(root, at, key+" = "+value)), at
	case at.Known():
		x.Undo = "sed -i " + sh("/^"+key+" = "+value+"$/d") + " " + sh(realFile(root, at.File))
		if w, ok := lastLineWith(f, at.File, uwsgiTaken, "#", ";"); ok { // what comes later counts, and the other file may set it
			return x.Do(say+", behind what the file takes from another", "%s", insertAfter(root, w.place, key+" = "+value)), at
		}
		return x.Do(say+", in the section [uwsgi]", "sed -i %s %s", sh(`/^\[uwsgi\]/a `+key+" = "+value), sh(realFile(root, at.File))), at
	}
	return uwsgiVariable(f, u, x, say+": uWSGI takes settings from its environment too", key, value), execPlace(f, u)
}

// uwsgiVariable sets an option of a uWSGI app by a variable, in a unit of systemd's or with supervisord.
func uwsgiVariable(f *sysinfo.Facts, u sysinfo.Unit, x Fix, say, key, value string) Fix {
	variable := "UWSGI_" + strings.ToUpper(strings.ReplaceAll(key, "-", "_"))
	if u.Section() == "" {
		return daemonReload(dropIn(x, u.Name, say, "Service", "Environment="+variable+"="+value))
	}
	return keptVariables(f, u, x, say, variable+`="`+value+`"`)
}
