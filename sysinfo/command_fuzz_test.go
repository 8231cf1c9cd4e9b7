package sysinfo

import (
	"strings"
	"testing"
)

func FuzzPassedOn(f *testing.F) {
	for _, cmd := range []string{"/usr/lib/systemd/systemd-socket-proxyd 127.0.0.1:3000", "socat TCP-LISTEN:80,fork unix-connect:/run/app.sock", "socat - tcp6:[::1]:80", "systemd-socket-proxyd :"} {
		f.Add(cmd)
	}
	f.Fuzz(func(t *testing.T, cmd string) {
		h, ok := passedOn(cmd)
		if ok && h.Unix == "" && (h.Port < 1 || h.Port > 65535 || h.Host == "") {
			t.Errorf("%q: %+v", cmd, h)
		}
	})
}

func FuzzUnitLines(f *testing.F) {
	f.Add("[Service]\nExecStart=/bin/a \\\n  --b\n# c\nUser=x\n")
	f.Add("\\\n\\\n=\\\n[")
	f.Fuzz(func(t *testing.T, text string) {
		n := strings.Count(text, "\n") + 1
		for _, l := range unitLines("/etc/systemd/system/a.service", text) {
			if l.Line < 1 || l.Line > n {
				t.Errorf("line %d of %d", l.Line, n)
			}
		}
	})
}

// A script is its app's own, and may name folders and values without end.
func FuzzScriptsIn(f *testing.F) {
	f.Add("#!/bin/sh\ncd /srv/app\nexec node server.js\n")
	f.Add("A=/$B$B\nB=/$C$C\nC=/$D$D\nnode $A/x.js\n")
	files := NewFacts(&Host{Root: OpenRoot(f.TempDir()), Files: true})
	f.Fuzz(func(t *testing.T, text string) {
		if got := files.scriptsIn(text, Unit{Exec: "/srv/app/start.sh", Props: map[string]string{"WorkingDirectory": "/srv/app"}}); got != "" {
			t.Errorf("text of an empty machine: %q", got)
		}
	})
}

func TestAScriptOfValuesStaysSmall(t *testing.T) {
	var b strings.Builder
	for c := 'A'; c < 'Z'; c++ {
		b.WriteString(string(c) + "=/" + strings.Repeat("$"+string(c+1), 40) + "\n")
	}
	b.WriteString("Z=/" + strings.Repeat("z", 4000) + "\n" + strings.Repeat("node $A/x.js $Z/y.js\n", 100))
	files := NewFacts(&Host{Root: OpenRoot(t.TempDir()), Files: true})
	if got := files.scriptsIn(b.String(), Unit{Exec: "/srv/app/start.sh"}); got != "" {
		t.Errorf("got %q", got)
	}
}
