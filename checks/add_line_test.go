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
