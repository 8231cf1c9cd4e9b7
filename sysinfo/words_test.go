package sysinfo_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"fix502/sysinfo"
)

func TestLogFiles(t *testing.T) {
	root := t.TempDir()
	write := func(name, text string) {
		name = filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"/var/log/shop/error.log", "/var/log/shop.service.out", "/srv/shop/shop.log", "/srv/shop/app.err", "/etc/shadow", "/var/log/shop/access.log"} {
		write(name, "x\n")
	}
	if err := os.Symlink("/etc/shadow", filepath.Join(root, "srv/shop/link.log")); err != nil {
		t.Fatal(err)
	}
	write("/srv/shop/gunicorn.conf.py", "bind = '127.0.0.1:8000'\n# errorlog = '/srv/shop/app.err'\nerrorlog = \"/var/log/shop/error.log\"\naccesslog = '/var/log/shop/access.log'\n")
	write("/srv/shop/uwsgi.ini", "[uwsgi]\nsocket = :9090\nlogto = /srv/shop/shop.log\n")
	write("/srv/shop/leak.ini", "[uwsgi]\nlogto = /etc/shadow\nlogto2 = /srv/shop/link.log\n")
	write("/srv/shop/puma.rb", "stdout_redirect '/srv/shop/shop.log', '/srv/shop/app.err', true\n")
	f := sysinfo.NewFacts(sysinfo.Mounted(root))
	for _, tt := range []struct {
		name, unit, exec string
		want             []string
	}{
		{"no log of its own", "[Service]\nExecStart=/usr/bin/node app.js\n", "/usr/bin/node app.js", nil},
		{"the unit's output", "[Service]\nStandardOutput=journal\nStandardError=append:/var/log/%n.out\n", "", []string{"/var/log/shop.service.out"}},
		{"a flag", "", "/usr/bin/gunicorn --error-logfile /var/log/shop/error.log --access-logfile /var/log/shop/access.log app", []string{"/var/log/shop/error.log"}},
		{"a flag with =", "", "/usr/bin/uwsgi --ini x --logto=/srv/shop/shop.log", []string{"/srv/shop/shop.log"}},
		{"a shell's redirection", "[Service]\nExecStart=/bin/sh -c 'exec node app.js >>/srv/shop/shop.log 2>&1'\n", "", []string{"/srv/shop/shop.log"}},
		{"gunicorn's settings, unasked", "", "/usr/bin/gunicorn app", []string{"/var/log/shop/error.log"}},
		{"uWSGI's settings", "", "/usr/bin/uwsgi --ini uwsgi.ini", []string{"/srv/shop/shop.log"}},
		{"Puma's two", "", "/usr/bin/puma -C puma.rb", []string{"/srv/shop/shop.log", "/srv/shop/app.err"}},
		{"another's file, by name or by link", "", "/usr/bin/uwsgi leak.ini", nil},
		{"a log that is not there", "", "/usr/bin/uwsgi --logto /srv/shop/gone.log", nil},
	} {
		write("/etc/systemd/system/shop.service", tt.unit)
		u := sysinfo.Unit{Name: "shop.service", Fragment: "/etc/systemd/system/shop.service", Exec: tt.exec, Props: map[string]string{"WorkingDirectory": "/srv/shop"}}
		if got := sysinfo.NewFacts(f.Host).LogFiles(t.Context(), u); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// What stands in a file of the service's own is among its words, with the place it stands at; what is older than the
// window is not.
func TestWords(t *testing.T) {
	root := t.TempDir()
	name := filepath.Join(root, "var/log/shop.log")
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC()
	at := func(ago time.Duration) string { return now.Add(-ago).Format("2006-01-02 15:04:05 +0000") }
	text := "[" + at(50*time.Hour) + "] [7] [CRITICAL] WORKER TIMEOUT (pid:1)\n[" + at(time.Minute) + "] [7] [CRITICAL] WORKER TIMEOUT (pid:2)\n  more of it\n"
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	f := sysinfo.NewFacts(sysinfo.Mounted(root))
	lines, err := f.Words(t.Context(), sysinfo.Unit{Name: "shop.service", Exec: "gunicorn --log-file /var/log/shop.log app"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range lines {
		got = append(got, l.Source+" "+l.Text)
	}
	want := []string{"/var/log/shop.log:2 [" + at(time.Minute) + "] [7] [CRITICAL] WORKER TIMEOUT (pid:2)", "/var/log/shop.log:3   more of it"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
