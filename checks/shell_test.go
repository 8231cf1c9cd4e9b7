package checks

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"fix502/sysinfo"
)

// nasty are strings that a shell, sed or a terminal may take for something else.
var nasty = []string{"plain", "two words", "", "it's", `say "hi"`, `back\slash`, `\n is no newline`, "dollar $HOME `id` $(id)", "a#b&c/d", "&&", `\&`, `.*[]^$`, "[a-z]",
	"a;b|c>d<e", "*?", "~", "!history", "tab\there", "esc\x1b[0m", "bidi\u202e", "Grüße 東京", "-n", "--", "%s %d", "#", "\\", "'", `'\''`, `\1\2`, "{a,b}", "\x7f", "a\\#b", `$'x'`}

func TestShellQuoting(t *testing.T) {
	bash := tool(t, "bash")
	for _, s := range nasty {
		out, err := exec.Command(bash, "-c", "printf %s "+sh(s)).Output()
		if err != nil || string(out) != s && s != "-n" && s != "--" {
			t.Errorf("got %q, want %q from %s: %v", out, s, sh(s), err)
		}
		for _, r := range sh(s) {
			if r < 0x20 || r == 0x7f || risky(r) {
				t.Errorf("got %q, with %U in it", sh(s), r)
			}
		}
	}
}

func tool(t *testing.T, name string) string {
	t.Helper()
	p, err := exec.LookPath(name)
	if err != nil {
		t.Skip(err)
	}
	return p
}

// Commands that edit a file are run as they would be pasted, on lines that sed could take for something else.
func TestEditsWithSed(t *testing.T) {
	bash := tool(t, "bash")
	root := sysinfo.OpenRoot("/")
	for _, s := range nasty {
		if s == "" {
			continue
		}
		for _, tt := range []struct {
			name string
			edit func(at sysinfo.Place) string
			want string
		}{
			{"replace", func(at sysinfo.Place) string { return replace(root, at, s, "new "+s) }, "\tset x new " + s + ";"},
			{"replace by it", func(at sysinfo.Place) string { return replace(root, at, "set x", s) }, "\t" + s + " " + s + ";"},
			{"set the line", func(at sysinfo.Place) string { return setLine(root, at, s+" end") }, "\t" + s + " end"},
			{"insert below", func(at sysinfo.Place) string { return insertAfter(root, at, s) }, "\tset x " + s + ";\n\t" + s},
			{"insert above", func(at sysinfo.Place) string { return insertBefore(root, at, s) }, "\t" + s + "\n\tset x " + s + ";"},
			{"insert two below", func(at sysinfo.Place) string { return insertAfter(root, at, s+"\nend "+s) }, "\tset x " + s + ";\n\t" + s + "\n\tend " + s},
		} {
			file := filepath.Join(t.TempDir(), "it's a site.conf")
			line := "\tset x " + s + ";"
			if err := os.WriteFile(file, []byte("first "+s+"\n"+line+"\nlast "+s+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			cmd := tt.edit(sysinfo.Place{File: file, Line: 2})
			if out, err := exec.Command(bash, "-ec", cmd).CombinedOutput(); err != nil {
				t.Errorf("%s %q: %s: %v: %s", tt.name, s, cmd, err, out)
				continue
			}
			got, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if want := "first " + s + "\n" + tt.want + "\nlast " + s + "\n"; string(got) != want {
				t.Errorf("%s: %s\ngot  %q\nwant %q", tt.name, cmd, got, want)
			}
		}
	}
}

func TestEditsGoToTheFileBehindALink(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	site, link := filepath.Join(dir, "site"), filepath.Join(dir, "enabled")
	if err := os.WriteFile(site, []byte("x\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(site, link); err != nil {
		t.Fatal(err)
	}
	got := setLine(sysinfo.OpenRoot("/"), sysinfo.Place{File: link, Line: 1}, "y")
	if !strings.HasSuffix(got, " "+sh(site)) {
		t.Errorf("got %s, want it to edit %s", got, site)
	}
}

// A text is replaced where it stands as words of its own, and its undo gives the line back.
func TestReplaceWholeWords(t *testing.T) {
	bash := tool(t, "bash")
	for _, tt := range []struct{ line, old, new, want string }{
		{"ProxyPass / http://a/ connectiontimeout=2 timeout=2", "timeout=2", "timeout=60", "ProxyPass / http://a/ connectiontimeout=2 timeout=60"},
		{"ProxyPass / http://a/ timeout=2 connectiontimeout=2", "timeout=2", "timeout=60", "ProxyPass / http://a/ timeout=60 connectiontimeout=2"},
		{"ProxyPass / http://a/ connectiontimeout=60 timeout=2", "timeout=2", "timeout=60", "ProxyPass / http://a/ connectiontimeout=60 timeout=60"},
		{"ProxyPass / http://a/ connectiontimeout=20 timeout=2", "timeout=2", "timeout=60", "ProxyPass / http://a/ connectiontimeout=20 timeout=60"},
		{"server 127.0.0.1:8080; server 127.0.0.1:80;", "127.0.0.1:80", "127.0.0.1:81", "server 127.0.0.1:8080; server 127.0.0.1:81;"},
		{"use hdr_dst here", "dst", "src", "use hdr_src here"},
	} {
		file := filepath.Join(t.TempDir(), "shop.conf")
		if err := os.WriteFile(file, []byte("# a shop\n"+tt.line+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		root, at := sysinfo.OpenRoot("/"), sysinfo.Place{File: file, Line: 2}
		edit, undo := replace(root, at, tt.old, tt.new), replace(root, at, tt.new, tt.old)
		for _, step := range []struct{ cmd, want string }{{edit, tt.want}, {undo, tt.line}} {
			if out, err := exec.Command(bash, "-ec", step.cmd).CombinedOutput(); err != nil {
				t.Fatalf("%s: %v: %s", step.cmd, err, out)
			}
			if got, err := os.ReadFile(file); err != nil || string(got) != "# a shop\n"+step.want+"\n" {
				t.Errorf("%s: got %q, want %q: %v", step.cmd, got, step.want, err)
			}
		}
	}
}

// A path is replaced where a line names it as a whole, and its undo gives the line back.
func TestReplacePath(t *testing.T) {
	bash := tool(t, "bash")
	for _, tt := range []struct{ line, want string }{
		{"WorkingDirectory=/srv/releases/1", "WorkingDirectory=/srv/releases/2"},
		{"EnvironmentFile=-/srv/releases/1/env", "EnvironmentFile=-/srv/releases/2/env"},
		{"ReadWritePaths=/srv/releases/12/env /srv/releases/1", "ReadWritePaths=/srv/releases/12/env /srv/releases/2"},
		{`ExecStart=/srv/releases/1/app --root "/srv/releases/1" --old /srv/releases/1.bak /mnt/srv/releases/1`, `ExecStart=/srv/releases/2/app --root "/srv/releases/2" --old /srv/releases/1.bak /mnt/srv/releases/1`},
		{"ReadWritePaths=/srv/releases/2/x /srv/releases/1", "ReadWritePaths=/srv/releases/2/x /srv/releases/2"},
	} {
		file := filepath.Join(t.TempDir(), "shop.service")
		if err := os.WriteFile(file, []byte("[Service]\n"+tt.line+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		edit, undo := replacePath(sysinfo.OpenRoot("/"), sysinfo.Place{File: file, Line: 2}, "/srv/releases/1", "/srv/releases/2")
		for _, step := range []struct{ cmd, want string }{{edit, tt.want}, {undo, tt.line}} {
			if out, err := exec.Command(bash, "-ec", step.cmd).CombinedOutput(); err != nil {
				t.Fatalf("%s: %v: %s", step.cmd, err, out)
			}
			got, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != "[Service]\n"+step.want+"\n" {
				t.Errorf("%s: got %q, want %q", step.cmd, got, step.want)
			}
		}
	}
	if wholePath("/srv/releases/1").MatchString("EnvironmentFile=/srv/releases/12/env") {
		t.Error("/srv/releases/12 is taken for /srv/releases/1")
	}
}
