package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// poolFiles: PHP itself says that it may open no more files, and a line of the pool, or of PHP-FPM's for all, is the limit.
func poolFiles(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	line, ok := says(ctx, f, s, errlog.PHPFatal, errlog.TooManyFiles)
	if !ok || !filesOut.MatchString(line.own()) {
		return nil
	}
	for _, h := range s.Hops {
		p, pool := f.PoolOf(ctx, h)
		if p == nil || !p.Running() {
			continue
		}
		v := pool.Get("rlimit_files")
		if !v.Set() {
			v = p.Config.Global.Get("rlimit_files")
		}
		if !v.Set() || v.Int() <= 0 || v.Int() >= usualFiles {
			return nil
		}
		at := v.Place
		was := configLine(f.Host.Root, at)
		x := Fix{Title: "Let PHP open as many files as systemd gives every service", Risk: Low, Undo: setLine(f.Host.Root, at, was)}
		x = x.Do(fmt.Sprintf("Switch the limit of %d off: then it is systemd's, %d unless told otherwise. What it costs: code that opens without end is stopped later", v.Int(), usualFiles), "%s", setLine(f.Host.Root, at, ";"+was))
		return line.judge(&Finding{Confidence: 0.96, Where: at, Covers: []ID{"php-fatal-500"}, Summary: fmt.Sprintf("PHP of pool %s may not open one more file: its limit is %d", pool.Name, v.Int()),
			Evidence: []Evidence{lineOf(f.Host.Root, at)}, Fix: fpmRestart(p, x)})
	}
	return nil
}

// usualFiles is the soft limit that systemd gives a service (systemd-system.conf(5), DefaultLimitNOFILE).
const usualFiles = 1024
