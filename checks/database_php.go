package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

// phpElsewhere: the database runs, and a line of PHP's own settings sends scripts that name no socket or port to another one, as one
// that came along from another server does.
func phpElsewhere(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, u sysinfo.Unit, said spoken, found *Finding) bool {
	names := []string{"mysqli.default_socket", "pdo_mysql.default_socket"}
	if strings.Contains(said.own(), "Connection refused") {
		names = []string{"mysqli.default_port"}
	} else if !strings.Contains(said.own(), "No such file or directory") {
		return false
	}
	to := phpListens(ctx, f, u, names[0])
	if to == "" || !strings.HasPrefix(u.Name, "m") {
		return false
	}
	_, code := phpSays(said.Text)
	x := Fix{Title: "Let PHP ask where the database is", Risk: Low}
	var undo []string
	var fpm *sysinfo.FPM
	for _, name := range names {
		v, p, _ := phpSet(ctx, f, s, code.File, name)
		if p == nil || !v.Set() || v.Text == usualPort(u) || sameAddress(f, v, to) { // php.ini comes with the usual port: then it is the database that moved
			continue
		}
		at := v.Place
		line := configLine(f.Host.Root, at)
		fixed, ok := otherValue(line, v.Text, to)
		if !ok {
			continue
		}
		if fpm == nil {
			found.Where, found.Confidence = at, 0.95
			found.Summary = fmt.Sprintf("%s runs at %s, and PHP is told to look for it at %s: visitors see 500", unitWord(u.Name), to, v.Text)
		}
		fpm = p
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
		undo = append(undo, setLine(f.Host.Root, at, line))
		x = x.Do("Correct "+at.String(), "%s", setLine(f.Host.Root, at, fixed))
	}
	if fpm == nil {
		return false
	}
	x.Undo = undoAll(undo)
	found.Fix = fpmRestart(fpm, x)
	return true
}

// phpListens is the one socket, or the port, of the database here.
func phpListens(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, name string) string {
	at := storeListens(ctx, f, u)
	if strings.HasSuffix(name, "port") {
		return portOf(at)
	}
	socket := ""
	for _, a := range at {
		if file, ok := strings.CutPrefix(a, "unix:"); ok {
			if socket != "" {
				return ""
			}
			socket = file
		}
	}
	return socket
}

// sameAddress says that a setting names the address already, perhaps by way of a link: /var/run is /run. One that is there is another
// server's.
func sameAddress(f *sysinfo.Facts, v phpfpm.Value, to string) bool {
	return v.Text == "" || v.Text == to || strings.HasPrefix(v.Text, "/") && (realFile(f.Host.Root, v.Text) == realFile(f.Host.Root, to) || f.Host.Root.Exists(v.Text))
}
