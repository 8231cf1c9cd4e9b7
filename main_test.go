package main

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"fix502": main})
}

// The whole program, as people use it: each file in testdata is a transcript.
func TestTranscripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata", Setup: func(e *testscript.Env) error {
		e.Setenv("TZ", "UTC")
		e.Setenv("LANG", "C.UTF-8")
		return nil
	}})
}

// On a terminal that answers nothing the program starts at once all the same, shows its first page, and leaves the
// terminal as it was.
func TestSilentTerminal(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "fix502")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Run("version", func(t *testing.T) {
		s := start(t, bin, "version")
		if said := s.until(t, "fix502 dev"); strings.Contains(said, "\x1b") {
			t.Errorf("it asked the terminal something: %q", said)
		}
		s.ended(t, 0)
	})
	t.Run("wizard", func(t *testing.T) {
		s := start(t, bin, "--demo=socket-path-mismatch")
		said := s.until(t, "Who are you?")
		if strings.Contains(said, "\x1b]11;?") || strings.Contains(said, "\x1b[6n") {
			t.Errorf("it asked the terminal something: %q", said)
		}
		fmt.Fprint(s.tty, "\r")
		s.by(t, "BROKEN", 10*time.Second) // the results of a recorded server take their time
		fmt.Fprint(s.tty, "q")
		s.until(t, "systemctl reload nginx") // the fix stays in the scrollback
		s.ended(t, 1)
		for _, want := range []string{"\x1b[?1049l", "\x1b[?25h"} {
			if !strings.Contains(s.said, want) {
				t.Errorf("the terminal was not put back: no %q", want)
			}
		}
	})
	t.Run("a signal", func(t *testing.T) {
		s := start(t, bin, "--demo=socket-path-mismatch")
		s.until(t, "Who are you?")
		time.Sleep(100 * time.Millisecond) // until Bubble Tea has the terminal
		if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		s.until(t, "\x1b[?1049l")
	})
}

// session is the program on a pseudo-terminal (pty(7)).
type session struct {
	cmd  *exec.Cmd
	tty  *os.File
	said string
	at   time.Time
}

func start(t *testing.T, bin string, args ...string) *session {
	t.Helper()
	tty, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Skip("no pseudo-terminals here:", err)
	}
	t.Cleanup(func() { tty.Close() })
	fd := int(tty.Fd())
	if err := unix.SetNonblock(fd, true); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80})
	}
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer slave.Close()
	cmd := exec.Command(bin, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "NO_COLOR=", "COLORFGBG=", "LANG=C.UTF-8", "LC_ALL=")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	s := &session{cmd: cmd, tty: tty, at: time.Now()}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	return s
}

// until reads on until the program has said something. The bar is 50 ms; a busy test machine gets two seconds, which
// is still less than the five that Bubble Tea waits for a silent terminal.
func (s *session) until(t *testing.T, want string) string {
	t.Helper()
	return s.by(t, want, 2*time.Second)
}

func (s *session) by(t *testing.T, want string, patience time.Duration) string {
	t.Helper()
	buf := make([]byte, 4096)
	end := time.Now().Add(patience)
	for !strings.Contains(s.said, want) {
		n, err := unix.Read(int(s.tty.Fd()), buf)
		switch {
		case n > 0:
			s.said += string(buf[:n])
		case err == unix.EAGAIN:
			if time.Now().After(end) {
				t.Fatalf("no %q within %s: %q", want, patience, s.said)
			}
			time.Sleep(time.Millisecond)
		default:
			t.Fatalf("no %q before the end (%v): %q", want, err, s.said)
		}
	}
	t.Logf("%q after %s", want, time.Since(s.at).Round(time.Millisecond))
	return s.said
}

func (s *session) ended(t *testing.T, want int) {
	t.Helper()
	done := make(chan struct{})
	go func() { s.cmd.Wait(); close(done) }()
	for {
		select {
		case <-done:
			if got := s.cmd.ProcessState.ExitCode(); got != want {
				t.Errorf("exit status %d, want %d", got, want)
			}
			return
		case <-time.After(time.Millisecond):
			buf := make([]byte, 4096)
			if n, _ := unix.Read(int(s.tty.Fd()), buf); n > 0 {
				s.said += string(buf[:n])
			}
		}
	}
}

// What may start programs, and what may draw.
func TestImports(t *testing.T) {
	only := map[string]func(file string) bool{
		"os/exec":                            func(f string) bool { return f == "sysinfo/live.go" || strings.HasPrefix(f, "lab/") },
		"github.com/shirou/gopsutil":         func(f string) bool { return f == "sysinfo/live.go" },
		"github.com/charmbracelet/bubbletea": func(f string) bool { return strings.HasPrefix(f, "ui/") },
		"github.com/charmbracelet/bubbles":   func(f string) bool { return strings.HasPrefix(f, "ui/") },
		"github.com/charmbracelet/lipgloss": func(f string) bool {
			return strings.HasPrefix(f, "ui/") || strings.HasPrefix(f, "docs/")
		},
		"fix502/ui": func(f string) bool {
			return !strings.Contains(f, "/") || strings.HasPrefix(f, "ui/") || strings.HasPrefix(f, "docs/")
		},
		"github.com/atotto/clipboard": func(string) bool { return false },
	}
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range parsed.Imports {
			name, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			for prefix, may := range only {
				if (name == prefix || strings.HasPrefix(name, prefix+"/")) && !may(file) {
					t.Errorf("%s imports %s", file, name)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
