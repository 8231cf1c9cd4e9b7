package sysinfo

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"
)

// pqDialer hands lib/pq the one connection it gets.
type pqDialer func(context.Context) (net.Conn, error)

func (d pqDialer) Dial(_, _ string) (net.Conn, error) { return d(context.Background()) }

func (d pqDialer) DialTimeout(_, _ string, wait time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	return d(ctx)
}

func (d pqDialer) DialContext(ctx context.Context, _, _ string) (net.Conn, error) { return d(ctx) }

// askPostgres logs in as the app does, and looks at the sessions that its user may see.
func askPostgres(ctx context.Context, s *Store, dial func(context.Context) (net.Conn, error), out *Login) error {
	c := pq.Config{Host: "127.0.0.1", Port: uint16(s.Port), User: s.User, Password: s.password.text(), Database: s.Name, SSLMode: pq.SSLModeDisable,
		ConnectTimeout: storeWait, ApplicationName: "fix502"}
	if !out.Local {
		c.Host, c.SSLMode = s.Host, pq.SSLModeRequire
	}
	connector, err := pq.NewConnectorConfig(c)
	if err != nil {
		return errors.New("the app's settings for PostgreSQL make no sense")
	}
	connector.Dialer(pqDialer(dial))
	db := sql.OpenDB(connector)
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		if err = out.postgres(err, s); out.Trouble == StoreNoDatabase && c.Database != "postgres" {
			c.Database = "postgres"
			out.Names = ownDatabases(ctx, c, dial)
		}
		return err
	}
	defer conn.Close()
	err = out.postgresSessions(ctx, conn)
	if said := (*pq.Error)(nil); errors.As(err, &said) {
		return nil // it let us in; what others do is not this user's to see
	}
	return err
}

// ownDatabases are those that the app's own user owns, asked in the one that every server has; none when it may not.
func ownDatabases(ctx context.Context, c pq.Config, dial func(context.Context) (net.Conn, error)) []string {
	connector, err := pq.NewConnectorConfig(c)
	if err != nil {
		return nil
	}
	connector.Dialer(pqDialer(dial))
	db := sql.OpenDB(connector)
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil
	}
	defer conn.Close()
	var out []string
	err = rows(ctx, conn, "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres' AND pg_get_userbyid(datdba) = current_user ORDER BY 1 LIMIT 20", func(w []string) { out = append(out, w[0]) })
	if err != nil {
		return nil
	}
	return out
}

const postgresAsk = `SELECT pid, coalesce(usename, ''), coalesce(host(client_addr), 'local'), coalesce(state, ''), coalesce(extract(epoch FROM now() - coalesce(CASE WHEN state = 'active' THEN query_start ELSE state_change END, backend_start))::int, 0),
coalesce(wait_event_type || ': ' || wait_event, ''), left(regexp_replace(coalesce(query, ''), '\s+', ' ', 'g'), 160), coalesce((pg_blocking_pids(pid))[1]::text, '')
FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' ORDER BY state = 'idle', 5 DESC LIMIT 500`

func (l *Login) postgresSessions(ctx context.Context, conn *sql.Conn) error {
	if err := rows(ctx, conn, "SHOW max_connections", func(w []string) { l.Max, _ = strconv.Atoi(w[0]) }); err != nil {
		return err
	}
	return rows(ctx, conn, postgresAsk, func(w []string) {
		l.Connected++
		l.Sessions = append(l.Sessions, postgresSession(w))
	})
}

// postgres reads the server's own code (errcodes.txt).
func (l *Login) postgres(err error, s *Store) error {
	var said *pq.Error
	if !errors.As(err, &said) {
		return err
	}
	l.Said = string(said.Code) + " " + said.Message
	switch {
	case said.Code == "28000" && strings.HasPrefix(said.Message, "Peer authentication"):
		return errors.New("PostgreSQL lets the app in by its Unix user, and that is not ours")
	case said.Code == "28P01" && !s.HasPassword(): // ~/.pgpass, PGPASSWORD ("The Password File")
		return errors.New("PostgreSQL wants a password, and the app has it from elsewhere than these settings, if it has one")
	case said.Code == "28P01", said.Code == "28000", said.Code == "55000": // 55000: ALTER DATABASE … ALLOW_CONNECTIONS false
		l.Trouble = StoreDenied
	case said.Code == "3D000", said.Code == "42501":
		l.Trouble = StoreNoDatabase
	case said.Code == "53300":
		l.Trouble = StoreFull
	case said.Code == "57P03", said.Code == "57P01":
		l.Trouble = StoreStarting
	default:
		return err
	}
	return nil
}
