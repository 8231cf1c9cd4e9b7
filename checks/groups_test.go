package checks

import (
	"testing"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// PHP-FPM's own start takes its end back; another program's start does not.
func TestCameBack(t *testing.T) {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	group := func(kind errlog.Kind, at time.Time, sources ...string) *sysinfo.LogGroup {
		g := &sysinfo.LogGroup{Kind: kind, First: at, Last: at}
		for _, s := range sources {
			g.Latest = append(g.Latest, sysinfo.LogLine{Event: errlog.Event{Time: at}, Source: s})
		}
		return g
	}
	stop := group(errlog.FPMStopping, noon, "/var/log/php8.2-fpm.log:9")
	for name, tt := range map[string]struct {
		later *sysinfo.LogGroup
		want  bool
	}{
		"its own":       {group(errlog.Started, noon.Add(time.Second), "/var/log/php8.2-fpm.log:12"), true},
		"its own, once": {group(errlog.Started, noon.Add(-time.Hour), "/var/log/php8.2-fpm.log:2"), false},
		"among others":  {group(errlog.Started, noon.Add(time.Second), "journal of gunicorn", "/var/log/php8.2-fpm.log:12"), true},
		"another's":     {group(errlog.Started, noon.Add(time.Second), "journal of gunicorn"), false},
	} {
		if got := cameBack(&sysinfo.Logs{Groups: []*sysinfo.LogGroup{stop, tt.later}}, stop); got != tt.want {
			t.Errorf("%s: got %v, want %v", name, got, tt.want)
		}
	}
}

// A failure is counted where its cause is said, once: Caddy says it with the status, and its access log has it again.
func TestGroupsOfCaddy(t *testing.T) {
	group := func(kind errlog.Kind, source errlog.Source) *sysinfo.LogGroup {
		line := sysinfo.LogLine{Event: errlog.Event{Kind: kind, Source: source, Status: 502}}
		return &sysinfo.LogGroup{Kind: kind, Count: 3, Latest: []sysinfo.LogLine{line}}
	}
	for name, tt := range map[string]struct {
		groups []*sysinfo.LogGroup
		want   int
	}{
		"Caddy's two":          {[]*sysinfo.LogGroup{group(errlog.ConnectRefused, errlog.Caddy), group(errlog.AccessGateway, errlog.Caddy)}, 3},
		"nginx's access alone": {[]*sysinfo.LogGroup{group(errlog.AccessGateway, errlog.Nginx)}, 0},
		"HAProxy's one log":    {[]*sysinfo.LogGroup{group(errlog.AccessGateway, errlog.HAProxy)}, 3},
	} {
		total := 0
		for _, g := range GroupsOf(&sysinfo.Logs{Groups: tt.groups}) {
			total += g.Count
		}
		if total != tt.want {
			t.Errorf("%s: %d failures, want %d", name, total, tt.want)
		}
	}
}

// What Caddy's own check of a server found is no visitor's failure.
func TestCaddysChecksAreNoFailures(t *testing.T) {
	line := sysinfo.LogLine{Text: `{"level":"info","logger":"http.handlers.reverse_proxy.health_checker.active","msg":"HTTP request failed","host":"127.0.0.1:3001"}`,
		Event: errlog.Event{Kind: errlog.ConnectRefused, Source: errlog.Caddy, Upstream: errlog.Upstream{Address: "127.0.0.1:3001"}}}
	visit := line
	visit.Status, visit.URI = 502, "/"
	for want, l := range map[int]sysinfo.LogLine{0: line, 1: visit} {
		if got := GroupsOf(&sysinfo.Logs{Groups: []*sysinfo.LogGroup{{Kind: l.Kind, Count: 3, Latest: []sysinfo.LogLine{l}}}}); len(got) != want {
			t.Errorf("%q: %d groups, want %d", l.URI, len(got), want)
		}
	}
}

// That nobody may connect is SELinux's work mostly, and a route's or AppArmor's as well: past failures are called what their lines say.
func TestGroupsOfDenied(t *testing.T) {
	line := sysinfo.LogLine{Event: errlog.Event{Kind: errlog.ConnectDenied, Source: errlog.Nginx}}
	groups := GroupsOf(&sysinfo.Logs{Groups: []*sysinfo.LogGroup{{Kind: errlog.ConnectDenied, Count: 5, Latest: []sysinfo.LogLine{line}}}})
	if len(groups) != 1 || groups[0].Says != "connection not permitted" {
		t.Errorf("got %+v", groups)
	}
}
