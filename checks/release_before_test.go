package checks

import (
	"strings"
	"testing"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

func TestTheReleaseBeforeIsNamedWhereTheFailuresBeganWithTheNewOne(t *testing.T) {
	at := time.Date(2026, 11, 27, 9, 0, 0, 500e6, time.UTC)
	const back = "ln -sfn releases/2026-10-02 /opt/ferry/current && systemctl restart ferry"
	for _, c := range []struct {
		name         string
		first, since time.Duration // of the failures and of the service, after the link was switched
		folder, exec string
		said         bool
	}{
		{"in the same second", -500 * time.Millisecond, time.Second, "/opt/ferry/current", "/usr/bin/node server.js", true},
		{"minutes later, by its command", 20 * time.Minute, time.Second, "", "/usr/bin/node /opt/ferry/current/server.js", true},
		{"it failed before", -time.Hour, time.Second, "/opt/ferry/current", "/usr/bin/node server.js", false},
		{"much later", 30 * time.Hour, time.Second, "/opt/ferry/current", "/usr/bin/node server.js", false},
		{"the old one runs still", time.Minute, -time.Hour, "/opt/ferry/current", "/usr/bin/node server.js", false},
		{"by no link", time.Minute, time.Second, "/opt/ferry/releases/2026-11-27", "/usr/bin/node server.js", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			tree := sysinfo.NewMemoryTree(at.Add(-24 * time.Hour))
			tree.Write("/opt/ferry/releases/2026-10-02/server.js", []byte("old"))
			tree.Write("/opt/ferry/releases/2026-11-27/server.js", []byte("new"))
			tree.Link("/opt/ferry/current", "releases/2026-11-27")
			tree.Touch("/opt/ferry/current", at)
			line := sysinfo.LogLine{Event: errlog.Event{Kind: errlog.ConflictingLength, Time: at.Add(c.first)}}
			l := &live{past: []*sysinfo.LogGroup{{Kind: errlog.ConflictingLength, First: line.Time, Last: line.Time, Latest: []sysinfo.LogLine{line}}}}
			u := sysinfo.Unit{Name: "ferry.service", Since: at.Add(c.since), Exec: c.exec, Props: map[string]string{"WorkingDirectory": c.folder}}
			x := goBack(&sysinfo.Facts{Host: &sysinfo.Host{Root: tree.Root()}}, l, u, Fix{})
			if said := len(x.Steps) == 1 && strings.Contains(x.Steps[0].Say, back); said != c.said || len(x.Steps) > 1 {
				t.Errorf("got %v", x.Steps)
			}
		})
	}
}
