package checks

import (
	"path"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
)

// mysqlLogs are where packages have MySQL write its errors when that is not the journal: Ubuntu's, and those of Red Hat and its kin.
var mysqlLogs = []string{"/var/log/mysql/error.log", "/var/log/mariadb/mariadb.log", "/var/log/mysqld.log"}

var (
	mysqlBegins = whenAsked(`starting as process \d+|Starting (?:MariaDB|MySQL) .* as process \d+`)
	mysqlErrors = whenAsked(`\[ERROR\]`)
	mysqlNames  = whenAsked(`'?/[\w.-]+/[\w./-]+|unknown (?:variable|option)|[\w-]+=\S`)
	mysqlGaveUp = whenAsked(`\] (?:\[MY-\d+\] \[\w+\] )?Aborting$`)
)

// mysqlOwnLog are the lines of MySQL's own log since its last start, where that start failed.
func mysqlOwnLog(f *sysinfo.Facts, u sysinfo.Unit) []sysinfo.JournalLine {
	logs := mysqlLogs
	if _, own := mysqlLine(configLine(f.Host.Root, serverSetting(f, refusals[0].files, "log-error"))); path.IsAbs(own) {
		logs = []string{path.Clean(own)}
	}
	for _, name := range logs {
		lines := f.SaidIn(name)
		for i, l := range slices.Backward(lines) {
			if strings.Contains(l.Text, "ready for connections") {
				break
			}
			if mysqlBegins.MatchString(l.Text) {
				if !u.Since.IsZero() && l.Time.Before(u.Since.Add(-20*time.Minute)) { // the last start is of another time
					break
				}
				return lines[i:]
			}
		}
	}
	return nil
}

// mysqlReasons are the errors among the lines of a MySQL that did not start: those that name a file or an option first, since all that follows
// ("Unknown storage engine", "Aborting") is said of every start that fails. Without an error these are all lines.
func mysqlReasons(lines []sysinfo.JournalLine) []sysinfo.JournalLine {
	var named, others []sysinfo.JournalLine
	last := ""
	for _, l := range lines {
		switch {
		case !mysqlErrors.MatchString(l.Text):
		case mysqlNames.MatchString(l.Text):
			if dir := path.Dir(mysqlNames.FindString(l.Text)); dir != last { // it tries several names in one folder
				named, last = append(named, l), dir
			}
		case !mysqlGaveUp.MatchString(l.Text):
			others = append(others, l)
		}
	}
	if all := append(named, others...); len(all) > 0 {
		return all[:min(len(all), 2)]
	}
	return lines
}
