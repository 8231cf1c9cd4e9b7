package checks

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

// The edits that a recorded machine's cause prints are made on copies of its files: each changes something, and the
// way back leaves every file as it was.
func TestEditsOfFixturesAndTheirUndo(t *testing.T) {
	bash := tool(t, "bash")
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasPrefix(filepath.Base(file), "excerpts") {
			continue // what people paste, not a machine
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			m := hosttest.Load(t, file)
			causes := causesOf(t, m)
			if len(causes) == 0 {
				return
			}
			c := newCopies(t, m.Host.Root)
			fix := causes[0].Finding.Fix
			for _, s := range fix.Steps {
				if !strings.HasPrefix(s.Command, "sed -i ") {
					continue
				}
				cmd, file := c.at(s.Command)
				before := c.read(file)
				if out, err := onlySed(t, bash, cmd).CombinedOutput(); err != nil {
					t.Fatalf("%s: %v: %s", s.Command, err, out)
				}
				if got := c.read(file); got == before {
					t.Errorf("got no change from %s", s.Command)
				}
			}
			if len(c.was) == 0 || fix.ShownUndo() == "" {
				return
			}
			var parts []string // the others are for the recorded machine, and not for this one
			for _, part := range commandsOf(fix.Undo) {
				if strings.TrimSpace(part) == "" {
					t.Errorf("got an empty command in %q", fix.Undo)
				}
				if strings.HasPrefix(part, "sed -i ") && !strings.Contains(part, "/zz-fix502.conf") { // printf made that one, which is not run here
					parts = append(parts, part)
				}
			}
			undo := strings.Join(parts, "; ")
			for real, copy := range c.path {
				undo = strings.ReplaceAll(undo, real, copy)
			}
			if out, err := onlySed(t, bash, undo).CombinedOutput(); err != nil {
				t.Fatalf("%s: %v: %s", fix.Undo, err, out)
			}
			for file, was := range c.was {
				if got := c.read(file); got != was {
					t.Errorf("%s: got\n%s\nwant\n%s", fix.Undo, got, was)
				}
			}
		})
	}
}

// commandsOf are the commands of a line; a semicolon within quotes parts none.
func commandsOf(line string) []string {
	var out []string
	start, quoted := 0, false
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\':
			i++
		case line[i] == '\'':
			quoted = !quoted
		case !quoted && strings.HasPrefix(line[i:], "; "):
			out = append(out, line[start:i])
			start = i + 2
		}
	}
	return append(out, line[start:])
}

// onlySed runs a command that finds no program but sed.
func onlySed(t *testing.T, bash, command string) *exec.Cmd {
	t.Helper()
	dir := t.TempDir()
	if err := os.Symlink(tool(t, "sed"), filepath.Join(dir, "sed")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(bash, "-ec", command)
	cmd.Env = append(os.Environ(), "PATH="+dir)
	return cmd
}

// copies are a recorded machine's files on this machine's disk.
type copies struct {
	t    *testing.T
	root sysinfo.Root
	dir  string
	path map[string]string // from there to here
	was  map[string]string // by the path here
}

func newCopies(t *testing.T, r sysinfo.Root) copies {
	return copies{t, r, t.TempDir(), map[string]string{}, map[string]string{}}
}

// at lets a command that ends with a file's name work on its copy.
func (c copies) at(cmd string) (here, file string) {
	c.t.Helper()
	name := cmd[strings.LastIndexByte(cmd, ' ')+1:]
	file = c.path[name]
	if file == "" {
		b, err := c.root.ReadFile(name)
		if err != nil {
			c.t.Fatal(err)
		}
		file = filepath.Join(c.dir, strings.ReplaceAll(name, "/", "_"))
		if err := os.WriteFile(file, b, 0o644); err != nil {
			c.t.Fatal(err)
		}
		c.path[name], c.was[file] = file, string(b)
	}
	return strings.TrimSuffix(cmd, name) + file, file
}

func (c copies) read(file string) string {
	c.t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		c.t.Fatal(err)
	}
	return string(b)
}
