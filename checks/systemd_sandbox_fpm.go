package checks

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

// fpmLiveWall is a hardening setting with which PHP-FPM starts, and does not serve: its sockets stay root's, as it may give nothing away, or
// each of its workers crashes with the first script that its JIT compiles.
func fpmLiveWall(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	p, pool := f.PoolOf(ctx, l.Hop)
	if l.Scheme != "fastcgi" || p == nil || pool == nil || !p.HasUnit || !p.Unit.Running() {
		return nil
	}
	w, says := keptRoots(f, l, p, pool)
	if w == nil {
		w, says = jitBarred(ctx, f, p, pool)
	}
	if w == nil {
		return nil
	}
	at, ok := setBy(f, p.Unit, w.setting)
	if !ok {
		return nil
	}
	found := &Finding{Status: l.broken(), Confidence: 0.96, Where: at.Place, Summary: fmt.Sprintf("%s of %s %s", w.setting, p.Unit.Name, w.does),
		Covers:   []ID{"socket-permission", "fpm-worker-segfault", "upstream-premature-close", "fpm-emergency-restart-loop"},
		Evidence: []Evidence{says, unitLineSays(f, at), passLine(l)}}
	found.Fix = fpmRestart(p, loosened(f, p.Unit, w))
	return withLine(found, l, connectKinds...)
}

// keptRoots: a filter of system calls forbids to give a socket to its owner, so that it stays root's (fpm_unix.c, fpm_unix_set_socket_permissions).
func keptRoots(f *sysinfo.Facts, l *live, p *sysinfo.FPM, pool *phpfpm.Pool) (*wall, Evidence) {
	i, err := f.Host.Root.Lstat(l.Unix)
	owner := pool.Get("listen.owner").Text
	if l.Unix == "" || err != nil || i.UID != 0 || owner == "" || owner == "root" || cannotCall(p.Unit, "chown") == "" {
		return nil, Evidence{}
	}
	return &wall{setting: "SystemCallFilter", does: "forbids it to give " + l.Unix + " to " + owner + ", and it stays root's"},
		Evidence{Source: "ls -l " + l.Unix, Text: fmt.Sprintf("%s, of root, and listen.owner is %s", i.Mode, owner)}
}

// jitBarred: memory that is writable and executable is forbidden, and OPcache's JIT writes code into such memory: its workers die of signal 11.
func jitBarred(ctx context.Context, f *sysinfo.Facts, p *sysinfo.FPM, pool *phpfpm.Pool) (*wall, Evidence) {
	set, ok := setBy(f, p.Unit, "MemoryDenyWriteExecute")
	size := p.INI(f.Host.Root, "opcache.jit_buffer_size").Text
	if n, err := strconv.Atoi(strings.TrimRight(size, "KMGkmg")); !ok || !truly(set.Value) || err != nil || n == 0 {
		return nil, Evidence{}
	}
	crashes, _ := poolCrashes(ctx, f, pool.Name)
	for _, c := range reversed(crashes) {
		if c.Signal == 11 && !c.Time.Before(p.Unit.Since) {
			return &wall{setting: set.Key, better: "no", does: "forbids the memory into which OPcache's JIT writes code, and PHP's workers crash"}, quoteLine(c)
		}
	}
	return nil, Evidence{}
}
