package checks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"fix502/sysinfo"
)

// appLog is where an application of a known kind keeps its own log.
type appLog struct {
	app, file string
	bad       pattern // what makes a line an error

	also func(line string) bool // what is one while the site fails, and no sooner: sites that are well have such lines, too
}

func (l appLog) noted(line string) bool { return l.also != nil && l.also(line) }

var (
	phpFatalWord = whenAsked(`PHP (?:Fatal|Parse) error:`)
	monologBad   = whenAsked(`\.(?:ERROR|CRITICAL|ALERT|EMERGENCY): `)
	jsonBad      = whenAsked(`"level":[34][,}]`)
)

func appLogFact() Check {
	return Check{
		ID: "app-log", Title: "The application's own log", Topic: Logs,
		Means: `Laravel, Nextcloud, Magento, Drupal and WordPress write a log of their own, which the web server does not know of. The last program of the
path knows most: an exception at start, a lost database, a full cache. Here is where that log lies and its last error within the time looked at.`,
		Run: perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
			if s.Root == "" || strings.Contains(s.Root, "$") {
				return nil
			}
			r := s.Gateway.Root
			all := appLogs(r, s.Root, f.Host.Now())
			for _, w := range f.WordPresses(ctx) {
				if w.Site == s {
					all = append(all, appLog{"WordPress", w.Log(), phpFatalWord, wpQueryError.MatchString})
				}
			}
			for _, l := range all {
				switch _, err := r.Stat(l.file); {
				case errors.Is(err, fs.ErrNotExist):
					continue
				case err != nil:
					return &Finding{Status: Unknown, Summary: why(err)}
				}
				_, fails := failsNow(ctx, f, s)
				if e, ok := appError(f, r, l, func(line string) bool { return l.bad.MatchString(line) || fails && l.noted(line) }); ok {
					return &Finding{Status: Warn, Where: placeOf(e.Source), Summary: fmt.Sprintf("%s's own log had an error at %s", l.app, e.Time.Format("15:04:05")), Evidence: []Evidence{e}}
				}
				if e, ok := appError(f, r, l, l.noted); ok {
					return pass(fmt.Sprintf("%s writes to %s: no error that ends a page; a query failed at %s, and the site answers", l.app, l.file, e.Time.Format("15:04:05")))
				}
				return pass(fmt.Sprintf("%s writes to %s: no error within %s", l.app, l.file, Span(f.Since)))
			}
			return drupalLog(ctx, f, s)
		}),
	}
}

// appLogs are the logs that the application in a site's root would write, by what lies there.
func appLogs(r sysinfo.Root, root string, now time.Time) []appLog {
	var out []appLog
	for _, dir := range []string{root, path.Dir(root)} {
		if r.Exists(dir + "/artisan") {
			out = append(out, appLog{"Laravel", fmt.Sprintf("%s/storage/logs/laravel-%s.log", dir, now.Format("2006-01-02")), monologBad, nil},
				appLog{"Laravel", dir + "/storage/logs/laravel.log", monologBad, nil})
		}
		if r.Exists(dir + "/bin/magento") {
			out = append(out, appLog{"Magento", dir + "/var/log/exception.log", monologBad, nil}, appLog{"Magento", dir + "/var/log/system.log", monologBad, nil})
		}
	}
	if r.Exists(root + "/occ") {
		out = append(out, appLog{"Nextcloud", root + "/data/nextcloud.log", jsonBad, nil}, appLog{"Nextcloud", "/var/log/nextcloud.log", jsonBad, nil},
			appLog{"Nextcloud", "/var/lib/nextcloud/nextcloud.log", jsonBad, nil})
	}
	return out
}

// appTail is how much of such a log is read, from its end.
const appTail = 256 << 10

// appError is the last line of the window in an application's log that is bad.
func appError(f *sysinfo.Facts, r sysinfo.Root, l appLog, bad func(line string) bool) (Evidence, bool) {
	text, err := r.Tail(l.file, appTail)
	if err != nil {
		return Evidence{}, false
	}
	since := f.Host.Now().Add(-f.Since)
	whole := len(text) < appTail // then lines can be numbered
	var out Evidence
	n := 0
	for line := range strings.Lines(text) {
		n++
		if !bad(line) {
			continue
		}
		at := appTime(line, f.Host.Now().Location())
		if at.IsZero() || at.Before(since) {
			continue
		}
		out = Evidence{Source: l.file, Text: appWords(line), Time: at}
		if whole {
			out.Source = fmt.Sprintf("%s:%d", l.file, n)
		}
	}
	return out, out.Source != ""
}

// appWords is the message of a line without what frameworks hang on to it: context in JSON, the trace.
func appWords(line string) string {
	var nextcloud struct{ Message string }
	if strings.HasPrefix(line, "{") {
		if json.Unmarshal([]byte(line), &nextcloud) == nil {
			line = nextcloud.Message
		}
	}
	line, _, _ = strings.Cut(strings.TrimSpace(line), ` {"`)
	return Quote(shorten(wpWithoutValues(line)))
}

var appStamp = whenAsked(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[+-]\d\d:\d\d|Z)?|\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d UTC`)

// appTime reads the time of a line; without a zone it is the machine's.
func appTime(line string, zone *time.Location) time.Time {
	stamp := appStamp.FindString(line[:min(len(line), 600)])
	for _, layout := range []string{time.RFC3339, time.DateTime, "2006-01-02 15:04:05Z07:00", "02-Jan-2006 15:04:05 MST"} {
		if t, err := time.ParseInLocation(layout, stamp, zone); err == nil {
			return t
		}
	}
	return time.Time{}
}
