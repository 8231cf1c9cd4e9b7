package sysinfo

import (
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// listenUnix is a listener with a short queue that accepts nobody.
func listenRaw(t *testing.T, family int, sa syscall.Sockaddr, backlog int) int {
	t.Helper()
	fd, err := syscall.Socket(family, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { syscall.Close(fd) })
	if err := syscall.Bind(fd, sa); err != nil {
		t.Skip(err)
	}
	if err := syscall.Listen(fd, backlog); err != nil {
		t.Skip(err)
	}
	return fd
}

func connect(t *testing.T, network, addr string) {
	t.Helper()
	c, err := net.DialTimeout(network, addr, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
}

func find1(t *testing.T, is func(Socket) bool) Socket {
	t.Helper()
	all, err := diagSockets()
	if err != nil {
		t.Skip(err) // a kernel without sock_diag
	}
	i := slices.IndexFunc(all, is)
	if i < 0 {
		t.Fatalf("got %d sockets, and ours is not among them", len(all))
	}
	return all[i]
}

func TestSockDiagSeesAUnixListener(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.sock")
	listenRaw(t, syscall.AF_UNIX, &syscall.SockaddrUnix{Name: name}, 5)
	connect(t, "unix", name)
	connect(t, "unix", name)
	got := find1(t, func(s Socket) bool { return s.Path == name })
	if got.Network != "unix" || !got.Stream || got.Queue != 2 || got.Limit != 5 || got.Inode == 0 {
		t.Errorf("got %+v, want a stream with 2 of 5 waiting", got)
	}
	fi, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if st := fi.Sys().(*syscall.Stat_t); got.FileIno != st.Ino || got.FileDev != uint64(st.Dev) {
		t.Errorf("got the file %d on %d, want %d on %d", got.FileIno, got.FileDev, st.Ino, uint64(st.Dev))
	}
}

func TestSockDiagSeesTCPListeners(t *testing.T) {
	for _, tt := range []struct {
		name   string
		family int
		sa     syscall.Sockaddr
		want   string
	}{
		{"IPv4", syscall.AF_INET, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}, "127.0.0.1"},
		{"IPv6", syscall.AF_INET6, &syscall.SockaddrInet6{Addr: [16]byte{15: 1}}, "::1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fd := listenRaw(t, tt.family, tt.sa, 7)
			port := boundPort(t, fd)
			addr := netip.AddrPortFrom(netip.MustParseAddr(tt.want), port)
			connect(t, "tcp", addr.String())
			time.Sleep(10 * time.Millisecond) // the handshake's last packet
			got := find1(t, func(s Socket) bool { return s.Addr == addr })
			if got.Network != "tcp" || got.Queue != 1 || got.Limit != 7 || got.UID != os.Getuid() || got.Inode == 0 {
				t.Errorf("got %+v, want 1 of 7 waiting, ours", got)
			}
		})
	}
}

func boundPort(t *testing.T, fd int) uint16 {
	t.Helper()
	sa, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	switch a := sa.(type) {
	case *syscall.SockaddrInet4:
		return uint16(a.Port)
	case *syscall.SockaddrInet6:
		return uint16(a.Port)
	}
	t.Fatalf("got %T", sa)
	return 0
}

// The two ways to ask the kernel agree on what they both know.
func TestProcNetAgreesWithSockDiag(t *testing.T) {
	name := filepath.Join(t.TempDir(), "b.sock")
	listenRaw(t, syscall.AF_UNIX, &syscall.SockaddrUnix{Name: name}, 5)
	connect(t, "unix", name)
	want := find1(t, func(s Socket) bool { return s.Path == name })
	all, err := procSockets(OpenRoot("/"), "self")
	if err != nil {
		t.Skip(err)
	}
	i := slices.IndexFunc(all, func(s Socket) bool { return s.Path == name })
	if i < 0 {
		t.Fatal("got no such listener in /proc/self/net/unix")
	}
	if got := all[i]; got.Inode != want.Inode || got.Queue != want.Queue || got.Stream != want.Stream {
		t.Errorf("got inode %d, %d waiting, stream %t; want %d, %d, %t", got.Inode, got.Queue, got.Stream, want.Inode, want.Queue, want.Stream)
	}
}

// A connection is listed once, by its client's end.
func TestSockDiagSeesClients(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.sock")
	l, err := net.Listen("unix", name)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	own := map[uint64]bool{}
	for _, at := range []net.Listener{l, tcp} {
		connect(t, at.Addr().Network(), at.Addr().String())
		if c, err := at.Accept(); err == nil {
			defer c.Close()
		}
	}
	f := NewFacts(Live())
	for _, ino := range f.socketsOf(os.Getpid()) {
		own[ino] = true
	}
	all, err := diagClients()
	if err != nil {
		t.Skip(err) // a kernel without sock_diag
	}
	count := map[string]int{}
	for _, c := range all {
		if own[c.Inode] {
			count[c.To]++
		}
	}
	if count["unix:"+name] != 1 || count[tcp.Addr().String()] != 1 {
		t.Errorf("got %v, want one to %s and one to %s", count, name, tcp.Addr())
	}
}
