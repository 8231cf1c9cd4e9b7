package sysinfo

import (
	"context"
	"net/http"
	"path"
	"strings"
	"time"

	"fix502/sysinfo/errlog"
)

// scriptLogTail is how much of PHP's own log is read: it is about the pages that were just asked for.
const scriptLogTail = 32 << 10

// scriptLog are the lines of PHP's own error log that a site's failing pages added as they were asked for: error_log of the pool, as hosting panels set one for each
// customer, else of php.ini. What goes there does not go to the gateway (php_log_err_with_severity in PHP's main/main.c).
func (f *Facts) scriptLog(ctx context.Context, s *Site) []LogLine {
	seen := map[string]bool{}
	var out []LogLine
	for _, a := range f.Answers(ctx, s) {
		h := f.PageOf(s, a.Question.URI)
		if a.Status != http.StatusInternalServerError && a.Status != http.StatusServiceUnavailable || h == nil || h.Scheme != "fastcgi" {
			continue
		}
		p, pool := f.PoolOf(ctx, h)
		if p == nil || pool == nil || p.Master == nil {
			continue
		}
		root := f.RootOf(p.Master.PID)
		set := pool.PHP("error_log")
		if !set.Set() {
			set = p.INI(root, "error_log")
		}
		if !path.IsAbs(set.Text) || seen[set.Text] { // syslog, or a name in whatever folder the script is in
			continue
		}
		seen[set.Text] = true
		text, err := root.Tail(set.Text, scriptLogTail)
		if err != nil {
			continue // logs-readable says so of logs
		}
		since, parser := a.At.Add(-a.Took).Truncate(time.Second), errlog.NewParser(f.zone())
		for line := range strings.Lines(text) {
			if ev := parser.Parse(line); !ev.Time.IsZero() && !ev.Time.Before(since) {
				out = append(out, LogLine{Event: ev, Source: set.Text, Text: strings.TrimSpace(line)})
			}
		}
	}
	return out
}
