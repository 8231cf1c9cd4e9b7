package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
	"fix502/sysinfo/nginx"
)

// fdLimit: the gateway may not open one more file or connection.
func fdLimit() Check {
	return Check{
		ID: "fd-limit", Title: "Gateway and app may open as many files as they need", Topic: Server,
		After: []ID{"proxy-loop"},
		Means: `Every connection, log and file of a process takes a file descriptor, and each process may have only so many ("Max open files"). nginx
needs two for each visitor: one to the visitor and one to the app. At the limit it answers 500, or lets visitors wait. Raise
worker_rlimit_nofile; the service's LimitNOFILE only where nginx may not raise it by itself. When the whole system ran out (errno 23), it
is fs.file-max. A pool of PHP-FPM may have a limit of its own, rlimit_files; an app has that of its unit, and at it takes no connection.`,
		Run: perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
			if found := poolFiles(ctx, f, s); found != nil {
				return found
			}
			if found := appFiles(ctx, f, s); found != nil {
				return found
			}
			if found := haproxyFiles(ctx, f, s); found != nil {
				return found
			}
			return nginxFiles(ctx, f, s)
		}),
	}
}

// nginxFiles: nginx itself says that it may open no more.
func nginxFiles(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	n := nginxOf(s.Gateway)
	if n == nil || !s.Gateway.Running() {
		return nil
	}
	limit, used := openFiles(f, s.Gateway)
	line, ok := says(ctx, f, s, errlog.TooManyFiles)
	full, crowded := crowd{}, false
	if !ok {
		full, crowded = crowdUnheard(ctx, f, s)
	}
	if !ok && (!crowded || !full.files) {
		if limit > 0 && used >= 0 {
			return pass(fmt.Sprintf("the busiest worker has %d of %d files open", used, limit))
		}
		return nil
	}
	set := n.Config.WorkerFiles()
	found := &Finding{Confidence: 0.96, Where: set.Place, Summary: fmt.Sprintf("nginx may not open one more file: its limit is %d", limit)}
	if used >= 0 {
		found.Evidence = append(found.Evidence, Evidence{Source: "/proc/PID/limits, /proc/PID/fd", Text: fmt.Sprintf("Max open files %d, the busiest worker has %d open", limit, used)})
	}
	if line.Errno == 23 {
		found.Summary = "the whole system has run out of files (fs.file-max)"
	}
	want := max(65535, 4*limit)
	x := Fix{Title: "Let nginx's workers open more files", Risk: Low}
	found.Fix = reload(ctx, f, s.Gateway, setMain(s.Gateway, x, set, "worker_rlimit_nofile", fmt.Sprint(want)))
	if !set.Set() {
		found.Where = sysinfo.Place{File: s.Gateway.Config, Line: 1}
	}
	if crowded {
		return full.says(s, found)
	}
	return line.judge(found)
}

// openFiles gives the limit of the gateway's workers and how many files the busiest has; -1 when only root may count.
func openFiles(f *sysinfo.Facts, g *sysinfo.Gateway) (limit, used int) {
	used = -1
	for _, pid := range g.Workers {
		if n, err := f.Limit(pid, "Max open files"); err == nil {
			limit = n
		}
		if names, err := f.Host.Root.ReadDir(fmt.Sprintf("/proc/%d/fd", pid)); err == nil {
			used = max(used, len(names))
		}
	}
	return limit, used
}

// setMain sets a directive of nginx's main level: the line that has it, or a new one on top of the main file.
func setMain(g *sysinfo.Gateway, x Fix, set nginx.Setting, name, value string) Fix {
	text := name + " " + value + ";"
	if set.Set() {
		at := set.Place
		old := configLine(g.Root, at)
		x.Undo = strings.TrimSuffix(setLine(g.Root, at, old)+"; "+x.Undo, "; ")
		return x.Do(fmt.Sprintf("Set %s in %s", name, at), "%s", setWords(g.Root, at, old, name+" "+strings.Join(set.Args, " "), name+" "+value))
	}
	x.Undo = strings.TrimSuffix(fmt.Sprintf("sed -i '/^%s /d' %s; %s", name, sh(realFile(g.Root, g.Config)), x.Undo), "; ")
	return x.Do(fmt.Sprintf("Add %s to %s", name, g.Config), "sed -i %s %s", sh("1i "+text), sh(realFile(g.Root, g.Config)))
}

// setWords changes some words of a line where they stand as we would write them, else the whole line.
func setWords(r sysinfo.Root, at sysinfo.Place, line, old, new string) string {
	if strings.Contains(line, old) {
		return replace(r, at, old, new)
	}
	return setLine(r, at, new+";")
}
