package checks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
	"fix502/sysinfo/phpfpm"
)

// endedInTime: PHP-FPM's log is shut to us, and a page broke off just when the pool's limit had passed. PHP-FPM looks for those that are over it
// three times within the limit (fpm_conf.c, heartbeat).
func endedInTime(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	p, pool := f.PoolOf(ctx, l.Hop)
	if p == nil || !l.hit || l.answer == nil || l.answer.Status != 502 && l.answer.Status != 503 {
		return nil
	}
	v := pool.Get("request_terminate_timeout")
	limit, took := v.Duration(), l.answer.Took
	if limit <= 0 || took < limit || took > limit+limit/3+time.Second {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.9, Where: v.Place,
		Summary: fmt.Sprintf("%s breaks off after %s: pool %s ends what takes longer than %s (request_terminate_timeout)", l.answer.Question.Path(), waited(took), pool.Name, seconds(limit))}
	found.Evidence = append(found.Evidence, Evidence{Source: v.Place.String(), Text: configLine(f.Host.Root, v.Place)})
	for _, log := range p.Logs() {
		found.Evidence = append(found.Evidence, Evidence{Source: log.Path, Text: "only root may read it; it names each script that was ended"})
	}
	found.Fix = moreTime(f, l, p, pool)
	return withLine(found, l, brokenKinds...)
}

// raisedSince says that PHP-FPM has read its pool since the file was written, and would not end today what a line says that it ended.
func raisedSince(ctx context.Context, f *sysinfo.Facts, p *sysinfo.FPM, pool *phpfpm.Pool, line sysinfo.LogLine) bool {
	v, took := pool.Get("request_terminate_timeout"), lasted(line)
	if took == 0 || v.Duration() > 0 && took >= v.Duration() {
		return false
	}
	file := v.Place.File
	if !v.Set() {
		file = pool.Place.File
	}
	i, err := f.Host.Root.Stat(file)
	if err != nil || p.Master == nil {
		return false
	}
	if p.Master.Start.After(i.ModTime) {
		return true
	}
	reload, _, ok := poolLine(ctx, f, pool.Name, errlog.FPMReloading, errlog.FPMReloadExec)
	return ok && reload.Time.After(i.ModTime)
}

// lasted is how long a request had taken when PHP-FPM ended it: "execution timed out (5.764800 sec), terminating".
func lasted(line sysinfo.LogLine) time.Duration {
	_, rest, _ := strings.Cut(line.Text, "execution timed out (")
	number, _, ok := strings.Cut(rest, " sec)")
	d, err := time.ParseDuration(number + "s")
	if !ok || err != nil {
		return 0
	}
	return d
}
