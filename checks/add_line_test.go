package checks

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"fix502/sysinfo"
)

// A line at the end of a file stands alone, whether or not the last one was ended; the way back takes it and no other.
func TestAddLine(t *testing.T) {
	bash := tool(t, "bash")
	root := sysinfo.OpenRoot("/")
	for _, was := range []string{"", "one\n", "one\ntwo", "one/two #3"} {
		for _, s := range nasty {
			if s == "" || s[0] == '-' {
				continue // echo's own words
			}
			file := filepath.Join(t.TempDir(), "it's hosts")
			if err := os.WriteFile(file, []byte(was), 0o644); err != nil {
				t.Fatal(err)
			}
			ended := was
			if was != "" && was[len(was)-1] != '\n' {
				ended += "\n"
			}
			for _, step := range []struct{ cmd, want string }{
				{addLine(root, file, s), ended + s + "\n"},
				{dropLine(root, file, s), ended},
			} {
				out, err := exec.Command(bash, "-ec", step.cmd).CombinedOutput()
				got, err2 := os.ReadFile(file)
				if err != nil || err2 != nil || string(got) != step.want {
					t.Errorf("%s: got %q, want %q: %v %v: %s", step.cmd, got, step.want, err, err2, out)
				}
			}
		}
	}
}

// What a tenant writes as the name of a database never becomes a part of a command.
func TestOnlyNamesGoIntoTheHostsFile(t *testing.T) {
	root := sysinfo.OpenRoot(t.TempDir())
	for _, s := range []string{"", "x'; id; '", "a b", "a/d;s", "x\n127.0.0.1 bank.test", "$(id)", "-n", "größe"} {
		if x, ok := nameInHosts(root, Fix{}, "127.0.0.1", s); ok || len(x.Steps) > 0 || x.Undo != "" {
			t.Errorf("%q: got %v", s, x)
		}
	}
	x, ok := nameInHosts(root, Fix{}, "127.0.0.1", "db_1.shop-intern.test")
	if !ok || x.Undo != `sed -i '\#^127\.0\.0\.1 db_1\.shop-intern\.test$#d' /etc/hosts` {
		t.Errorf("got %v", x)
	}
}
