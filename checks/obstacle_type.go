package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// notifies are programs that tell systemd when they are ready (sd_notify(3)).
var notifies = whenAsked(`gunicorn|uwsgi|php-fpm|puma|mariadbd|mysqld|postgres|redis-server|haproxy|caddy|dotnet|traefik|named`)

// neverReady: the unit's Type promises a sign of readiness that the program does not give. systemd waits for it, takes
// the start for a failure and ends a program that was fine (systemd.service(5), Type= and TimeoutStartSec=).
func neverReady(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if !slices.Contains([]string{"notify", "notify-reload", "forking", "dbus"}, u.Type()) {
		return nil
	}
	if o := notifiedByChild(ctx, f, u); o != nil {
		return o
	}
	late, pid := waitsInVain(ctx, f, u)
	if late == nil && u.Result != "timeout" && u.Result != "protocol" {
		return nil
	}
	if o := notifyWalled(f, u); o != nil {
		return o
	}
	o := &obstacle{where: sysinfo.Place{File: u.Fragment}}
	if late != nil {
		o.evidence = append(o.evidence, Evidence{Source: u.Log(), Text: late.Text, Time: late.Time})
	}
	key := "Type"
	if pid != nil && u.Type() == "forking" {
		key = "PIDFile"
		o.evidence = append(o.evidence, Evidence{Source: u.Log(), Text: pid.Text, Time: pid.Time})
	}
	l, ok := setBy(f, u, key)
	if key == "PIDFile" && ok && !strings.HasPrefix(l.File, "/etc/") && !strings.HasPrefix(l.File, "/run/") {
		return nil // a package knows where its program writes: that it did not get so far is what has to be found out
	}
	if ok && key == "Type" && u.Type() == "forking" && strings.Contains(l.File, "/lib/systemd/system/") && packaged.MatchString(u.Name) {
		return nil // its package knows how it starts: something else keeps it from being ready
	}
	if ok {
		o.where, o.evidence = l.Place, append(o.evidence, unitLineSays(f, l))
	}
	return o.promisesLess(f, u, key)
}

// notifyWalled: a hardening line keeps the service from the socket at which systemd waits for its word (sd_notify(3): AF_UNIX).
func notifyWalled(f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	const key = "RestrictAddressFamilies"
	l, ok := setBy(f, u, key)
	if !ok || !strings.HasPrefix(u.Type(), "notify") || admits(u.Props[key], "AF_UNIX") || strings.HasPrefix(l.Value, "~") {
		return nil
	}
	o := &obstacle{veil: true, where: l.Place, evidence: []Evidence{unitLineSays(f, l)},
		says: fmt.Sprintf("%s=%s keeps it from telling systemd that it is ready (AF_UNIX), and systemd ends it after a while", key, l.Value)}
	o.clear = func(x Fix) Fix {
		return daemonReload(unitSet(f, u, x, "Admit the socket by which it tells", "Service", key, l.Value+" AF_UNIX"))
	}
	return o
}

// waitsInVain are systemd's last words of a start that took too long, and of a pid file.
func waitsInVain(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) (late, pid *sysinfo.JournalLine) {
	lines, _ := f.Journal(ctx, u.Name) // the unit's result tells the same
	for i := range lines {
		switch {
		case strings.Contains(lines[i].Text, "start operation timed out"):
			late = &lines[i]
		case strings.Contains(lines[i].Text, "PID file"):
			pid = &lines[i]
		}
	}
	return late, pid
}

// promisesLess lets the unit wait for what its program does give.
func (o *obstacle) promisesLess(f *sysinfo.Facts, u sysinfo.Unit, key string) *obstacle {
	say, setting, value := "Let systemd take the running program for the service", "Type", "simple"
	switch {
	case key == "PIDFile":
		o.says = "systemd waits for a pid file that the program does not write"
		say, setting, value = "Let systemd find the process by itself", "PIDFile", ""
	case u.Type() != "forking" && notifies.MatchString(u.Exec):
		o.says = "it takes longer to get ready than systemd waits (TimeoutStartSec)"
		say, setting, value = "Give it more time", "TimeoutStartSec", "300"
	default:
		o.says = fmt.Sprintf("Type=%s makes systemd wait for a sign that this program never gives, and end it when none comes", u.Type())
	}
	o.clear = func(x Fix) Fix { return daemonReload(unitSet(f, u, x, say, "Service", setting, value)) }
	return o
}

// background are the words by which programs go into the background, by the program they belong to.
var background = []struct{ program, words pattern }{
	{whenAsked(`gunicorn`), whenAsked(` (--daemon|-D)( |$)`)},
	{whenAsked(`php-fpm`), whenAsked(` (--daemonize|-D)( |$)`)},
	{whenAsked(`uwsgi`), whenAsked(` (--daemonize|-d)[ =]\S+( |$)`)},
	{whenAsked(`memcached`), whenAsked(` (--daemon|-d)( |$)`)},
	{whenAsked(`celery|thin|unicorn|puma`), whenAsked(` (--daemonize|--detach|-D|-d)( |$)`)},
}

// intoBackground: the program puts itself into the background, and systemd takes the end of the first process for the
// end of the service, and clears away the rest.
func intoBackground(_ context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if t := u.Type(); t != "simple" && t != "exec" || u.CodeKind != "exited" || u.ExitCode != 0 {
		return nil
	}
	for _, b := range background {
		words := b.words.FindString(u.Exec + " ")
		if words == "" || !b.program.MatchString(u.Exec) {
			continue
		}
		at, line := wordsAt(f, u, strings.TrimSpace(words))
		o := &obstacle{where: at, says: fmt.Sprintf("%s sends the program into the background, and systemd takes that for its end", strings.TrimSpace(words))}
		if at.Known() && strings.HasPrefix(at.File, "/etc/") {
			o.evidence = []Evidence{lineOf(f.Host.Root, at)}
			o.clear = func(x Fix) Fix {
				x.Undo = setLine(f.Host.Root, at, line) + "; systemctl daemon-reload"
				return daemonReload(x.Do("Keep it in the foreground: systemd looks after it", "%s", replace(f.Host.Root, at, " "+strings.TrimSpace(words), "")))
			}
			return o
		}
		o.clear = func(x Fix) Fix {
			return daemonReload(unitSet(f, u, x, "Tell systemd that it goes into the background", "Service", "Type", "forking"))
		}
		return o
	}
	return nil
}

// wordsAt is the line of the command in a unit's files that says something, once; a command may go on over several lines.
func wordsAt(f *sysinfo.Facts, u sysinfo.Unit, words string) (sysinfo.Place, string) {
	for _, file := range reversed(append([]string{u.Fragment}, u.DropIns...)) {
		command := false
		for at, line := range linesIn(f.Host.Root, file) {
			line = strings.TrimSpace(line)
			if line == "" || line[0] == '#' || line[0] == ';' {
				continue
			}
			command = command || strings.HasPrefix(line, "ExecStart=") || strings.HasPrefix(line, "ExecStart =")
			if command && strings.Count(" "+line, " "+words) == 1 && slices.Contains(strings.Fields(line), strings.Fields(words)[0]) {
				return at, line
			}
			command = command && strings.HasSuffix(line, `\`)
		}
	}
	return sysinfo.Place{}, ""
}

// packaged are the services whose unit comes with their package.
var packaged = whenAsked(`^(apache2|httpd|nginx|haproxy|varnish|caddy|php.*-fpm)\.service$`)
