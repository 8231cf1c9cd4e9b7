package recorded

import (
	"strings"
	"testing"
	"time"

	"fix502/sysinfo"
)

const base = `# A machine to build upon.
proc 700 1 0 08:00:00 nginx: master process /usr/sbin/nginx
listen tcp 0.0.0.0:80 0/511 700
socket /run/app.sock 33 33 0660
answer 127.0.0.1:80 shop.test * 200 nginx
-- etc/hostname --
base
-- etc/motd --
hello
`

func parse(t *testing.T, texts ...string) *Machine {
	t.Helper()
	var all [][]byte
	for _, s := range texts {
		all = append(all, []byte(s))
	}
	m, err := Parse(all...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestLayers(t *testing.T) {
	m := parse(t, base, "now 2026-11-22T13:00:00Z\nbase debian\nown /run/app.sock 0 0 0600\nanswer 127.0.0.1:80 shop.test / 502 nginx\n-- etc/hostname --\ntop\n")
	for name, want := range map[string]string{"/etc/hostname": "top\n", "/etc/motd": "hello\n"} {
		if got, err := m.Host.Root.ReadFile(name); err != nil || string(got) != want {
			t.Errorf("%s: got %q (%v), want %q", name, got, err, want)
		}
	}
	if i, err := m.Host.Root.Stat("/run/app.sock"); err != nil || i.UID != 0 || i.Mode.Perm() != 0o600 {
		t.Errorf("got %+v (%v), want a socket of root's", i, err)
	}
	for uri, want := range map[string]int{"/": 502, "/other": 200} {
		a, err := m.Host.Ask(t.Context(), sysinfo.Question{Address: "127.0.0.1:80", Host: "shop.test", URI: uri})
		if err != nil || a.Status != want {
			t.Errorf("%s: got %d (%v), want %d", uri, a.Status, err, want)
		}
	}
}

func TestAnswers(t *testing.T) {
	m := parse(t, `answer 127.0.0.1:80 a.test / 301 nginx/1.22.1 Location=https://a.test/ X-A=b
answer 127.0.0.1:80 a.test /own 502 nginx/1.22.1
answer 127.0.0.1:80 a.test /app 503 -
answer 127.0.0.1:80 a.test /slow timeout
answer 127.0.0.1:80 a.test /down refused
-- body: 127.0.0.1:80 a.test /app --
closed for today
`)
	ask := func(uri string) sysinfo.Answer {
		a, err := m.Host.Ask(t.Context(), sysinfo.Question{Address: "127.0.0.1:80", Host: "a.test", URI: uri})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	if got := ask("/"); got.Status != 301 || got.Header.Get("Location") != "https://a.test/" || got.Header.Get("Server") != "nginx/1.22.1" {
		t.Errorf("got %+v, want a redirect", got)
	}
	if got := ask("/own"); !strings.Contains(string(got.Body), "<hr><center>nginx/1.22.1</center>") {
		t.Errorf("got %q, want nginx's own page", got.Body)
	}
	if got := ask("/app"); string(got.Body) != "closed for today\n" || got.Header.Get("Server") != "" {
		t.Errorf("got %+v, want the app's page", got)
	}
	if got := ask("/slow"); !got.TimedOut() || got.Took < time.Second {
		t.Errorf("got %+v, want a wait", got)
	}
	if got := ask("/down"); !got.Refused() {
		t.Errorf("got %+v, want a refusal", got)
	}
}

func TestFreshLinesComeWithTheFirstAnswer(t *testing.T) {
	m := parse(t, base, "-- var/log/nginx/error.log --\nold\n-- fresh: /var/log/nginx/error.log --\nnew\n")
	read := func() string {
		b, err := m.Host.Root.ReadFile("/var/log/nginx/error.log")
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if got := read(); got != "old\n" {
		t.Errorf("before: got %q", got)
	}
	for range 2 {
		if _, err := m.Host.Ask(t.Context(), sysinfo.Question{Address: "127.0.0.1:80", Host: "shop.test", URI: "/"}); err != nil {
			t.Fatal(err)
		}
	}
	if got := read(); got != "old\nnew\n" {
		t.Errorf("after: got %q", got)
	}
}

func TestJournals(t *testing.T) {
	m := parse(t, "unit a.service ActiveState=failed\n-- journal: a.service --\nboot 1111\n12:00:00 Started a.\nboot 2222\n12:01:00 it's \"gone\"\n-- journal: kernel --\n12:02:00 Killed process 7\n")
	f := sysinfo.NewFacts(m.Host)
	got, err := f.Journal(t.Context(), "a.service")
	if err != nil || len(got) != 2 || got[0].Boot != "1111" || got[1].Boot != "2222" || got[1].Text != `it's "gone"` || !got[1].Time.Equal(time.Date(2026, 11, 22, 12, 1, 0, 0, time.UTC)) {
		t.Errorf("got %+v (%v)", got, err)
	}
	if got, err := f.Kernel(t.Context()); err != nil || len(got) != 1 || got[0].Text != "Killed process 7" {
		t.Errorf("got %+v (%v), want the kernel's line", got, err)
	}
	if got, err := f.Journal(t.Context(), "b.service"); err != nil || len(got) != 0 {
		t.Errorf("got %+v (%v), want silence", got, err)
	}
}

// Each line that is wrong is named.
func TestParseErrors(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"an unknown fact", "weather fine\n", `line 1: weather fine: unknown fact "weather"`},
		{"too few words", "# x\nproc 1\n", "line 2: proc 1: proc takes 5 words"},
		{"no number", "uid me\n", "line 1: uid me"},
		{"no time", "proc 1 0 0 noon init\n", "line 1: proc 1 0 0 noon init"},
		{"no address", "listen tcp here 0/5\n", "line 1: listen tcp here 0/5"},
		{"no time in a journal", "-- journal: a.service --\nsoon it will start\n", "journal: a.service"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Parse([]byte(tt.in)); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want %s…", err, tt.want)
			}
		})
	}
}

func TestAProcessInANetworkOfItsOwn(t *testing.T) {
	m := parse(t, base, "proc 900 1 0 08:00:00 node app.js\nnet 900 42\nlisten tcp 127.0.0.1:3000 0/5 900\ncwd 900 /srv\nsyscall 900 288\n")
	for pid, want := range map[int]string{0: "0.0.0.0:80", 900: "127.0.0.1:3000"} {
		got, err := m.Host.Sockets(t.Context(), pid)
		if err != nil || len(got) != 1 || got[0].String() != want {
			t.Errorf("pid %d: got %v (%v), want %s", pid, got, err, want)
		}
	}
	if got, err := m.Host.Root.Readlink("/proc/900/cwd"); err != nil || got != "/srv" {
		t.Errorf("got %q (%v), want /srv", got, err)
	}
}
