package sysinfo

import (
	"context"
	"io/fs"
	"net"
	"strings"
	"testing"
	"time"
)

// Root may use every socket; a socket is asked only where the app may.
func TestASocketIsAskedOnlyAsTheAppMay(t *testing.T) {
	for name, tt := range map[string]struct {
		owner, socket int // of the .env, of the socket
		perm          int // of the socket
		folder        int // mode of the folder it is in
		dialed        bool
		want          string
	}{
		"open to all":                        {1000, 0, 0o666, 0o755, true, "dialed"},
		"only root's":                        {1000, 0, 0o600, 0o755, false, "not asked: the app's user shop may not write to that socket (Srw-------)"},
		"the app's own":                      {1000, 1000, 0o600, 0o755, true, "dialed"},
		"by group":                           {1000, 0, 0o660, 0o755, true, "dialed"},
		"in a folder that is shut":           {1000, 1000, 0o666, 0o700, false, "not asked: the app's user shop may not enter /run/x"},
		"the file is root's, the app nobody": {0, 0, 0o666, 0o755, false, "not asked: the app's user is not known, and root would be let in where that is not"},
		"a user without a name":              {4711, 0, 0o600, 0o755, false, "not asked: the app's user 4711 may not write to that socket (Srw-------)"},
	} {
		tree := NewMemoryTree(time.Unix(0, 0))
		tree.Write("/etc/passwd", []byte("root:x:0:0::/:/bin/sh\nshop:x:1000:1000::/:/bin/sh\n"))
		tree.Write("/etc/group", []byte("shop:x:1000:\ncache:x:50:shop\n"))
		tree.Write("/srv/.env", nil)
		tree.Own("/srv/.env", tt.owner, tt.owner, 0o600)
		tree.Socket("/run/x/y.sock")
		tree.Own("/run/x/y.sock", tt.socket, 50, fs.FileMode(tt.perm))
		tree.Own("/run/x", 0, 0, fs.FileMode(tt.folder))
		tree.Link("/run/link", "x/y.sock")
		dialed := ""
		f := NewFacts(&Host{Root: tree.Root(), Dial: func(_ context.Context, _ int, _, addr string) (net.Conn, error) { dialed = addr; return nil, errDialed }})
		for _, kind := range []string{"redis", "mysql"} {
			s := &Store{Kind: kind, App: "the app", Unix: "/run/link", Where: Place{File: "/srv/.env", Line: 1}, Site: &Site{Gateway: &Gateway{Root: tree.Root()}}}
			_, err := f.Login(t.Context(), s)
			if err == nil || !strings.Contains(err.Error(), tt.want) || (dialed == "/run/x/y.sock") != tt.dialed {
				t.Errorf("%s, %s: got %v, dialed %q, want %s", name, kind, err, dialed, tt.want)
			}
		}
	}
}

func TestASocketThatIsNotThere(t *testing.T) {
	tree := NewMemoryTree(time.Unix(0, 0))
	tree.Write("/etc/passwd", []byte("shop:x:1000:1000::/:/bin/sh\n"))
	tree.Write("/etc/group", nil)
	tree.Write("/srv/.env", nil)
	tree.Own("/srv/.env", 1000, 1000, 0o600)
	f := NewFacts(&Host{Root: tree.Root()})
	s := &Store{Kind: "redis", App: "the app", Unix: "/run/y.sock", Where: Place{File: "/srv/.env", Line: 1}, Site: &Site{Gateway: &Gateway{Root: tree.Root()}}}
	if got, err := f.Login(t.Context(), s); err != nil || got.Trouble != StoreNoSocket || !got.Local {
		t.Errorf("got %+v, %v", got, err)
	}
	s.Unix = "@abstract"
	if got, err := f.Login(t.Context(), s); err == nil {
		t.Errorf("abstract: got %+v", got)
	}
}
