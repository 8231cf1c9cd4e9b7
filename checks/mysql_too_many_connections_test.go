package checks

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

// The number in the file is raised, and never lowered to what the server makes of it for want of files that it may open.
func TestMoreConnectionsForGood(t *testing.T) {
	for line, want := range map[string]bool{"max_connections = 60": true, "max-connections=60 # few": true, "max_connections = 500": false} {
		file := filepath.Join(t.TempDir(), "one.txtar")
		if err := os.WriteFile(file, []byte("-- want --\n-- etc/mysql/mariadb.conf.d/50-server.cnf --\n[mysqld]\n"+line+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		found := &Finding{}
		moreConnections(t.Context(), sysinfo.NewFacts(hosttest.Load(t, file).Host), sysinfo.Database{Client: "mariadb", Max: 60, Connected: 60}, found)
		got := slices.ContainsFunc(found.Fix.Steps, func(s Step) bool { return strings.HasPrefix(s.Command, "sed ") })
		if got != want || found.Where.Line != 2 {
			t.Errorf("%s: got %v at %s, want %v", line, got, found.Where, want)
		}
	}
}
