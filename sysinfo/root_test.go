package sysinfo

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// debianRoot is a mounted disk whose links are absolute, as Debian's are.
func debianRoot(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	link := func(name, to string) {
		t.Helper()
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	write("etc/nginx/sites-available/shop", "the disk's shop")
	write("etc/nginx/sites-enabled/.keep", "")
	write("etc/hostname", "the disk's name")
	write("usr/lib/os-release", "the disk's release")
	link("etc/nginx/sites-enabled/shop", "/etc/nginx/sites-available/shop")
	link("etc/nginx/sites-enabled/up", "../../../../../../../etc/hostname")
	link("lib", "usr/lib")
	link("etc/a", "/etc/b")
	link("etc/b", "/etc/a")
	link("etc/gone", "/etc/nowhere")
	return dir
}

func TestRootKeepsLinksInside(t *testing.T) {
	r := OpenRoot(debianRoot(t))
	for _, tt := range []struct{ name, file, want string }{
		{"an absolute link leads to the same root", "/etc/nginx/sites-enabled/shop", "the disk's shop"},
		{"dots do not lead out", "/etc/nginx/sites-enabled/up", "the disk's name"},
		{"dots in a name do not lead out", "/../../etc/hostname", "the disk's name"},
		{"a linked directory is passed through", "/lib/os-release", "the disk's release"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, err := r.ReadFile(tt.file)
			if err != nil || string(b) != tt.want {
				t.Errorf("got %q (%v), want %q", b, err, tt.want)
			}
		})
	}
}

func TestRootFailures(t *testing.T) {
	dir := debianRoot(t)
	r := OpenRoot(dir)
	if _, err := r.ReadFile("/etc/a"); !errors.Is(err, syscall.ELOOP) {
		t.Errorf("a loop of links: got %v", err)
	}
	if _, err := r.Stat("/etc/gone"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a link to nowhere: got %v", err)
	}
	if _, err := r.Stat("/etc/hostname/x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file in the middle of a path: got %v", err)
	}
	if steps, err := r.Walk("/etc/nginx/nowhere/x"); !errors.Is(err, fs.ErrNotExist) || len(steps) != 3 {
		t.Errorf("a walk as far as it gets: got %d steps, %v", len(steps), err)
	}
	if _, err := (Root{}).ReadFile("/etc/hostname"); !errors.Is(err, ErrNotHere) {
		t.Errorf("no root at all: got %v", err)
	}
}

// A FIFO that nobody writes to would be waited for for ever.
func TestRootRefusesFIFOs(t *testing.T) {
	dir := debianRoot(t)
	if err := syscall.Mkfifo(filepath.Join(dir, "etc/pipe"), 0o644); err != nil {
		t.Skip(err)
	}
	done := make(chan error, 1)
	go func() { _, err := OpenRoot(dir).ReadFile("/etc/pipe"); done <- err }()
	select {
	case err := <-done:
		if err == nil || !strings.Contains(err.Error(), "not a regular file") {
			t.Errorf("got %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Error("got no answer: it waits for a writer")
	}
}

func TestRootReadsNoGiants(t *testing.T) {
	dir := debianRoot(t)
	name := filepath.Join(dir, "etc/giant")
	if err := os.WriteFile(name, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		size int64
		ok   bool
	}{{MaxFile, true}, {MaxFile + 1, false}, {1 << 40, false}} {
		if err := os.Truncate(name, tt.size); err != nil {
			t.Skip(err)
		}
		if b, err := OpenRoot(dir).ReadFile("/etc/giant"); (err == nil) != tt.ok {
			t.Errorf("%d bytes: got %d bytes, %v", tt.size, len(b), err)
		}
	}
}

func TestGlob(t *testing.T) {
	r := OpenRoot(debianRoot(t))
	for _, tt := range []struct{ pattern, want string }{
		{"/etc/nginx/sites-enabled/*", "/etc/nginx/sites-enabled/shop /etc/nginx/sites-enabled/up"},
		{"/etc/nginx/sites-enabled/.*", "/etc/nginx/sites-enabled/.keep"},
		{"/etc/*/sites-a*/sh?p", "/etc/nginx/sites-available/shop"},
		{"/etc/hostname", "/etc/hostname"},
		{"/etc/nothing", ""},
		{"/nowhere/*", ""},
	} {
		got, err := r.Glob(tt.pattern)
		if err != nil || strings.Join(got, " ") != tt.want {
			t.Errorf("%s: got %q (%v), want %q", tt.pattern, got, err, tt.want)
		}
	}
	if _, err := r.Glob("/etc/[a"); err == nil {
		t.Error("a broken pattern: got no error")
	}
}

// The kernel passes through the folders before a link as well as through those that it leads to.
func TestWalkPassesBothSidesOfALink(t *testing.T) {
	steps, err := OpenRoot(debianRoot(t)).Walk("/etc/nginx/sites-enabled/shop")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range steps {
		got = append(got, s.Path)
	}
	want := "/etc/nginx/sites-enabled / /etc /etc/nginx /etc/nginx/sites-available /etc/nginx/sites-available/shop"
	if strings.Join(got, " ") != want {
		t.Errorf("passed through %v, want %s", got, want)
	}
}
