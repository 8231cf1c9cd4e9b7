package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
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
	case d.place.Line == 0:
		x = x.Tell("Correct the configuration: %s", reason(text))
	case strings.Contains(text, "spare_servers") || strings.Contains(text, "start_servers"):
		x.Undo = undoAll(spareAsWas(f, d))
		for _, kv := range saneSpare(d) {
			x = x.Do("Make the numbers fit each other: min_spare ≤ start ≤ max_spare ≤ max_children", "%s", kv)
		}
	case containsAny(text, "slowlog", "access log", "failed to open error_log") && strings.HasPrefix(value(old), "/"):
		x = x.Do("Make the folder that the log belongs to", "mkdir -p %s", sh(path.Dir(value(old))))
	case strings.Contains(text, "cannot get uid") || strings.Contains(text, "cannot get gid"):
		x = x.Do("Let the pool run as a user that exists here", "%s", setLine(root, d.place, strings.TrimSpace(strings.Split(old, "=")[0])+" = "+webUser(ctx, f)))
	case strings.Contains(text, "already used in another pool") || strings.Contains(text, "Another FPM instance"):
		x = x.Do("Give the pool a socket of its own", "%s", setLine(root, d.place, "listen = /run/php/"+d.pool.Name+".sock"))
	case strings.Contains(text, "chdir"):
		x = x.Do("Switch the line off: its folder does not exist", "%s", setLine(root, d.place, ";"+old))
	default:
		x = x.Do("Switch the line off; put it right later", "%s", setLine(root, d.place, ";"+old))
	}
	if d.fpm.Binary != "" {
		x = x.Do("Test the configuration", "%s -t --fpm-config %s", d.fpm.Binary, sh(d.fpm.Conf))
	}
	return fpmStart(d.fpm, x)
}

func value(line string) string {
	_, v, _ := strings.Cut(line, "=")
	return strings.Trim(strings.TrimSpace(v), `"'`)
}

// webUser is an account that exists here and is meant for web servers.
func webUser(ctx context.Context, f *sysinfo.Facts) string {
	u, err := f.Users(ctx)
	if err != nil {
		return "www-data"
	}
	for _, name := range []string{"www-data", "apache", "nginx", "http", "nobody"} {
		if _, ok := u.Creds(name); ok {
			return name
		}
	}
	return "nobody"
}

// saneSpare gives commands that make the spare servers fit max_children.
func saneSpare(d *fpmDown) []string {
	n := max(d.pool.Get("pm.max_children").Int(), 1)
	lo := max(1, n/4)
	hi := max(lo, n*3/4)
	start := lo + (hi-lo)/2
	var out []string
	for _, kv := range []struct {
		key string
		n   int
	}{{"pm.start_servers", start}, {"pm.min_spare_servers", lo}, {"pm.max_spare_servers", hi}} {
		at := d.pool.Get(kv.key).Place
		if at.File == "" || d.pool.Get(kv.key).Int() == kv.n {
			continue
		}
		out = append(out, fmt.Sprintf("sed -i %s %s", sh(fmt.Sprintf("%ds#^.*$#%s = %d#", at.Line, kv.key, kv.n)), sh(at.File)))
	}
	return out
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

// opcachePreloadFailure: PHP-FPM leaves with status 70 because its preload script fails.
func opcachePreloadFailure() Check {
	return Check{
		ID: "opcache-preload-failure", Title: "PHP's preload script loads", Topic: Platform,
		Means: `opcache.preload names a PHP file that is run when PHP-FPM starts. If it is missing, as after a deploy into another folder, or
fails, PHP-FPM does not start at all (exit status 70). Correct the path, or switch preloading off: it is a speed-up, nothing depends on it.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			d := fpmTrouble(ctx, f, l)
			if d == nil || d.cause != "opcache-preload-failure" {
				return nil
			}
			found := d.finding(ctx, f, l, d.fpm.Name()+" does not start: its preload script fails")
			x := Fix{Title: "Switch preloading off and start " + d.fpm.Name(), Risk: Low}
			at, set := preloadLine(f, d)
			if at.Known() {
				found.Where = at
				found.Evidence = append(found.Evidence, Evidence{Source: at.String(), Text: set})
				x.Undo = setLine(f.Host.Root, at, set)
				x = x.Do("Switch the line off; put the right path there later", "%s", setLine(f.Host.Root, at, ";"+set))
			} else {
				x = x.Tell("Correct opcache.preload in the php.ini of %s", d.fpm.Name())
			}
			found.Fix = fpmStart(d.fpm, x)
			return found
		}),
	}
}

// preloadLine finds the line that sets opcache.preload: in a pool, or in the ini files.
func preloadLine(f *sysinfo.Facts, d *fpmDown) (sysinfo.Place, string) {
	for _, pool := range d.fpm.Config.Pools {
		for _, key := range []string{"php_admin_value[opcache.preload]", "php_value[opcache.preload]"} {
			if at := pool.Get(key).Place; at.File != "" {
				return sysinfo.Place(at), configLine(f.Host.Root, sysinfo.Place(at))
			}
		}
	}
	if v := d.fpm.INI(f.Host.Root, "opcache.preload"); v.Set() {
		return sysinfo.Place(v.Place), configLine(f.Host.Root, sysinfo.Place(v.Place))
	}
	return sysinfo.Place{}, ""
}

// startLimitHit: systemd gave up after too many failed starts.
func startLimitHit() Check {
	return Check{
		ID: "start-limit-hit", Title: "systemd has not given up on a service", Topic: Upstreams,
		Means: `A service that was started too often within ten seconds (five times, by default) is not started again: systemd says "Start request
repeated too quickly". The first failure, earlier in the journal, is the real reason. When that is mended, or there was none because
somebody restarted it in a loop, tell systemd to forget the count and start it.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if d := fpmTrouble(ctx, f, l); d != nil && d.cause == "start-limit-hit" {
				found := d.finding(ctx, f, l, "systemd gave up starting "+d.fpm.Name()+": too many starts in a short time")
				found.Where = sysinfo.Place(d.pool.Get("listen").Place)
				found.Fix = fpmStart(d.fpm, Fix{Title: "Forget the count and start " + d.fpm.Name(), Risk: Low})
				return found
			}
			return nil
		}),
	}
}

// runDirMissing: /run is made anew at every boot; a folder made by hand is gone.
func runDirMissing() Check {
	return Check{
		ID: "run-dir-missing", Title: "The folders for sockets exist", Topic: Upstreams,
		Means: `/run is empty after every boot. A folder in it that was made by hand, or whose line in tmpfiles.d was lost, is missing, and the
program that wants to put its socket there cannot start. php-fpm -t does not notice. Make the folder, and a line that makes it at
every boot.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			d := fpmTrouble(ctx, f, l)
			if d == nil || d.cause != "run-dir-missing" {
				return nil
			}
			found := d.finding(ctx, f, l, fmt.Sprintf("%s cannot make its socket: the folder %s does not exist", d.fpm.Name(), d.dir))
			found.Where = sysinfo.Place(d.pool.Get("listen").Place)
			owner := "www-data www-data"
			if u, err := f.Users(ctx); err == nil {
				if _, ok := u.Creds("www-data"); !ok {
					owner = "root root"
				}
			}
			conf := "/etc/tmpfiles.d/" + strings.ReplaceAll(strings.Trim(strings.TrimPrefix(d.dir, "/run"), "/"), "/", "-") + ".conf"
			x := Fix{Title: "Make " + d.dir + ", now and at every boot", Risk: Low, Undo: "rm " + sh(conf)}.
				Do("A line that makes the folder at every boot", "echo %s > %s", sh("d "+d.dir+" 0755 "+owner+" -"), sh(conf)).
				Do("Make it now", "systemd-tmpfiles --create %s", sh(conf))
			found.Fix = fpmStart(d.fpm, x)
			return found
		}),
	}
}

// fpmReloadKilledMaster: a reload with a broken pool kills PHP-FPM, and systemctl reload still says success.
func fpmReloadKilledMaster() Check {
	return Check{
		ID: "fpm-reload-killed-master", Title: "PHP-FPM came back from its last reload", Topic: Upstreams,
		After: []ID{},
		Means: `A reload makes PHP-FPM start itself anew. With a broken pool file it cannot, and is gone: systemctl reload had already reported
success. The old socket's file stays behind, so nginx is refused (errno 111) instead of finding nothing. Correct the line that the
journal names, then start it; and test with php-fpm -t before every reload.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			d := fpmTrouble(ctx, f, l)
			if d == nil || d.cause != "fpm-reload-killed-master" {
				return nil
			}
			text := ""
			if d.line != nil {
				text = ": " + reason(d.line.Text)
			}
			found := d.finding(ctx, f, l, fmt.Sprintf("a reload with a broken pool file ended %s%s", d.fpm.Name(), text))
			found.Evidence = append(found.Evidence, Evidence{Source: d.fpm.ErrorLogFile(), Text: lastLine(f.Host.Root, d.fpm.ErrorLogFile())})
			found.Fix = poolFix(ctx, f, d)
			return found
		}),
	}
}

// fpmStaleSocket: the master died without cleaning up; its socket's file is there and nobody behind it.
func fpmStaleSocket() Check {
	return Check{
		ID: "fpm-stale-socket", Title: "Behind every socket file somebody listens", Topic: Upstreams,
		After: []ID{"oom-killed", "fpm-reload-killed-master", "fpm-pool-config-error", "start-limit-hit"},
		Means: `PHP-FPM died without cleaning up: it was killed, or crashed. The socket's file is still there but nobody listens behind it, so nginx
is refused (errno 111) where a stopped PHP-FPM would leave no file (errno 2). Starting it is enough, it removes the old file itself.
Find out who killed it: the kernel for memory, or somebody.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			d := fpmTrouble(ctx, f, l)
			if d == nil || d.cause != "fpm-stale-socket" {
				return nil
			}
			how := "died"
			if d.fpm.Unit.CodeKind == "killed" || d.fpm.Unit.CodeKind == "dumped" {
				how = fmt.Sprintf("was %s by signal %d", d.fpm.Unit.CodeKind, d.fpm.Unit.ExitCode)
			}
			found := d.finding(ctx, f, l, fmt.Sprintf("%s %s and left its socket behind", d.fpm.Name(), how))
			found.Where = sysinfo.Place(d.pool.Get("listen").Place)
			if l.reach.File != nil {
				found.Evidence = append(found.Evidence, Evidence{Source: "ss -lx", Text: "the file " + l.Unix + " exists and nobody listens on it"})
			}
			found.Fix = fpmStart(d.fpm, Fix{Title: "Start " + d.fpm.Name(), Risk: Low}).
				Tell("To let systemd start it again by itself next time: systemctl edit %s, and add [Service] Restart=on-failure RestartSec=2", d.fpm.Name())
			return found
		}),
	}
}
