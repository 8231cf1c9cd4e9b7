package sysinfo

import "testing"

// On an overlay the kernel tells another device than stat does; the inode and the name that a program has bound from its own folder say whose file it is.
func TestWhoListensOnAFile(t *testing.T) {
	file := &Info{Path: "/srv/books/app.sock", Ino: 77, Dev: 9}
	for _, c := range []struct {
		name string
		Socket
		want bool
	}{
		{"the same file", Socket{Path: "/srv/books/app.sock", FileIno: 77, FileDev: 9}, true},
		{"bound from its own folder, on an overlay", Socket{Path: "app.sock", FileIno: 77, FileDev: 5}, true},
		{"bound from the folder above", Socket{Path: "./books/app.sock", FileIno: 77, FileDev: 5}, true},
		{"another file of that number, on another disk", Socket{Path: "other.sock", FileIno: 77, FileDev: 5}, false},
		{"another folder's file of that name", Socket{Path: "app.sock", FileIno: 78, FileDev: 9}, false},
		{"its former file, which is gone", Socket{Path: "app.sock"}, false},
		{"an abstract name", Socket{Path: "@app.sock", FileIno: 77, FileDev: 5}, false},
	} {
		c.Network = "unix"
		if got := (&Facts{}).unixListener([]Socket{c.Socket}, "/srv/books/app.sock", file); (got != nil) != c.want {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
}
