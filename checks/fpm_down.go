package checks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"syscall"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

// fpmDown is a PHP-FPM that a hop needs and that does not run, with what its service manager and its last words
// say about why.
type fpmDown struct {
	fpm   *sysinfo.FPM
	pool  *phpfpm.Pool
	cause ID                   // which check this is for
	line  *sysinfo.JournalLine // the line that says why
	place sysinfo.Place        // the configuration line that is to blame
	dir   string               // the missing folder, for run-dir-missing
	wall  *wall                // the hardening setting that ends it, for systemd-sandbox
	asked string               // where the gateway asks, when no pool is meant to listen there: /run/php/shop.sock
}

// fpmTrouble says why the PHP-FPM of a hop is down; nil when it is up, or no PHP-FPM is meant.
func fpmTrouble(ctx context.Context, f *sysinfo.Facts, l *live) *fpmDown {
	if l.Scheme != "fastcgi" || l.reach.Err != nil || l.reach.Listener != nil || l.reach.Errno != syscall.ENOENT && l.reach.Errno != syscall.ECONNREFUSED || len(l.reach.Others) > 0 {
		return nil
	}
	p, pool := f.PoolOf(ctx, l.Hop)
	if p == nil {
		return refusedElsewhere(ctx, f, l)
	}
	if p.Running() {
		return nil
	}
	d, _ := sysinfo.Memo(f, "fpm-down "+p.Conf, func() (*fpmDown, error) { return whyDown(ctx, f, p, pool), nil })
	its := *d
	its.pool = pool // one PHP-FPM is down for one reason, and several sites have pools there
	return &its
}

func whyDown(ctx context.Context, f *sysinfo.Facts, p *sysinfo.FPM, pool *phpfpm.Pool) *fpmDown {
	d := &fpmDown{fpm: p, pool: pool, cause: "fpm-not-running"}
	lines, _ := f.Journal(ctx, p.Unit.Name) // without it the unit's result still tells a lot
	if len(lines) == 0 && !p.HasUnit {
		lines = f.FPMWords(p)
	}
	lines = lastAttempt(lines)
	switch {
	case p.HasUnit && (p.Unit.Load == "masked" || p.Unit.Enabled == "masked"):
		return d
	case p.HasUnit && p.Unit.Active == "inactive" && p.Unit.Result == "success":
		if rebooted(ctx, f, p.Unit) {
			d.cause = "unit-not-enabled-after-reboot"
		}
		return d
	}
	for i := len(lines) - 1; i >= 0; i-- {
		if d.reads(f, &lines[i]) {
			break
		}
	}
	if d.wall = serviceWall(f, p.Unit, lines, fpmNeeds, true); p.HasUnit && d.wall != nil {
		d.cause = "systemd-sandbox"
		return d
	}
	if d.cause == "fpm-not-running" {
		d.byResult(ctx, f, p)
	}
	if d.cause == "fpm-not-running" && !p.HasUnit && socketLeft(f.Host.Root, pool) {
		d.cause = "fpm-stale-socket"
	}
	if d.cause == "fpm-not-running" && !p.HasUnit && leftOutAtBoot(f, p) {
		d.cause = "unit-not-enabled-after-reboot"
	}
	if p.Unit.Result == "start-limit-hit" && d.cause == "fpm-not-running" {
		d.cause = "start-limit-hit"
	}
	if d.cause == "fpm-pool-config-error" && reloadKilled(f, p) {
		d.cause = "fpm-reload-killed-master"
	}
	return d
}

// byResult judges by the unit's result alone, where the journal is silent; where there is no unit either, by what no start can do without.
func (d *fpmDown) byResult(ctx context.Context, f *sysinfo.Facts, p *sysinfo.FPM) {
	r, problems := f.Host.Root, p.Config.Failed()
	switch {
	case p.Unit.Result == "oom-kill":
		d.cause = "oom-killed"
	case p.Unit.Result == "signal" || p.Unit.Result == "core-dump":
		d.cause = "fpm-stale-socket"
	case p.Unit.Result == "exit-code" && p.Unit.ExitCode == 70:
		d.cause = "opcache-preload-failure"
	case len(problems) > 0:
		d.cause = "fpm-pool-config-error"
		d.place = sysinfo.Place{File: problems[0].File, Line: problems[0].Line}
		d.line = &sysinfo.JournalLine{Text: problems[0].Text}
	case p.Unit.Result == "exit-code" && p.Unit.ExitCode == 78 || !p.HasUnit:
		if dir := d.noFolder(r); dir != "" && !madeByScript(r, p, dir) {
			d.cause, d.dir = "run-dir-missing", dir
		} else if at, text := d.noAccount(ctx, f); text != "" {
			d.cause, d.place, d.line = "fpm-pool-config-error", at, &sysinfo.JournalLine{Text: text}
		} else if p.HasUnit {
			d.cause = "fpm-pool-config-error"
		}
	}
}

// noAccount is the line of a pool whose user is none of this machine's, and what PHP-FPM says of it (fpm_unix.c): one such pool keeps all down.
func (d *fpmDown) noAccount(ctx context.Context, f *sysinfo.Facts) (sysinfo.Place, string) {
	users, err := f.Users(ctx)
	if err != nil || otherAccounts(f.Host.Root) {
		return sysinfo.Place{}, ""
	}
	for _, p := range d.fpm.Config.Pools {
		v := p.Get("user")
		if _, ok := users.Creds(v.Text); v.Set() && v.Text != "" && !ok && !strings.Contains(v.Text, "$") && strings.Trim(v.Text, "0123456789") != "" {
			return v.Place, fmt.Sprintf("[pool %s] cannot get uid for user '%s'", p.Name, v.Text)
		}
	}
	return sysinfo.Place{}, ""
}

// noFolder is the folder of a socket that is not there: one pool that cannot listen keeps all of them down.
func (d *fpmDown) noFolder(r sysinfo.Root) string {
	for _, p := range d.fpm.Config.Pools {
		listen, ok := p.Listen()
		if !ok || listen.Network != "unix" {
			continue
		}
		if _, err := r.Stat(path.Dir(listen.Path)); errors.Is(err, fs.ErrNotExist) {
			return path.Dir(listen.Path)
		}
	}
	return ""
}

var (
	fpmInclude = whenAsked(`Unable to include (/\S+) from \S+ at line (\d+)`)
	fpmMissing = whenAsked(`unable to bind listening socket for address '([^']+)': No such file or directory`)
)

// rebooted says that a unit that no boot starts was up in an earlier boot of this machine, and never in this one.
// Where the journal is root's to read, a unit file from before this boot has to do.
func rebooted(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) bool {
	if _, _, outside := outsideBoot(f, u); u.Enabled != "disabled" && !outside || u.Props["ActiveEnterTimestamp"] != "" {
		return false
	}
	lines, _ := f.Journal(ctx, u.Name)
	switch spoke, err := f.SpokeInThisBoot(ctx, u); {
	case errors.Is(err, sysinfo.ErrNeedsRoot):
		return u.Props["InactiveExitTimestamp"] == "" && olderThanBoot(f, u)
	case err != nil || f.ThisBoot() == "" || spoke:
		return false
	}
	return len(lines) > 0
}

// olderThanBoot says that somebody wrote the unit on this machine before it came up.
func olderThanBoot(f *sysinfo.Facts, u sysinfo.Unit) bool {
	boot, err := f.Boot()
	i, bad := f.Host.Root.Stat(u.Fragment)
	return err == nil && bad == nil && strings.HasPrefix(u.Fragment, "/etc/") && i.ModTime.Before(boot)
}

// reloadKilled says that the last thing PHP-FPM's log knows is the reload from which it did not come back.
func reloadKilled(f *sysinfo.Facts, p *sysinfo.FPM) bool {
	return reloadLine(f.Host.Root, p) != "" || p.Unit.EndedByReload() // its log may be root's
}

// reloadLine is the last that PHP-FPM's log has of a reload after which nothing started; empty when there was none. What is wrong with a pool's
// numbers is found with the log open already (fpm_conf.c, fpm_conf_post_process), and stands behind it.
func reloadLine(r sysinfo.Root, p *sysinfo.FPM) string {
	text, err := r.Tail(p.ErrorLogFile(), 4096)
	if err != nil {
		return ""
	}
	for _, line := range slices.Backward(strings.Split(strings.TrimSpace(text), "\n")) {
		switch {
		case strings.Contains(line, "reloading: execvp("):
			return line
		case !strings.Contains(line, "] ALERT: ") && !strings.Contains(line, "] ERROR: "):
			return ""
		}
	}
	return ""
}

func lastLine(r sysinfo.Root, name string) string {
	text, err := r.Tail(name, 4096)
	if err != nil {
		return ""
	}
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}

// finding is what every check about a PHP-FPM that is down says first.
func (d *fpmDown) finding(ctx context.Context, f *sysinfo.Facts, l *live, summary string) *Finding {
	out := &Finding{Status: l.broken(), Confidence: 0.97, Summary: summary, Where: d.place, Evidence: []Evidence{}}
	if d.line != nil {
		out.Evidence = append(out.Evidence, Evidence{Source: d.lineSource(), Text: d.line.Text, Time: d.line.Time})
	}
	if d.place.Known() && d.place.Line > 0 {
		out.Evidence = append(out.Evidence, lineOf(f.Host.Root, d.place))
	}
	if d.fpm.HasUnit {
		out.Evidence = append(out.Evidence, unitSays(d.fpm.Unit))
	} else {
		out.Evidence = append(out.Evidence, Evidence{Source: "ps", Text: "no process \"php-fpm: master process (" + d.fpm.Conf + ")\""})
	}
	out.Evidence = append(out.Evidence, passLine(l))
	return withLine(out, l, connectKinds...)
}

// lineSource is where the reason stands: PHP-FPM's own log where no journal is, or none of either where its files tell it to us.
func (d *fpmDown) lineSource() string {
	switch {
	case d.line.Source != "":
		return d.line.Source
	case d.fpm.HasUnit && !d.line.Time.IsZero():
		return "journalctl -u " + d.fpm.Name()
	case d.place.Known(): // its files were read, and told by PHP-FPM's own rules
		return d.place.File
	}
	return d.fpm.Conf
}

func plural(n int, one, many string) string {
	if n == 1 {
		return fmt.Sprintf("%d %s", n, one)
	}
	return fmt.Sprintf("%d %s", n, many)
}
