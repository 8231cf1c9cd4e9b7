package checks

import (
	"context"
	"fmt"
	"slices"

	"fix502/sysinfo"
)

// diskFull catches a quiet cause: nginx cannot store an upload, PHP cannot write its pid file.
func diskFull() Check {
	return Check{
		ID: "disk-full", Title: "There is room where the site writes", Topic: Server,
		After: []ID{"inodes-exhausted"},
		Means: `A filesystem on which nginx, PHP or the database keeps temporary files, sessions, pid files or data is full. What breaks differs: uploads
answer 500, pages are cut, PHP-FPM does not start, the database stands still; and the logs say nothing any more, because they do not fit
either. Free some space first; then find what filled it. A full disk that no site uses is none of this.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			tooSmall := func(s *filesystem) bool {
				return s.full() || s.small() && s.holds("what visitors send") && len(noSpace(ctx, f, s)) > 0
			}
			return fullness(ctx, f, tooSmall, func(s *filesystem) string {
				if !s.full() {
					return fmt.Sprintf("%s has room for %s in all, and somebody needed more", s.mount, size(s.space.Total))
				}
				return fmt.Sprintf("%s has %s left of %s", s.mount, size(s.space.Free), size(s.space.Total))
			}, func(s *filesystem) Evidence {
				return Evidence{Source: "df -h " + s.mount, Text: fmt.Sprintf("%s free of %s; used for %s", size(s.space.Free), size(s.space.Total), s.purpose())}
			})
		},
	}
}

// inodesExhausted: the same error, with bytes to spare.
func inodesExhausted() Check {
	return Check{
		ID: "inodes-exhausted", Title: "There is room for more files where the site writes", Topic: Server,
		Means: `A filesystem can hold only so many files, however small (inodes). They are used up, so no new file can be made, and programs say "No
space left on device" while df shows free bytes: df -i shows the truth. Millions of old PHP sessions or cache files do that. Delete those.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			return fullness(ctx, f, func(s *filesystem) bool { return s.noInodes() && !s.full() }, func(s *filesystem) string {
				return fmt.Sprintf("%s has no room for one more file: all %d inodes are used", s.mount, s.space.Inodes)
			}, func(s *filesystem) Evidence {
				return Evidence{Source: "df -i " + s.mount, Text: fmt.Sprintf("%d of %d inodes used, %s free; used for %s", s.space.IUse, s.space.Inodes, size(s.space.Free), s.purpose())}
			})
		},
	}
}

// fullness judges every filesystem in use: full with its errors, full beside a failing site, full and quiet, fine.
func fullness(ctx context.Context, f *sysinfo.Facts, full func(*filesystem) bool, say func(*filesystem) string, df func(*filesystem) Evidence) ([]Finding, error) {
	all, err := filesystems(ctx, f)
	if err != nil {
		return nil, err
	}
	var out []Finding
	least := ""
	for _, s := range all {
		if s.err != nil {
			out = append(out, Finding{Status: Unknown, Summary: why(s.err)})
			continue
		}
		if !full(s) {
			if s.mount == "/" {
				least = fmt.Sprintf("%s free on %s, %s looked at", size(s.space.Free), s.mount, plural(len(all), "filesystem", "filesystems"))
			}
			continue
		}
		fix, taken := makeRoom(ctx, f, s)
		found := Finding{Status: Warn, Where: sysinfo.Place{File: s.mount}, Summary: say(s), Evidence: append([]Evidence{df(s)}, taken...), Fix: fix}
		waiting := storeWithoutRoom(ctx, f, s)
		if proof := slices.Concat(noSpace(ctx, f, s), socketNotMade(ctx, f, s), sessionLost(ctx, f, s), waiting); len(proof) > 0 {
			found.Status, found.Confidence = Fail, 0.97
			if !s.full() && !s.noInodes() {
				found.When = Intermittent // whether it has been given more since, nobody knows
			}
			found.Evidence = append(found.Evidence, proof...)
			found.Covers = []ID{"fpm-pool-config-error", "fpm-not-running", "fpm-stale-socket", "run-dir-missing", "start-limit-hit", "mysql-down", "socket-path-mismatch", "upstream-returned-5xx", "unit-not-enabled-after-reboot", "upstream-port-nothing-listening", "php-fatal-500", "gunicorn-boot-failure", "node-crash", "ruby-java-worker-death", "upstream-premature-close", "mid-body-failure", "uwsgi-app-exception-empty-response"}
			if len(waiting) > 0 {
				found.Fix = found.Fix.Do("The database looks for room once a minute, and goes on by itself", "sleep 61")
				found.Covers = append(found.Covers, "mysql-slow", "upstream-read-timeout", "fpm-workers-exhausted", "fpm-request-terminate-timeout", "php-max-execution-time")
			}
		} else if anyFails(ctx, f) {
			found.Status, found.Confidence = Fail, 0.6
			if ended := endedWithoutRoom(ctx, f, s); len(ended) > 0 {
				found.Evidence = append(found.Evidence, ended...)
				found.Covers = []ID{"node-crash", "gunicorn-boot-failure", "ruby-java-worker-death", "start-limit-hit", "upstream-port-nothing-listening"}
			}
		} else if site := tempUnheard(ctx, f, s); site != nil {
			found.Status, found.When, found.Confidence, found.Site = Fail, Intermittent, 0.7, site
		}
		out = append(out, found)
	}
	if len(out) == 0 && least != "" {
		return []Finding{{Status: Pass, Summary: least}}, nil
	}
	return out, nil
}

func (s *filesystem) holds(why string) bool {
	return slices.ContainsFunc(s.uses, func(u usedDir) bool { return u.why == why })
}

func uses(s *filesystem, who string) bool {
	for _, u := range s.uses {
		if u.who == who || u.who == "php-fpm" {
			return true
		}
	}
	return false
}

// Size is a number of bytes for people.
func Size(n uint64) string { return size(n) }

func size(n uint64) string {
	switch {
	case n >= 10<<30:
		return fmt.Sprintf("%d GiB", n>>30)
	case n >= 10<<20:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<10:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}
