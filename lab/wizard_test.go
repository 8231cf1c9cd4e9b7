package lab

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// mostKeys is how many keys a newcomer may need, from the first page to the proof that the site is back.
const mostKeys = 12

// TestWizard walks the real wizard in a real terminal of 80x24 on really broken servers, knowing nothing: through the
// first question to the copied fix, and after the fix was pasted to the word that it worked.
func TestWizard(t *testing.T) {
	mayBoot(t)
	tool := filepath.Join(t.TempDir(), "fix502")
	if err := BuildTool(t.Context(), tool); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		fault string
		shows []string // beside the verdict
		file  string   // the place on the cause's page
	}{
		{"socket-path-mismatch", []string{"✗ php-fpm", "asks for", "/run/php/php8.2-fpm.sock"}, "/etc/nginx/sites-available/shop"},
		{"fpm-not-running", []string{"✗ php-fpm", "was stopped"}, "systemctl"},
		{"gunicorn-socket-stopped", []string{"✗"}, "systemctl"},
		{"apache-socket-path", []string{"Apache", "✗ php-fpm"}, "/etc/apache2/"},
		{"haproxy-app-stopped", []string{"HAProxy", "✗"}, "systemctl"},
	} {
		t.Run(tt.fault, func(t *testing.T) { walk(t, tool, tt.fault, tt.shows, tt.file) })
	}
}

func walk(t *testing.T, tool, fault string, shows []string, file string) {
	f, err := Find(fault)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	m, err := Boot(ctx, "wizard", f.Tree)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Stop()
	if err := m.CopyIn(ctx, tool, "/usr/local/bin/fix502", 0o755); err != nil {
		t.Fatal(err)
	}
	w := &terminal{t: t, ctx: ctx, m: m}
	w.run(f.Setup)
	w.run(f.Break)
	w.run("tmux -f /dev/null new-session -d -x 80 -y 24 'fix502; sleep 60'")
	w.shows("Who are you?", "Site owner")
	w.press("Enter")
	w.shows(append(shows, "BROKEN", "Press enter")...)
	w.press("Enter")
	w.shows("Found", "Fix", file, "worked?")
	w.press("c")
	w.shows("sent")
	w.run(strings.Join(w.commands(), "\n"))
	w.press("a")
	w.shows("It worked.", "answers 200")
	w.press("q")
	if said, code := m.Run(ctx, f.Ask("200")); code != 0 {
		t.Errorf("the site after the fix: %s", said)
	}
	if t.Logf("%d keys", w.keys); w.keys > mostKeys {
		t.Errorf("%d keys, %d at the most", w.keys, mostKeys)
	}
}

// terminal is a tmux pane on a machine, and what it shows.
type terminal struct {
	t    *testing.T
	ctx  context.Context
	m    *Machine
	keys int
}

func (w *terminal) run(script string) {
	w.t.Helper()
	if said, code := w.m.Run(w.ctx, script); code != 0 {
		w.t.Fatalf("exit %d: %s\n%s", code, said, script)
	}
}

func (w *terminal) press(key string) {
	w.t.Helper()
	w.keys++
	w.run("tmux send-keys " + key)
}

// shows waits until all words are on the screen at once.
func (w *terminal) shows(words ...string) {
	w.t.Helper()
	screen := ""
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		screen, _ = w.m.Run(w.ctx, "tmux capture-pane -p")
		missing := false
		for _, word := range words {
			missing = missing || !strings.Contains(screen, word)
		}
		if !missing {
			return
		}
	}
	w.t.Fatalf("the screen never showed %q:\n%s", words, screen)
}

// commands are those of the first cause's fix, as the report has them.
func (w *terminal) commands() []string {
	w.t.Helper()
	said, code := w.m.Run(w.ctx, "fix502 diagnose --json http://shop.test/ | jq -r '.causes[0].fix.steps[].command // empty'")
	if code != 0 || said == "" {
		w.t.Fatalf("no commands: %s", said)
	}
	return strings.Split(strings.TrimSpace(said), "\n")
}
