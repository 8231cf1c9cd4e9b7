package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

// fpmPoolConfigError: PHP-FPM refuses its configuration and leaves with status 78.
func fpmPoolConfigError() Check {
	return Check{
		ID: "fpm-pool-config-error", Title: "PHP-FPM accepts its pools", Topic: Platform,
		Means: `PHP-FPM reads its pools when it starts, and one line it cannot accept keeps all of them down (exit status 78). The reason is only
in the journal, never in PHP-FPM's own log, which is not open yet. Correct that line; php-fpm -t tells whether it is right now.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			d := fpmTrouble(ctx, f, l)
			if d == nil {
				return poolsAccepted(ctx, f, l)
			}
			if d.cause != "fpm-pool-config-error" {
				return nil
			}
			text := "PHP-FPM refuses its configuration"
			if d.line != nil {
				text = reason(d.line.Text)
			}
			found := d.finding(ctx, f, l, fmt.Sprintf("%s does not start: %s", d.fpm.Name(), text))
			found.Covers = []ID{"start-limit-hit"}
			found.Fix = poolFix(ctx, f, d)
			return found
		}),
	}
}

func poolsAccepted(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	p, _ := f.PoolOf(ctx, l.Hop)
	if p == nil || !p.Running() {
		return nil
	}
	for _, problem := range p.Config.Failed() {
		return &Finding{Status: Warn, Where: sysinfo.Place{File: problem.File, Line: problem.Line},
			Summary: fmt.Sprintf("%s runs, but would not start again: %s", p.Name(), problem.Text),
			Fix:     Fix{Title: "Correct it before the next restart", Risk: Low}.Tell("Edit %s:%d, then run %s -t", problem.File, problem.Line, p.Binary)}
	}
	return pass(p.Name() + " has no line that it would refuse")
}

// reason cuts the time stamp and level off.
func reason(text string) string {
	for _, level := range []string{"ERROR: ", "ALERT: ", "WARNING: "} {
		if _, after, ok := strings.Cut(text, level); ok {
			return after
		}
	}
	return text
}

// poolFix mends the line where a rule says how; a wrong value that only a person can know is switched off.
func poolFix(ctx context.Context, f *sysinfo.Facts, d *fpmDown) Fix {
	x := Fix{Title: "Correct the line and start " + d.fpm.Name(), Risk: Low}
	root := f.Host.Root
	text := ""
	if d.line != nil {
		text = d.line.Text
	}
	old := ""
	if d.place.Line > 0 {
		old = configLine(root, d.place)
		x.Undo = setLine(root, d.place, old)
	}
	switch {
	case mergeMarks.MatchString(old):
		file := sh(realFile(root, d.place.File))
		x.Undo = "sed -i " + sh(`/^;<<<<<<< /s/^;//;/^;=======$/,/^;>>>>>>> /s/^;//`) + " " + file
		x = x.Tell("git left both sides of a merge in the file: this keeps the upper one; look whether it is the right one").
			Do("Take the lower side out, and git's marks", "sed -i %s %s", sh(`/^<<<<<<< /s/^/;/;/^=======$/,/^>>>>>>> /s/^/;/`), file)
	case d.place.Line == 0 && text == "":
		x = x.Tell("What it refuses stands in its journal, which is root's to read: look again with sudo, or let the test below name the line, and correct it")
	case strings.Contains(old, "php-fpm") && strings.Contains(text, "failed to open configuration file") && fpmFlag.MatchString(old):
		return fpmStart(d.fpm, d.nameConf(f, x, old))
	case containsAny(text, "No pool defined", "Unable to globalize"):
		x = bringPools(f, d, x)
	case d.place.Line == 0:
		x = x.Tell("Correct the configuration: %s", reason(text))
	case d.asked != "" && strings.HasPrefix(old, "listen") && containsAny(text, "listening socket", "invalid port value"):
		x = x.Do("Let it listen where the web server asks", "%s", setLine(root, d.place, "listen = "+d.asked))
	case strings.Contains(text, "the PID file"):
		x = x.Do("Put the file where this machine has a folder for it", "%s", setLine(root, d.place, "pid = "+pidFile(f, d.fpm)))
	case strings.Contains(text, "spare_servers") || strings.Contains(text, "start_servers"):
		x.Undo = undoAll(spareAsWas(f, d))
		for _, kv := range saneSpare(root, d) {
			x = x.Do("Make the numbers fit each other: min_spare ≤ start ≤ max_spare ≤ max_children", "%s", kv)
		}
	case strings.Contains(text, "shared memory segment"):
		x = x.Do("Ask for as much as opcache takes by default; it counts in megabytes", "%s", setLine(root, d.place, strings.TrimSpace(strings.Split(old, "=")[0])+" = 128M"))
	case containsAny(text, "open slowlog", "open access log", "failed to open error_log") && strings.HasPrefix(value(old), "/"):
		x = x.Do("Make the folder that the log belongs to", "mkdir -p %s", sh(path.Dir(value(old))))
	case (strings.Contains(text, "cannot get uid") || strings.Contains(text, "cannot get gid")) && poolUnasked(ctx, f, d, poolNamed(d, text)):
		file := d.place.File
		x.Title, x.Undo = "Take the pool aside that nobody asks, and start "+d.fpm.Name(), fmt.Sprintf("mv %s %s", sh(file+".off"), sh(file))
		x = x.Do("No site asks for this pool, and its user is gone: PHP-FPM reads files that end in .conf", "mv %s %s", sh(file), sh(file+".off"))
	case strings.Contains(text, "cannot get uid") || strings.Contains(text, "cannot get gid"):
		x = x.Do("Let the pool run as a user that exists here", "%s", setLine(root, d.place, strings.TrimSpace(strings.Split(old, "=")[0])+" = "+webUser(ctx, f)))
		x = otherStrangers(ctx, f, d, poolNamed(d, text), x)
	case strings.Contains(text, "already used in another pool") || strings.Contains(text, "Another FPM instance"):
		x = x.Do("Give the pool a socket of its own", "%s", setLine(root, d.place, "listen = /run/php/"+d.pool.Name+".sock"))
	case strings.Contains(text, "chdir"):
		x = x.Do("Switch the line off: its folder does not exist", "%s", setLine(root, d.place, ";"+old))
	default:
		if say, command := mendEntry(ctx, f, d, text); command != "" {
			x = x.Do(say, "%s", command)
			break
		}
		if strings.HasPrefix(old, "[") || vitalOfPool.MatchString(old) && !strings.Contains(text, "unknown entry") { // without these there is no pool
			x.Undo = ""
			x = x.Tell("Correct the configuration: %s", reason(text))
			break
		}
		x = x.Do("Switch the line off; put it right later", "%s", setLine(root, d.place, ";"+old))
	}
	if d.fpm.Binary != "" {
		x = x.Do("Test the configuration", "%s -t --fpm-config %s", d.fpm.Binary, sh(d.fpm.Conf))
	}
	return fpmStart(d.fpm, x)
}

// otherStrangers corrects what else of a pool names a user or group that this machine does not have: PHP-FPM stops at the first.
func otherStrangers(ctx context.Context, f *sysinfo.Facts, d *fpmDown, pool *phpfpm.Pool, x Fix) Fix {
	users, err := f.Users(ctx)
	if err != nil || pool == nil {
		return x
	}
	for _, key := range []string{"user", "group", "listen.owner", "listen.group"} {
		v := pool.Get(key)
		at := sysinfo.Place(v.Place)
		_, isUser := users.Creds(v.Text)
		_, isGroup := users.GID(v.Text)
		if !v.Set() || at == d.place || v.Text == "" || strings.Trim(v.Text, "0123456789") == "" || strings.HasSuffix(key, "group") && isGroup || !strings.HasSuffix(key, "group") && isUser {
			continue
		}
		x.Undo = undoAll([]string{x.Undo, setLine(f.Host.Root, at, configLine(f.Host.Root, at))})
		x = x.Do("And "+key+", which names nobody either", "%s", setLine(f.Host.Root, at, key+" = "+webUser(ctx, f)))
	}
	return x
}

var (
	mergeMarks  = whenAsked(`^(<<<<<<< |=======$|>>>>>>> )`)
	vitalOfPool = whenAsked(`^(listen|user|group|pm|pm\.max_children)\s*=`)
)

// pidFile is where a PHP-FPM of this machine may write its number: beside its socket, or in /run itself, which is always there.
func pidFile(f *sysinfo.Facts, p *sysinfo.FPM) string {
	if f.Host.Root.Exists("/run/php") {
		return "/run/php/" + unitWord(p.Name()) + ".pid"
	}
	return "/run/" + unitWord(p.Name()) + ".pid"
}

func value(line string) string {
	_, v, _ := strings.Cut(line, "=")
	return strings.Trim(strings.TrimSpace(v), `"'`)
}

// saneSpare gives commands that make the spare servers fit max_children.
func saneSpare(root sysinfo.Root, d *fpmDown) []string {
	n := max(d.pool.Get("pm.max_children").Int(), 1)
	lo := max(1, n/4)
	hi := max(lo, n*3/4)
	start := lo + (hi-lo)/2
	var out, last []string // a new line comes last: those above have their numbers until then
	for _, kv := range []struct {
		key string
		n   int
	}{{"pm.start_servers", start}, {"pm.min_spare_servers", lo}, {"pm.max_spare_servers", hi}} {
		at := d.pool.Get(kv.key).Place
		if at.File == "" && kv.key != "pm.start_servers" && d.pool.Place.File != "" {
			last = append(last, insertAfter(root, sysinfo.Place(d.pool.Place), fmt.Sprintf("%s = %d", kv.key, kv.n)))
		}
		if at.File == "" || d.pool.Get(kv.key).Int() == kv.n {
			continue
		}
		out = append(out, fmt.Sprintf("sed -i %s %s", sh(fmt.Sprintf("%ds#^.*$#%s = %d#", at.Line, kv.key, kv.n)), sh(realFile(root, at.File))))
	}
	return append(out, last...)
}

// spareAsWas gives the way back.
func spareAsWas(f *sysinfo.Facts, d *fpmDown) []string {
	var out []string
	for _, key := range []string{"pm.start_servers", "pm.min_spare_servers", "pm.max_spare_servers"} {
		if at := sysinfo.Place(d.pool.Get(key).Place); at.Known() {
			out = append(out, setLine(f.Host.Root, at, configLine(f.Host.Root, at)))
		}
	}
	return out
}
