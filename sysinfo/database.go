package sysinfo

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo/late"
)

// Database is what a database server of this machine says of itself, asked as root through its own socket: no password is
// needed there, and none is known.
type Database struct {
	Client    string // the command that asked as root: "mariadb"; empty where an app's own login did
	Max       int    // max_connections
	Connected int
	Sessions  []Session // busy ones first, longest first
}

// Session is one connection to it.
type Session struct {
	ID, User, Host string
	Command        string // Query, Sleep …
	Seconds        int    // in this state
	State          string // "Waiting for table metadata lock"
	Query          string // its beginning; values are strangers' text
	BlockedBy      string // the session that holds the lock it waits for
}

// Busy says that it is at work for somebody.
func (s Session) Busy() bool { return s.Command == "Query" || s.Command == "Execute" }

// Waits says that it waits for a lock.
func (s Session) Waits() bool {
	return s.BlockedBy != "" || strings.Contains(s.State, "lock") && strings.HasPrefix(s.State, "Waiting")
}

// mysqlAsk: two numbers, then the sessions, then who blocks whom (information_schema of MariaDB; MySQL 8 has the last
// table elsewhere, and answers the others before it complains).
const mysqlAsk = `SELECT 'max', @@GLOBAL.max_connections;
SELECT 'session', id, user, host, command, time, IFNULL(state, ''), IFNULL(LEFT(REPLACE(REPLACE(info, '\n', ' '), '\t', ' '), 160), '') FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND command NOT IN ('Daemon', 'Binlog Dump') ORDER BY command = 'Sleep', time DESC LIMIT 500;
SELECT 'blocked', r.trx_mysql_thread_id, b.trx_mysql_thread_id FROM information_schema.innodb_lock_waits w JOIN information_schema.innodb_trx r ON r.trx_id = w.requesting_trx_id JOIN information_schema.innodb_trx b ON b.trx_id = w.blocking_trx_id;`

// MySQL asks the MariaDB or MySQL server here for its connections: SELECT only. Without a client, or without root, an app's
// own login shows that app's. ErrNotHere without either.
func (f *Facts) MySQL(ctx context.Context) (Database, error) {
	return f.mysql.get(func() (Database, error) {
		db, err := f.mysqlAsRoot(ctx)
		if err == nil {
			return db, nil
		}
		for _, s := range f.Stores(ctx) {
			if s.Kind != "mysql" {
				continue
			}
			if said, bad := f.Login(ctx, s); bad == nil && said.Local && said.Trouble == "" {
				return said.Database, nil
			}
		}
		return db, err
	})
}

func (f *Facts) mysqlAsRoot(ctx context.Context) (Database, error) {
	switch {
	case f.Host.Files:
		return Database{}, ErrFilesOnly
	case f.Host.UID != 0:
		return Database{}, fmt.Errorf("the database's process list: %w", ErrNeedsRoot)
	}
	client := f.mysqlClient()
	if client == "" {
		return Database{}, fmt.Errorf("a client of the database: %w", ErrNotHere)
	}
	ctx, cancel := context.WithTimeout(ctx, toolWait)
	defer cancel()
	out, err := f.askMySQL(ctx, client)
	if err != nil {
		return Database{}, err
	}
	if out.Exit != 0 && !strings.Contains(string(out.Stdout), "max\t") {
		return Database{}, fmt.Errorf("%s: %s", client, firstLine(out.Stderr, "no answer"))
	}
	db := parseSessions(string(out.Stdout))
	db.Client = client
	return db, nil
}

// askMySQL asks for the list of sessions. A full server has one place more for root (MariaDB, max_connections), and whoever
// is turned away just then has it for a moment.
func (f *Facts) askMySQL(ctx context.Context, client string) (out Output, err error) {
	for range 5 {
		out, err = f.Host.Run(ctx, client, "-u", "root", "-N", "-B", "-f", "--connect-timeout=2", "-e", mysqlAsk)
		if err != nil || !tooManyConnections.Match(out.Stderr) {
			break
		}
		select {
		case <-ctx.Done():
			return out, ctx.Err()
		case <-time.After(80 * time.Millisecond):
		}
	}
	return out, err
}

// tooManyConnections is the number of that refusal in a client's words; newer ones of MariaDB wrap it: "ERROR 2002 (HY000): Received error packet before
// completion of TLS handshake. …: 1040 - Too many connections".
var tooManyConnections = late.New(`ERROR 1040\b|: 1040 - `)

// mysqlClient is the command that asks the server here; empty without one.
func (f *Facts) mysqlClient() string {
	for _, name := range []string{"mariadb", "mysql"} {
		if f.Host.Root.Exists("/usr/bin/" + name) {
			return name
		}
	}
	return ""
}

// MySQLHosts are the hosts from which a user of the server here may come, as root sees them: SELECT only. The name may hold
// nothing that ends a word of SQL.
func (f *Facts) MySQLHosts(ctx context.Context, user string) ([]string, error) {
	return f.mysqlAccounts(ctx, "host", user)
}

// MySQLTLS are, for each host from which such a user may come, what TLS its account asks for (REQUIRE): NONE, ANY, X509, SPECIFIED.
func (f *Facts) MySQLTLS(ctx context.Context, user string) ([]string, error) {
	return f.mysqlAccounts(ctx, "IF(ssl_type = '', 'NONE', ssl_type)", user)
}

func (f *Facts) mysqlAccounts(ctx context.Context, what, user string) ([]string, error) {
	client := f.mysqlClient()
	if client == "" || f.Host.Files || f.Host.UID != 0 {
		return nil, fmt.Errorf("the database's users: %w", ErrNeedsRoot)
	}
	if strings.ContainsAny(user, "'\"\\\n") {
		return nil, fmt.Errorf("the database's users: not with this name")
	}
	ctx, cancel := context.WithTimeout(ctx, toolWait)
	defer cancel()
	out, err := f.Host.Run(ctx, client, "-u", "root", "-N", "-B", "--connect-timeout=2", "-e", "SELECT "+what+" FROM mysql.user WHERE user = '"+user+"'")
	if err != nil || out.Exit != 0 {
		return nil, fmt.Errorf("%s: %s", client, firstLine(out.Stderr, "no answer"))
	}
	return strings.Fields(string(out.Stdout)), nil
}

// parseSessions reads the batch output: fields between tabs.
func parseSessions(text string) Database {
	var db Database
	blocked := map[string]string{}
	for line := range strings.Lines(text) {
		w := strings.Split(strings.TrimRight(line, "\n"), "\t")
		switch {
		case w[0] == "max" && len(w) > 1:
			db.Max, _ = strconv.Atoi(w[1])
		case w[0] == "session" && len(w) > 7:
			seconds, _ := strconv.Atoi(w[5])
			db.Connected++
			db.Sessions = append(db.Sessions, Session{ID: w[1], User: w[2], Host: w[3], Command: w[4], Seconds: seconds, State: w[6], Query: w[7]})
		case w[0] == "blocked" && len(w) > 2:
			blocked[w[1]] = w[2]
		}
	}
	for i, s := range db.Sessions {
		db.Sessions[i].BlockedBy = blocked[s.ID]
	}
	return db
}
