package sysinfo

import (
	"context"
	"crypto/tls"
	"database/sql"
	"errors"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/go-sql-driver/mysql"
)

// askMySQL logs in as the app does, without its database first: whether the user may have that is a question of its own.
func askMySQL(ctx context.Context, s *Store, dial func(context.Context) (net.Conn, error), out *Login) error {
	c := mysql.NewConfig()
	c.User, c.Passwd, c.Net, c.Addr = s.User, s.password.text(), "tcp", "store"
	c.Logger = &mysql.NopLogger{}
	c.ReadTimeout, c.WriteTimeout = storeWait, storeWait
	c.DialFunc = func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) }
	if !out.Local {
		c.TLS, c.AllowFallbackToPlaintext = &tls.Config{ServerName: s.Host}, true
	}
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return errors.New("the app's settings for MySQL make no sense")
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return out.mysql(err, s)
	}
	defer conn.Close()
	if s.Name != "" {
		if _, err := conn.ExecContext(ctx, "USE `"+strings.ReplaceAll(s.Name, "`", "``")+"`"); err != nil {
			err = out.mysql(err, s)
			_ = rows(ctx, conn, "SHOW DATABASES", func(w []string) { // a list is a help, not what was asked
				if w[0] != "information_schema" && w[0] != "performance_schema" && w[0] != "mysql" && w[0] != "sys" {
					out.Names = append(out.Names, w[0])
				}
			})
			return err
		}
	}
	if s.Name != "" && s.Table != "" && out.mysqlSpoilt(ctx, conn, s.Table) {
		return nil
	}
	err = out.mysqlSessions(ctx, conn)
	if said := (*mysql.MySQLError)(nil); errors.As(err, &said) {
		return nil // it let us in; what others do is not this user's to see
	}
	return err
}

// spoiltTables are the numbers by which MySQL says that the files of a table are broken or gone (my_base.h, mysqld_error.h).
var spoiltTables = []uint16{126, 127, 130, 132, 134, 144, 145, 1016, 1030, 1034, 1035, 1194, 1195, 1812, 1932}

// mysqlSpoilt asks for one row of a table, as each page of its app does.
func (l *Login) mysqlSpoilt(ctx context.Context, conn *sql.Conn, table string) bool {
	var said *mysql.MySQLError
	err := rows(ctx, conn, "SELECT 1 FROM `"+strings.ReplaceAll(table, "`", "``")+"` LIMIT 1", func([]string) {})
	if !errors.As(err, &said) || !slices.Contains(spoiltTables, said.Number) {
		return false
	}
	l.Trouble, l.Said = StoreSpoilt, strconv.Itoa(int(said.Number))+" "+said.Message
	return true
}

// mysqlSessions is what the user may see: its own sessions, all with the PROCESS privilege.
func (l *Login) mysqlSessions(ctx context.Context, conn *sql.Conn) error {
	_ = rows(ctx, conn, "SELECT @@GLOBAL.max_connections", func(w []string) { l.Max, _ = strconv.Atoi(w[0]) })
	_ = rows(ctx, conn, "SHOW GLOBAL STATUS LIKE 'Threads_connected'", func(w []string) { l.Connected, _ = strconv.Atoi(w[len(w)-1]) })
	return rows(ctx, conn, "SELECT id, user, host, command, time, IFNULL(state, ''), IFNULL(LEFT(info, 160), '') FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND command NOT IN ('Daemon', 'Binlog Dump') ORDER BY command = 'Sleep', time DESC LIMIT 500",
		func(w []string) {
			seconds, _ := strconv.Atoi(w[4])
			l.Sessions = append(l.Sessions, Session{ID: w[0], User: w[1], Host: w[2], Command: w[3], Seconds: seconds, State: w[5], Query: w[6]})
		})
}

// mysql reads the server's own number (mysqld_error.h).
func (l *Login) mysql(err error, s *Store) error {
	var said *mysql.MySQLError
	if !errors.As(err, &said) {
		return err
	}
	l.Said = strconv.Itoa(int(said.Number)) + " " + said.Message
	switch said.Number {
	case 1698:
		if s.Unix != "" && !s.HasPassword() { // the plugin unix_socket
			return errors.New("MySQL lets the app in by its Unix user, and that is not ours")
		}
		l.Trouble = StoreDenied
	case 1045, 1251, 1396, 3118, 4151, 1820, 1862:
		l.Trouble = StoreDenied
	case 1049, 1044:
		l.Trouble = StoreNoDatabase
	case 1040, 1203, 1226:
		l.Trouble = StoreFull
	case 1129, 1130:
		l.Trouble = StoreDenied
	case 1053:
		l.Trouble = StoreStarting
	default:
		return err
	}
	return nil
}
