package checks

import (
	"fmt"

	"fix502/sysinfo"
)

var (
	fpmConfGone = whenAsked(`failed to open configuration file '([^']+)': No such file`)
	fpmFlag     = whenAsked(`(--fpm-config|-y)[ =]?(/\S+)`)
)

// startedWith is the line of a unit that gives PHP-FPM a main file which is not there; nothing where that file is its own.
func (d *fpmDown) startedWith(f *sysinfo.Facts, text string) sysinfo.Place {
	m := fpmConfGone.FindStringSubmatch(text)
	l, ok := setBy(f, d.fpm.Unit, "ExecStart")
	if m == nil || !ok || !d.fpm.HasUnit || m[1] == d.fpm.Conf || f.Host.Root.Exists(m[1]) || !wholePath(m[1]).MatchString(configLine(f.Host.Root, l.Place)) {
		return sysinfo.Place{}
	}
	return l.Place
}

// nameConf has the unit start PHP-FPM with the main file that is there.
func (d *fpmDown) nameConf(f *sysinfo.Facts, x Fix, line string) Fix {
	wrong := fpmFlag.FindStringSubmatch(line)[2]
	x.Title = "Start " + d.fpm.Name() + " with the file that is there"
	if !f.Host.Root.Exists(d.fpm.Conf) {
		x.Undo = ""
		return x.Tell("Bring %s back, or name the right file at %s, then systemctl daemon-reload", wrong, d.place)
	}
	edit, undo := replacePath(f.Host.Root, d.place, wrong, d.fpm.Conf)
	x.Undo = undo + "; systemctl daemon-reload"
	return daemonReload(x.Do(fmt.Sprintf("Name %s", d.fpm.Conf), "%s", edit))
}
