package checks

import (
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

func TestWordsOfAnotherMachine(t *testing.T) {
	f := sysinfo.NewFacts(hosttest.Load(t, "testdata/healthy.txtar").Host)
	for text, want := range map[string]bool{
		`redis.exceptions.ConnectionError: Error 111 connecting to 10.0.0.9:6379. Connection refused.`:                                 true,
		`Error: connect ECONNREFUSED 127.0.0.1:6379`:                                                                                   false,
		`connection to server at "db.internal" (10.0.0.9), port 5432 failed: Connection refused`:                                       true,
		`connection to server at "127.0.0.1", port 5432 failed: Connection refused`:                                                    false,
		`(psycopg2.OperationalError) connection to server on socket "/run/postgresql/.s.PGSQL.5432" failed: No such file or directory`: false,
		`waiting for redis (cache.internal)`:                                                                                           true,
		`waiting for postgres`:                                                                                                         false,
		`    at connect (/srv/app/server.js:1204:15)`:                                                                                  false,
		`Can't connect to MySQL server on 'db.example.com'`:                                                                            true,
		`Is the server running on host "localhost" and accepting TCP/IP?`:                                                              false,
	} {
		if got := ofAnotherMachine(f, text); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}
