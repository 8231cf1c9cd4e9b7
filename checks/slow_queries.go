package checks

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// slowQueries adds what the databases of a site noted in the moments in which its pages were late: the statements and their seconds. Where a
// database notes none, the way to have it do so. What it says is for the finding's summary.
func slowQueries(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) (says string) {
	late := l.lateAt(f)
	seen := map[string]bool{}
	for _, s := range f.Stores(ctx) {
		if s.Site.Name != l.Site.Name || s.Unix == "" && s.Host != "localhost" && !strings.HasPrefix(s.Host, "127.") && s.Host != "::1" {
			continue
		}
		log, known := slowLogOf(ctx, f, s)
		if seen[log.File] || !known {
			continue
		}
		seen[log.File] = true
		if !log.On {
			found.Fix = found.Fix.Tell("%s's slow log is off. %s", s.Title(), switchOn(f, s))
			continue
		}
		if log.Table {
			found.Fix = found.Fix.Tell("%s keeps its slow log in its table mysql.slow_log, and in no file (log_output). Read the last of it: %s", s.Title(), readSlowTable(f))
			continue
		}
		all, err := f.SlowQueries(s.Kind, log.File)
		if err != nil {
			found.Evidence = append(found.Evidence, Evidence{Source: log.File, Text: s.Title() + "'s slow log could not be read: " + why(err)})
			continue
		}
		says += sayQueries(found, s, slices.DeleteFunc(slices.Clone(all), func(q sysinfo.SlowQuery) bool {
			mine := q.User == "" && q.Schema == "" || q.User == s.User && s.User != "" || q.Schema == s.Name && s.Name != ""
			return !mine || q.Seconds < 1 || !slices.ContainsFunc(late, func(t time.Time) bool { return l.spans(q, t) })
		}))
	}
	return says
}

// lateAt are the moments in which pages of a hop were given up.
func (l *live) lateAt(f *sysinfo.Facts) []time.Time {
	var out []time.Time
	for _, g := range l.past {
		for _, line := range g.Latest {
			if g.Kind == errlog.ReadTimeout {
				out = append(out, line.Time)
			}
		}
	}
	for _, line := range l.fresh {
		if line.Kind == errlog.ReadTimeout {
			out = append(out, line.Time)
		}
	}
	if l.hit || l.silent {
		out = append(out, f.Host.Now())
	}
	return out
}

// spans says that a statement was at work while a page was waited for.
func (l *live) spans(q sysinfo.SlowQuery, failed time.Time) bool {
	took := time.Duration(q.Seconds*float64(time.Second)) + time.Second
	return q.Start.Before(failed.Add(time.Second)) && q.Start.Add(took).After(failed.Add(-l.Settings.Read))
}

// sayQueries tells of the statements that took longest, each once.
func sayQueries(found *Finding, s *sysinfo.Store, all []sysinfo.SlowQuery) string {
	if len(all) == 0 {
		return ""
	}
	count := map[string]int{}
	for _, q := range all {
		count[q.Text]++
	}
	slices.SortStableFunc(all, func(a, b sysinfo.SlowQuery) int { return cmp.Compare(b.Seconds, a.Seconds) })
	told := map[string]bool{}
	for _, q := range all {
		if told[q.Text] || len(told) == 3 {
			continue
		}
		told[q.Text] = true
		text := fmt.Sprintf("%.1f s: %s", q.Seconds, q.Text)
		if n := count[q.Text]; n > 1 {
			text = fmt.Sprintf("%.1f s, %d times: %s", q.Seconds, n, q.Text)
		}
		found.Evidence = append(found.Evidence, Evidence{Source: q.Source, Time: q.Start, Text: text})
	}
	found.Fix = found.Fix.Tell("The query stands at %s: EXPLAIN it. A whole table that is read wants an index on the columns of its WHERE", all[0].Source)
	return fmt.Sprintf("; a query in %s took %.1f s", s.Title(), all[0].Seconds)
}

// slowLogOf is where a database of this machine notes slow statements, and whether it does; known is false where neither the server nor
// its files tell.
func slowLogOf(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store) (log sysinfo.SlowLog, known bool) {
	switch s.Kind {
	case "mysql":
		if log, err := f.MySQLSlowLog(ctx); err == nil {
			return log, true
		}
		return mysqlSlowFile(f)
	case "postgres":
		return postgresSlowFile(f)
	}
	return log, false
}

// mysqlSlowFile reads the files, where the server could not be asked.
func mysqlSlowFile(f *sysinfo.Facts) (log sysinfo.SlowLog, known bool) {
	set := func(names ...string) string {
		for _, name := range names { // log_slow_query: MariaDB's newer name
			if at := serverSetting(f, refusals[0].files, name); at.Known() {
				_, value, _ := strings.Cut(withoutComment(configLine(f.Host.Root, at)), "=")
				return strings.Trim(strings.TrimSpace(value), `"'`)
			}
		}
		return ""
	}
	switch strings.ToLower(set("slow_query_log", "log_slow_query")) {
	case "1", "on", "true":
	default:
		return log, false // it may be on by a command
	}
	log = sysinfo.SlowLog{File: cmp.Or(set("slow_query_log_file", "log_slow_query_file"), f.Host.Name+"-slow.log"), On: true, Table: sysinfo.InTable(set("log_output"))}
	if !strings.HasPrefix(log.File, "/") {
		log.File = path.Join(cmp.Or(set("datadir"), "/var/lib/mysql"), log.File)
	}
	return log, true
}

// postgresSlowFile is PostgreSQL's own log, the one written last, as distributions lay it out.
func postgresSlowFile(f *sysinfo.Facts) (log sysinfo.SlowLog, known bool) {
	var last time.Time
	for _, pattern := range []string{"/var/log/postgresql/*.log", "/var/lib/pgsql/data/log/*.log", "/var/lib/pgsql/*/data/log/*.log"} {
		names, _ := f.Host.Root.Glob(pattern) // none is common
		for _, name := range names {
			if i, err := f.Host.Root.Stat(name); err == nil && !i.ModTime.Before(last) {
				log.File, last = name, i.ModTime
			}
		}
	}
	if log.File == "" {
		return log, false
	}
	if all, err := f.SlowQueries("postgres", log.File); len(all) > 0 || err != nil {
		log.On = true
		return log, true
	}
	files := []string{"/etc/postgresql/*/*/postgresql.conf", "/etc/postgresql/*/*/conf.d/*.conf", "/var/lib/pgsql/data/postgresql.conf", "/var/lib/pgsql/*/data/postgresql.conf",
		"/var/lib/postgresql/*/*/postgresql.auto.conf", "/var/lib/pgsql/data/postgresql.auto.conf", "/var/lib/pgsql/*/data/postgresql.auto.conf"}
	value := ""
	lastSetting(f, files, func(_, line string) bool {
		line, _, _ = strings.Cut(line, "#")
		key, v, ok := strings.Cut(line, "=")
		if ok = ok && strings.TrimSpace(key) == "log_min_duration_statement"; ok {
			value = strings.Trim(strings.TrimSpace(v), "' ")
		}
		return ok
	})
	log.On = value != "" && value != "-1"
	return log, f.Host.UID == 0 // what ALTER SYSTEM set is closed to others
}

// switchOn is how a database notes slow statements from now on, without a restart.
func switchOn(f *sysinfo.Facts, s *sysinfo.Store) string {
	if s.Kind == "postgres" {
		return `Switch it on, so that it names the query: runuser -u postgres -- psql -c "ALTER SYSTEM SET log_min_duration_statement = '2s'" -c "SELECT pg_reload_conf()"; it writes to /var/log/postgresql. Back again: runuser -u postgres -- psql -c "ALTER SYSTEM RESET log_min_duration_statement" -c "SELECT pg_reload_conf()"`
	}
	return fmt.Sprintf(`Switch it on, so that it names the query: %[1]s -u root -e "SET GLOBAL slow_query_log = 1; SET GLOBAL long_query_time = 2" (apps that keep their connection: from their next one on). Off again: %[1]s -u root -e "SET GLOBAL slow_query_log = 0"`, mysqlClient(f))
}

// readSlowTable reads the slow statements of MySQL's table, the last ones, and changes nothing.
func readSlowTable(f *sysinfo.Facts) string {
	return mysqlClient(f) + ` -u root -e "SELECT start_time, query_time, db, LEFT(sql_text, 200) FROM mysql.slow_log ORDER BY start_time DESC LIMIT 20"`
}
