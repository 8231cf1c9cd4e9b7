package checks

import (
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

var scriptFolders = whenAsked(`systemd-tmpfiles\s.*--create.*\s(/\S+\.conf)`)

// madeByScript says that the init script of a PHP-FPM makes a folder of /run as it starts, as Debian's does: that it is not there tells no
// more than that nobody started it since the boot.
func madeByScript(r sysinfo.Root, p *sysinfo.FPM, dir string) bool {
	b, err := r.ReadFile("/etc/init.d/" + p.Name())
	if err != nil {
		return false
	}
	for _, m := range scriptFolders.FindAllStringSubmatch(string(b), -1) {
		if at, _ := folderLine(r, m[1], dir); at.Known() {
			return true
		}
	}
	return false
}

// leftOutAtBoot says that no boot starts a PHP-FPM's init script, and that it ran before this one and not since.
func leftOutAtBoot(f *sysinfo.Facts, p *sysinfo.FPM) bool {
	starts, enable := f.AtBoot(p.Name())
	boot, err := f.Boot()
	last := errlog.NewParser(f.Host.Now().Location()).Parse(lastLine(f.Host.Root, p.ErrorLogFile()))
	return enable != "" && !starts && err == nil && !last.Time.IsZero() && last.Time.Before(boot)
}

// fpmAtBoot has a PHP-FPM started now and at each boot.
func fpmAtBoot(f *sysinfo.Facts, p *sysinfo.FPM) Fix {
	x := Fix{Title: "Start and enable " + p.Name(), Risk: Low}
	if starts, enable := f.AtBoot(p.Name()); !starts && enable != "" {
		x = x.Do("Have it started at each boot", "%s", enable)
	}
	return fpmStart(p, x)
}

// fpmStop is the way back from a start.
func fpmStop(p *sysinfo.FPM) string {
	if !p.HasUnit && strings.Contains(p.Manager, "%s") {
		return fmt.Sprintf(p.Manager, "stop")
	}
	return "systemctl stop " + sh(p.Name())
}
