package wizard

import (
	"os"
	"strings"
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

// A log that only root may read may tell of failures: who may not read it is not told that all is well.
func TestAClosedLogIsNoHealth(t *testing.T) {
	text, err := os.ReadFile("../checks/testdata/healthy.txtar")
	if err != nil {
		t.Fatal(err)
	}
	temporary := ""
	for _, name := range []string{"body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		temporary += "dir /var/lib/nginx/" + name + " 33 0 0700\n"
	}
	for _, c := range []struct {
		facts string
		want  Verdict
		exit  int
		says  string
	}{
		{"uid 0\n", Healthy, 0, "no cause of a 502 was found"},
		{"uid 65534\n", Healthy, 0, "no cause of a 502 was found"},
		{"uid 65534\ndeny /var/log/nginx/error.log\n" + temporary, Unclear, 3, "only root can see, in the log of nginx"},
	} {
		m := hosttest.Text(t, "../checks/testdata", strings.Replace(string(text), "uid 0\n", c.facts, 1))
		r := Diagnose(t.Context(), sysinfo.NewFacts(m.Host), Options{})
		if r.Verdict != c.want || r.Exit() != c.exit || !strings.Contains(r.Summary, c.says) {
			t.Errorf("%q: got %s, exit %d: %s", c.facts, r.Verdict, r.Exit(), r.Summary)
		}
	}
}
