package sysinfo

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo/errlog"
)

// SlowQuery is a statement that a database noted for the time it took.
type SlowQuery struct {
	Start        time.Time
	Seconds      float64
	User, Schema string // empty where the log does not tell
	Text         string // without its values
	Source       string // "/var/log/mysql/slow.log:12"
}

// maxQuery is how much of one statement is read.
const maxQuery = 4 << 10

// SlowQueries are the statements that a database's log has noted in the window of the run, oldest first. kind is "mysql" or "postgres".
func (f *Facts) SlowQueries(kind, name string) ([]SlowQuery, error) {
	return Memo(f, "slow queries of "+name, func() ([]SlowQuery, error) {
		text, first, err := f.endOf(name, maxSlowLog)
		if err != nil {
			return nil, err
		}
		since := f.Host.Now().Add(-f.Since)
		if kind == "postgres" {
			return postgresSlow(text, name, first, errlog.NewParser(f.zone()), since), nil
		}
		return mysqlSlow(text, name, first, since), nil
	})
}

// SlowLog is where a database notes slow statements.
type SlowLog struct {
	File  string
	On    bool
	Table bool // of MySQL: in mysql.slow_log, and in no file
}

// InTable says of MySQL's log_output that a slow log goes to its table and to no file: "TABLE", "FILE,TABLE".
func InTable(output string) bool {
	output = strings.ToUpper(output)
	return strings.Contains(output, "TABLE") && !strings.Contains(output, "FILE")
}

// MySQLSlowLog asks the server here, as root, whether it notes slow statements and where; the name may be relative to its data.
func (f *Facts) MySQLSlowLog(ctx context.Context) (SlowLog, error) {
	client := f.mysqlClient()
	if client == "" || f.Host.Files || f.Host.UID != 0 {
		return SlowLog{}, fmt.Errorf("the database's settings: %w", ErrNeedsRoot)
	}
	row, err := Memo(f, "mysql slow log", func() ([]string, error) {
		ctx, cancel := context.WithTimeout(ctx, toolWait)
		defer cancel()
		out, err := f.Host.Run(ctx, client, "-u", "root", "-N", "-B", "--connect-timeout=2", "-e", "SELECT @@GLOBAL.slow_query_log, @@GLOBAL.slow_query_log_file, @@GLOBAL.datadir, @@GLOBAL.log_output")
		if err != nil {
			return nil, err
		}
		w := strings.Split(strings.TrimSpace(string(out.Stdout)), "\t")
		if out.Exit != 0 || len(w) != 4 {
			return nil, fmt.Errorf("%s: %s", client, firstLine(out.Stderr, "no answer"))
		}
		return w, nil
	})
	if err != nil {
		return SlowLog{}, err
	}
	file := row[1]
	if !strings.HasPrefix(file, "/") {
		file = path.Join(row[2], file)
	}
	return SlowLog{File: file, On: row[0] == "1", Table: InTable(row[3])}, nil
}

// mysqlSlow reads the slow log of MySQL and MariaDB: lines with # before each statement, which may have several itself.
func mysqlSlow(text, file string, number int, since time.Time) []SlowQuery {
	var out []SlowQuery
	var q SlowQuery
	var said strings.Builder
	keep := func() {
		if q.Text = SQLShape(said.String(), "mysql"); q.Text != "" && !q.Start.IsZero() && !q.Start.Before(since) {
			out = append(out, q)
		}
		q = SlowQuery{}
		said.Reset()
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		at := number
		number++
		before := q.Source != "" && said.Len() == 0
		switch rest, head := strings.CutPrefix(line, "# User@Host: "); {
		case head:
			keep()
			q.Source = fmt.Sprintf("%s:%d", file, at)
			q.User, _, _ = strings.Cut(rest, "[")
		case strings.HasPrefix(line, "# Time: "):
			keep()
		case before && strings.HasPrefix(line, "# "):
			w := strings.Fields(line)
			for i := 1; i+1 < len(w); i++ {
				switch w[i] {
				case "Schema:":
					if !strings.HasSuffix(w[i+1], ":") {
						q.Schema = w[i+1]
					}
				case "Query_time:":
					q.Seconds, _ = strconv.ParseFloat(w[i+1], 64)
				}
			}
		case before && strings.HasPrefix(line, "use ") && strings.HasSuffix(line, ";"):
			q.Schema = strings.Trim(line[4:len(line)-1], "`")
		case before && q.Start.IsZero() && setsClock(line):
			_, clock, _ := strings.Cut(line, "timestamp=")
			n, err := strconv.ParseInt(strings.TrimSuffix(clock, ";"), 10, 64)
			if err == nil {
				q.Start = time.Unix(n, 0).In(since.Location())
			}
		case q.Source != "" && said.Len() < maxQuery:
			said.WriteString(line[:min(len(line), maxQuery)] + "\n")
		}
	}
	keep()
	return out
}

// setsClock says that a line sets the time of the statement below it; before an INSERT that counts its rows it sets their number as well
// (sql/log.cc, write_slow).
func setsClock(line string) bool {
	return strings.HasPrefix(line, "SET timestamp=") || strings.Contains(line, ",timestamp=") && (strings.HasPrefix(line, "SET insert_id=") || strings.HasPrefix(line, "SET last_insert_id="))
}

// postgresSlow reads what log_min_duration_statement brings: "user@database LOG:  duration: 2001.148 ms  statement: …"; a statement's further
// lines begin with a tab.
func postgresSlow(text, file string, number int, p *errlog.Parser, since time.Time) []SlowQuery {
	var out []SlowQuery
	var q SlowQuery
	said := ""
	keep := func() {
		if q.Text = SQLShape(said, "postgres"); q.Text != "" && !q.Start.Before(since) {
			out = append(out, q)
		}
		q, said = SlowQuery{}, ""
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		at := number
		number++
		if strings.HasPrefix(line, "\t") {
			if said != "" && len(said) < maxQuery {
				said += "\n" + line[:min(len(line), maxQuery)]
			}
			continue
		}
		keep()
		head, rest, ok := strings.Cut(line, "duration: ")
		took, rest, ok2 := strings.Cut(rest, " ms  ")
		ms, err := strconv.ParseFloat(took, 64)
		_, statement, ok3 := strings.Cut(rest, ": ") // "statement: ", "execute <unnamed>: "
		ended := p.Parse(line).Time
		if !ok || !ok2 || !ok3 || err != nil || ended.IsZero() {
			continue
		}
		q = SlowQuery{Start: ended.Add(-time.Duration(ms * float64(time.Millisecond))), Seconds: ms / 1000, Source: fmt.Sprintf("%s:%d", file, at)}
		for _, w := range strings.Fields(head) {
			if user, db, ok := strings.Cut(w, "@"); ok {
				q.User, q.Schema = user, db
			}
		}
		said = statement[:min(len(statement), maxQuery)]
	}
	keep()
	return out
}
