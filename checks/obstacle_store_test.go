package checks

import (
	"fmt"
	"strings"
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/recorded"
)

// storeThatFails is a machine with a database or a cache that failed with some words; more are facts and files.
func storeThatFails(t *testing.T, unit, journal string, facts string, files ...string) (*sysinfo.Facts, sysinfo.Unit) {
	t.Helper()
	props := map[string]string{
		"mariadb.service":            "User=mysql FragmentPath=/etc/systemd/system/mariadb.service",
		"postgresql@15-main.service": "FragmentPath=/etc/systemd/system/postgresql@.service",
		"redis-server.service":       "User=redis FragmentPath=/etc/systemd/system/redis-server.service ExecStart={ path=/usr/bin/redis-server ; argv[]=/usr/bin/redis-server /etc/redis/redis.conf ; }",
		"memcached.service":          "FragmentPath=/etc/systemd/system/memcached.service",
	}[unit]
	text := fmt.Sprintf("# A store that failed.\ndir /etc 0 0 0755\ndir /var/lib 0 0 0755\ndir /srv 0 0 0755\ndir /run 0 0 0755\n%s\n"+
		"unit %s LoadState=loaded ActiveState=failed SubState=failed Result=exit-code MainPID=0 ExecMainCode=1 ExecMainStatus=1 StateChangeTimestamp=Sun 2026-11-22 12:20:50 UTC %s\n"+
		"-- etc/passwd --\nroot:x:0:0::/:/bin/sh\nmysql:x:110:110::/:/bin/false\nredis:x:111:111::/:/bin/false\npostgres:x:112:112::/:/bin/false\nmemcache:x:113:113::/:/bin/false\n"+
		"-- etc/group --\nroot:x:0:\nmysql:x:110:\nredis:x:111:\npostgres:x:112:\nmemcache:x:113:\n%s-- etc/systemd/system/%s --\n[Service]\n-- journal: %s --\n", facts, unit, props, strings.Join(files, ""), unit, unit)
	for line := range strings.Lines(journal) {
		text += "12:20:39 " + strings.TrimRight(line, "\n") + "\n"
	}
	m, err := recorded.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	f := sysinfo.NewFacts(m.Host)
	u, ok := f.Unit(t.Context(), unit)
	if !ok {
		t.Fatal("no unit")
	}
	return f, u
}

// A store that gives up its start is led to the line or the file that it means, and gets nothing that is not its own.
func TestStoresThatDoNotStart(t *testing.T) {
	const cnf, pg, redis = "/etc/mysql/mariadb.conf.d/70-shop.cnf", "/etc/postgresql/15/main/postgresql.conf", "/etc/redis/redis.conf"
	set := func(file, text string) string { return "-- " + file[1:] + " --\n" + text + "\n" }
	for _, tt := range []struct{ name, unit, says, facts, files, where, want string }{
		{"a collation of MySQL 8", "mariadb", "2026-11-22 12:20:39 0 [ERROR] Unknown collation: 'utf8mb4_0900_ai_ci'", "", set(cnf, "[mysqld]\ncollation-server = utf8mb4_0900_ai_ci"), cnf + ":2",
			"sed -i '2s/^[[:space:]]*/&# /' " + cnf + "; < sed -i '2c collation-server = utf8mb4_0900_ai_ci' " + cnf},
		{"a page size that the data never had", "mariadb", "[ERROR] InnoDB: Data file './ibdata1' uses page size 16384, but the innodb_page_size start-up parameter is 4096", "", set(cnf, "[mysqld]\ninnodb_page_size = 4k"), cnf + ":2",
			"sed -i '2s/^[[:space:]]*/&# /' " + cnf + "; < sed -i '2c innodb_page_size = 4k' " + cnf},
		{"another's key", "mariadb", "[ERROR] SSL error: Unable to get private key", "", set(cnf, "[mysqld]\nssl_key = /etc/letsencrypt/shop.pem") + "-- etc/letsencrypt/shop.pem --\nx\n", "", ""},
		{"its own key, closed", "mariadb", "[ERROR] SSL error: Unable to get private key", "own /etc/mysql/key.pem 0 0 0600", set(cnf, "[mysqld]\nssl_key = /etc/mysql/key.pem") + "-- etc/mysql/key.pem --\nx\n", "/etc/mysql/key.pem:0",
			"chgrp mysql /etc/mysql/key.pem && chmod g+r /etc/mysql/key.pem; < chmod 600 /etc/mysql/key.pem; chgrp root /etc/mysql/key.pem"},
		{"another's key, closed", "mariadb", "[ERROR] SSL error: Unable to get private key", "own /etc/ssl/private/site.key 0 0 0600", set(cnf, "[mysqld]\nssl_key = /etc/ssl/private/site.key") + "-- etc/ssl/private/site.key --\nx\n", "/etc/ssl/private/site.key:0",
			"tell; < "},
		{"a binary log without its files", "mariadb", "[ERROR] mariadbd: File '/var/lib/mysql/bin.000002' not found (Errcode: 2 \"No such file or directory\")", "", "-- var/lib/mysql/bin.index --\n/var/lib/mysql/bin.000001\n/var/lib/mysql/bin.000002\n", "/var/lib/mysql/bin.index:0",
			"tell; mv -nT /var/lib/mysql/bin.index /var/lib/mysql/bin.index.kept; < mv -nT /var/lib/mysql/bin.index.kept /var/lib/mysql/bin.index"},
		{"a binary log with one file less", "mariadb", "[ERROR] mariadbd: File '/var/lib/mysql/bin.000001' not found (Errcode: 2 \"No such file or directory\")", "", "-- var/lib/mysql/bin.index --\n/var/lib/mysql/bin.000001\n/var/lib/mysql/bin.000002\n-- var/lib/mysql/bin.000002 --\nx\n", "/var/lib/mysql/bin.index:0",
			"tell; sed -i 1d /var/lib/mysql/bin.index; < "},
		{"a folder of its run time that is root's", "mariadb", "[ERROR] Do you already have another server running on socket: /run/mysqld/mysqld.sock ?", "dir /run/mysqld 0 0 0755", "-- usr/lib/tmpfiles.d/mariadb.conf --\nd /run/mysqld 0755 mysql root -\n", "/run/mysqld:0",
			"systemd-tmpfiles --create /usr/lib/tmpfiles.d/mariadb.conf; < chown 0:0 /run/mysqld; chmod 755 /run/mysqld"},
		{"data that were moved", "mariadb", "mariadbd: Can't change dir to '/var/lib/mysql/' (Errcode: 2 \"No such file or directory\")", "dir /srv/mysql 110 110 0755\ndir /srv/mysql/mysql 110 110 0700", "-- srv/mysql/ibdata1 --\nx\n", "/var/lib/mysql:0",
			"tell; ln -s /srv/mysql /var/lib/mysql; < rm /var/lib/mysql"},
		{"a library that is not installed", "postgresql@15-main", `2026-11-22 12:20:39 UTC [429] FATAL:  could not access file "timescaledb": No such file or directory`, "", set(pg, "shared_preload_libraries = 'pg_stat_statements,timescaledb'"), pg + ":1",
			`tell; sed -i '1c shared_preload_libraries = '\''pg_stat_statements'\''' ` + pg + `; < sed -i '1c shared_preload_libraries = '\''pg_stat_statements,timescaledb'\''' ` + pg},
		{"a library that guards", "postgresql@15-main", `2026-11-22 12:20:39 UTC [429] FATAL:  could not access file "pgaudit": No such file or directory`, "", set(pg, "shared_preload_libraries = 'pgaudit'"), pg + ":1", "tell; tell; < "},
		{"a client's words", "postgresql@15-main", `2026-11-22 12:20:39 UTC [429] shop@shop FATAL:  could not access file "timescaledb": No such file or directory`, "", set(pg, "shared_preload_libraries = 'timescaledb'"), "", ""},
		{"the settings of another cluster", "postgresql@15-main", "Error: /var/lib/postgresql/13/main is not accessible or does not exist", "", set(pg, "data_directory = '/var/lib/postgresql/13/main'") + "-- var/lib/postgresql/15/main/PG_VERSION --\n15\n", pg + ":1",
			`sed -i '1c data_directory = '\''/var/lib/postgresql/15/main'\''' ` + pg + `; < sed -i '1c data_directory = '\''/var/lib/postgresql/13/main'\''' ` + pg},
		{"data of another version alone", "postgresql@15-main", "Error: /var/lib/postgresql/15/main is not accessible or does not exist", "", set(pg, "data_directory = '/var/lib/postgresql/15/main'") + "-- srv/pg/15/main/PG_VERSION --\n13\n", pg + ":1", "tell; < "},
		{"a restore that was never begun", "postgresql@15-main", `2026-11-22 12:20:39 UTC [429] FATAL:  must specify restore_command when standby mode is not enabled`, "", "-- var/lib/postgresql/15/main/recovery.signal --\n", "/var/lib/postgresql/15/main/recovery.signal:0",
			"mv -nT /var/lib/postgresql/15/main/recovery.signal /var/lib/postgresql/15/main/recovery.signal.off; < mv -nT /var/lib/postgresql/15/main/recovery.signal.off /var/lib/postgresql/15/main/recovery.signal"},
		{"a restore that was", "postgresql@15-main", `2026-11-22 12:20:39 UTC [429] FATAL:  must specify restore_command when standby mode is not enabled`, "", "-- var/lib/postgresql/15/main/recovery.signal --\n-- var/lib/postgresql/15/main/backup_label --\nx\n", "/var/lib/postgresql/15/main/recovery.signal:0", "tell; < "},
		{"a folder of its own that is not there", "redis-server", "Reading the configuration file, at line 1\n>>> 'dir /var/lib/redis/shop'\nNo such file or directory", "dir /var/lib/redis 111 111 0750", set(redis, "dir /var/lib/redis/shop"), redis + ":1", "install -d -o redis -g redis -m 750 /var/lib/redis/shop; < rmdir /var/lib/redis/shop"},
		{"a list of users that is not there", "redis-server", "1:M 22 Nov 2026 12:20:39.798 # Aborting Redis startup because of ACL errors: /etc/redis/users.acl: No such file or directory", "", set(redis, "aclfile /etc/redis/users.acl"), redis + ":1", "tell; < "},
		{"a user of Red Hat's", "memcached", "can't find the user memcached to switch to", "", set("/etc/memcached.conf", "-u memcached"), "/etc/memcached.conf:1", "sed -i '1c -u memcache' /etc/memcached.conf; < sed -i '1c -u memcached' /etc/memcached.conf"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, u := storeThatFails(t, tt.unit+".service", tt.says, tt.facts, tt.files)
			o := storeComplains(t.Context(), f, u)
			if got := obstacleSays(o); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if o != nil {
				if got := fmt.Sprintf("%s:%d", o.where.File, o.where.Line); got != tt.where {
					t.Errorf("at %s, want %s", got, tt.where)
				}
			}
		})
	}
}
