package sysinfo

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// Postgres asks the PostgreSQL server here for its sessions, as its own superuser: SELECT only. That works while apps are
// refused for want of connections, three of which it keeps for that.
func (f *Facts) Postgres(ctx context.Context) (Database, error) {
	return Memo(f, "postgres", func() (Database, error) {
		switch {
		case f.Host.Files:
			return Database{}, ErrFilesOnly
		case f.Host.UID != 0:
			return Database{}, fmt.Errorf("PostgreSQL's list of sessions: %w", ErrNeedsRoot)
		case !f.Host.Root.Exists("/usr/bin/psql"):
			return Database{}, fmt.Errorf("PostgreSQL's client: %w", ErrNotHere)
		}
		ctx, cancel := context.WithTimeout(ctx, toolWait)
		defer cancel()
		out, err := f.Host.Run(ctx, "runuser", "-u", "postgres", "--", "psql", "-wXAtq", "-F", "\t", "-d", "postgres", "-c", "SELECT 'max', current_setting('max_connections')", "-c", "SELECT 'session', s.* FROM ("+postgresAsk+") s")
		if err != nil {
			return Database{}, err
		}
		if out.Exit != 0 {
			return Database{}, fmt.Errorf("psql: %s", firstLine(out.Stderr, "no answer"))
		}
		return postgresSessions(string(out.Stdout)), nil
	})
}

// postgresSessions reads psql's rows: fields between tabs.
func postgresSessions(text string) Database {
	db := Database{Client: "psql"}
	for line := range strings.Lines(text) {
		w := strings.Split(strings.TrimRight(line, "\n"), "\t")
		switch {
		case w[0] == "max" && len(w) > 1:
			db.Max, _ = strconv.Atoi(w[1])
		case w[0] == "session" && len(w) > 8:
			db.Connected++
			db.Sessions = append(db.Sessions, postgresSession(w[1:]))
		}
	}
	return db
}

func postgresSession(w []string) Session {
	seconds, _ := strconv.Atoi(w[4])
	x := Session{ID: w[0], User: w[1], Host: w[2], Command: w[3], Seconds: seconds, State: w[5], Query: w[6], BlockedBy: w[7]}
	if x.Command == "active" {
		x.Command = "Query"
	}
	return x
}
