package wizard

import (
	"testing"
	"time"

	"fix502/checks"
	"fix502/sysinfo"
)

func at(clock string) time.Time {
	t, err := time.Parse(time.DateTime, "2026-11-22 "+clock)
	if err != nil {
		panic(err)
	}
	return t
}

func minute(clock string) int64 { return at(clock).Truncate(time.Minute).Unix() }

// The onset is that of the failures that go on now, and the change named with it is the likeliest of those before it.
func TestOnset(t *testing.T) {
	upgrade := Change{Time: at("14:02:46"), Kind: sysinfo.Package, What: "php8.2-fpm was upgraded", web: true}
	restart := Change{Time: at("14:02:58"), Kind: sysinfo.Service, What: "php8.2-fpm was started"}
	edit := Change{Time: at("09:00:00"), Kind: sysinfo.Edit, What: "sites-available/shop was written", web: true}
	later := Change{Time: at("14:10:00"), Kind: sysinfo.Package, What: "nginx was upgraded", web: true}
	failed := [][2]int64{{minute("06:10:00"), 4}, {minute("14:03:00"), 9}, {minute("14:04:00"), 9}, {minute("14:20:00"), 2}}
	busy := [][2]int64{{minute("13:59:00"), 9}, {minute("14:00:00"), 9}, {minute("14:01:00"), 9}, {minute("14:02:00"), 9}, {minute("14:03:00"), 9}}
	for _, tt := range []struct {
		name    string
		changes []Change
		asked   [][2]int64
		first   []time.Time
		want    string
	}{
		{"to the second, after the upgrade and not after the restart it brought", []Change{upgrade, restart, later}, busy, []time.Time{at("06:10:11"), at("14:03:00")}, "it began at 14:03:00, 14 s after php8.2-fpm was upgraded"},
		{"to the minute", []Change{restart}, busy, nil, "it began at 14:03, shortly after php8.2-fpm was started"},
		{"nothing changed", nil, busy, nil, "it began at 14:03"},
		{"an edit long before, with requests that went well in between", []Change{edit}, busy, nil, "it began at 14:03"},
		{"an edit long before, and nobody asked in between", []Change{edit}, [][2]int64{{minute("08:59:00"), 5}, {minute("14:03:00"), 5}}, nil, "it began at 14:03, 303 min after sites-available/shop was written"},
		{"a second too late, because logs count in whole seconds", []Change{{Time: at("14:03:00").Add(500 * time.Millisecond), Kind: sysinfo.Edit, What: "shop was written", web: true}}, busy, []time.Time{at("14:03:00")}, "it began at 14:03:00, just when shop was written"},
		{"a kill right before weighs more than a package that no page needs", []Change{{Time: at("13:50:00"), Kind: sysinfo.Package, What: "tzdata was upgraded"}, {Time: at("14:02:59"), Kind: sysinfo.Killed, What: "php-fpm8.2 was killed"}}, busy, []time.Time{at("14:03:00")}, "it began at 14:03:00, 1 s after php-fpm8.2 was killed"},
		{"a start in that minute is an answer to it", []Change{{Time: at("14:03:50"), Kind: sysinfo.Service, What: "php8.2-fpm was started"}}, busy, nil, "it began at 14:03"},
		{"an upgrade in that minute", []Change{{Time: at("14:03:50"), Kind: sysinfo.Package, What: "php8.2-fpm was upgraded", web: true}}, busy, nil, "it began at 14:03, in the same minute in which php8.2-fpm was upgraded"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := Report{Started: at("14:30:00"), Changes: tt.changes, Errors: Errors{PerMinute: failed, Asked: tt.asked}}
			r.began(tt.first, 24*time.Hour)
			if got := r.Errors.Onset.Say(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// Of two changes at the moment it began, the one that the cause names is the one to tell of.
func TestOnsetNamesWhatTheCauseNames(t *testing.T) {
	edit := Change{Time: at("14:03:00"), Kind: sysinfo.Edit, What: "sites-available/shop was written", Source: "/etc/nginx/sites-available/shop", web: true}
	stop := Change{Time: at("14:03:00"), Kind: sysinfo.Service, What: "php8.2-fpm was stopped", Source: "systemctl status php8.2-fpm"}
	where := &sysinfo.Place{File: edit.Source, Line: 7}
	stopped := Cause{Where: where, Evidence: []Evidence{{Source: stop.Source}}, Fix: &Fix{Steps: []Step{{Command: "systemctl start php8.2-fpm"}}}}
	misspelt := Cause{Where: where, Evidence: []Evidence{{Source: stop.Source}}, Fix: &Fix{Steps: []Step{{Command: "sed -i 7d " + edit.Source}}}}
	for _, tt := range []struct {
		cause Cause
		began string
		want  string
	}{
		{stopped, "14:03:00", stop.What},
		{misspelt, "14:03:00", edit.What},
		{stopped, "14:05:00", edit.What}, // long after both nothing is known better than what is likelier in general
	} {
		r := Report{Started: at("14:30:00"), Changes: []Change{edit, stop}, Causes: []Cause{tt.cause}, Errors: Errors{PerMinute: [][2]int64{{minute(tt.began), 4}}}}
		r.began([]time.Time{at(tt.began)}, 24*time.Hour)
		if got := r.Errors.Onset.After; got == nil || got.What != tt.want {
			t.Errorf("got %+v, want %s", got, tt.want)
		}
	}
}

// A file that the cause speaks of nowhere was written near the onset by chance; of several that were written at once, the one that it
// speaks of is named.
func TestOnsetPassesOverOtherSites(t *testing.T) {
	other := Change{Time: at("14:03:00"), Kind: sysinfo.Edit, What: "conf.d/chess.conf was written", Source: "/etc/nginx/conf.d/chess.conf", web: true}
	own := Change{Time: at("14:03:00"), Kind: sysinfo.Edit, What: "conf.d/hobby.conf was written", Source: "/etc/nginx/conf.d/hobby.conf", web: true}
	both := Change{Time: at("14:03:00"), Kind: sysinfo.Edit, What: "conf.d/chess.conf was written, with 1 other file", Source: other.Source, web: true, parts: []Change{other, own}}
	sure := Cause{Confidence: 0.95, Where: &sysinfo.Place{File: "/etc/systemd/system/hobby.service", Line: 7}, Fix: &Fix{Steps: []Step{{Command: "systemctl start hobby"}}},
		Evidence: []Evidence{{Source: own.Source + ":4"}}}
	unsure := sure
	unsure.Confidence = 0.6
	for _, tt := range []struct {
		cause  Cause
		change Change
		want   string
	}{
		{sure, other, ""},
		{sure, both, own.What},
		{unsure, other, other.What},
	} {
		r := Report{Started: at("14:30:00"), Changes: []Change{tt.change}, Causes: []Cause{tt.cause}, Errors: Errors{PerMinute: [][2]int64{{minute("14:03:00"), 4}}}}
		r.began([]time.Time{at("14:03:00")}, 24*time.Hour)
		got := ""
		if after := r.Errors.Onset.After; after != nil {
			got = after.What
		}
		if got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

// A chart shows some time before the failures began, up to now, and marks what changed in it.
func TestChart(t *testing.T) {
	r := Report{Changes: []Change{{Time: at("14:02:46"), Kind: sysinfo.Package, What: "x"}, {Time: at("02:00:00"), Kind: sysinfo.Edit, What: "y"}},
		Errors: Errors{PerMinute: [][2]int64{{minute("14:03:00"), 9}, {minute("14:04:00"), 3}}, Asked: [][2]int64{{minute("04:00:00"), 7}, {minute("14:00:00"), 8}, {minute("14:03:00"), 9}}}}
	r.Started = at("14:20:00")
	r.began(nil, 24*time.Hour)
	c, ok := r.Chart(60, at("14:20:00"))
	if !ok || c.Step != time.Minute || len(c.Marks) != 1 || c.Marks[0].Letter != "a" {
		t.Fatalf("got %v, %+v", ok, c)
	}
	i := c.Marks[0].At
	if got := c.Time(i).Format("15:04"); got != "14:02" || c.Failed[i+1] != 9 || c.Asked[i+2] != 3 || c.Asked[i-2] != 8 {
		t.Errorf("the mark is at %s of %+v", got, c)
	}
	for width := range 300 {
		if c, ok := r.Chart(width, at("14:20:00")); ok && (len(c.Failed) > width || len(c.Asked) != len(c.Failed)) {
			t.Fatalf("%d bars in %d cells", len(c.Failed), width)
		}
	}
}

func TestTerms(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"The upstream's socket is gone.", "upstream, socket"},
		{"/run/php/pool-upstream.sock", ""},
		{"nothing listens on the port", "listener, port"},
		{"Load the page", ""},
	} {
		got := ""
		for _, term := range Terms(tt.text) {
			if got != "" {
				got += ", "
			}
			got += term.Word
		}
		if got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

// Failures that are there from the window's edge on have begun nobody knows when, and lines of a clock that is ahead
// begin nothing.
func TestOnsetAtTheEdge(t *testing.T) {
	r := Report{Started: at("14:30:00"), Changes: []Change{{Time: at("13:00:10"), Kind: sysinfo.Package, What: "php was upgraded", web: true}}}
	for m := at("13:05:00"); m.Before(at("14:30:00")); m = m.Add(10 * time.Minute) {
		r.Errors.PerMinute = append(r.Errors.PerMinute, [2]int64{m.Unix(), 1})
	}
	r.began(nil, 90*time.Minute)
	if o := r.Errors.Onset; o == nil || !o.Edge || o.After != nil {
		t.Errorf("got %+v", o)
	}
	ahead := Report{Started: at("14:30:00"), Errors: Errors{PerMinute: [][2]int64{{minute("16:30:00"), 3}}}}
	ahead.began(nil, 24*time.Hour)
	if ahead.Errors.Onset != nil {
		t.Errorf("got %+v", ahead.Errors.Onset)
	}
	if c, ok := ahead.Chart(60, at("14:30:00")); ok && c.Most() < 1 {
		t.Error("an empty chart has a height")
	}
}

// What a cause explains has a beginning of its own, whatever else failed in the same hours.
func TestOnsetOfWhatTheCauseExplains(t *testing.T) {
	e := Errors{PerMinute: [][2]int64{{minute("14:00:00"), 3}, {minute("14:20:00"), 5}},
		Groups: []Group{{ID: "fpm-not-running", Count: 3, Upstream: "unix:/run/a.sock"}, {ID: "socket-path-mismatch", Count: 5, Upstream: "unix:/run/b.sock"}},
		firsts: []time.Time{at("14:00:10"), at("14:20:05")},
		spread: []map[int64]int{{minute("14:00:00"): 3}, {minute("14:20:00"): 5}}}
	for id, want := range map[string]string{"socket-path-mismatch": "it began at 14:20:05", "fpm-not-running": "it began at 14:00:10", "stale-config-not-reloaded": "it began at 14:00:10"} {
		r := Report{Started: at("14:30:00"), Errors: e, Causes: []Cause{{ID: checks.ID(id)}}}
		r.began(e.firsts, 24*time.Hour)
		if got := r.Errors.Onset.Say(); got != want {
			t.Errorf("%s: got %q, want %q", id, got, want)
		}
	}
}
