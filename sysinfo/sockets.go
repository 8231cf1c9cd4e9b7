package sysinfo

import (
	"encoding/hex"
	"errors"
	"io/fs"
	"net/netip"
	"path"
	"strconv"
	"strings"
)

// Socket is one listening socket as the kernel has it. Queue and Limit come from sock_diag(7); Limit is -1
// where only /proc/net could be read, which does not tell it.
type Socket struct {
	Network string         // "unix" or "tcp"
	Path    string         // unix: as bound; "@name" for abstract ones
	Addr    netip.AddrPort // tcp; the unspecified address listens on all
	V6Only  bool           // tcp6 that does not serve IPv4; known from the kernel only when told
	Stream  bool           // unix: SOCK_STREAM; a datagram socket cannot be a FastCGI server
	Inode   uint64         // of the socket itself, as in /proc/PID/fd: "socket:[N]"
	FileDev uint64         // unix: device and inode of the file it was bound to, 0 when unknown
	FileIno uint64
	Queue   int // connections waiting to be accepted
	Limit   int // how many may wait: the smaller of the program's backlog and net.core.somaxconn
	UID     int // tcp: who opened it; -1 unknown
}

// Relative says that a socket's name is one in the folder that its program was in when it bound it (unix(7)).
func (s Socket) Relative() bool {
	return s.Path != "" && s.Path[0] != '/' && s.Path[0] != '@'
}

// Serves says whether a connection to addr would reach this TCP listener.
func (s Socket) Serves(addr netip.AddrPort) bool {
	if s.Network != "tcp" || s.Addr.Port() != addr.Port() {
		return false
	}
	own, to := s.Addr.Addr(), addr.Addr().Unmap()
	switch {
	case own == to || own.Unmap() == to:
		return true
	case !own.IsUnspecified():
		return false
	case own.Is4():
		return to.Is4()
	}
	return to.Is6() || !s.V6Only
}

// Full says that the next connection would be turned away: the kernel refuses when more wait than may
// (net/unix/af_unix.c, unix_recvq_full; sk_acceptq_is_full).
func (s Socket) Full() bool { return s.Limit >= 0 && s.Queue > s.Limit }

func (s Socket) String() string {
	if s.Network == "unix" {
		return "unix:" + s.Path
	}
	return s.Addr.String()
}

// procSockets reads listeners from /proc/PID/net, which anyone may read for a process of the same user and
// root for all: proc_net(5).
func procSockets(r Root, pid string) ([]Socket, error) {
	dir := path.Join("/proc", pid, "net")
	out, err := procUnix(r, dir)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"tcp", "tcp6"} {
		b, err := r.ReadFile(path.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // a kernel without IPv6
		}
		if err != nil {
			return nil, err
		}
		out = append(out, parseProcTCP(string(b))...)
	}
	return out, nil
}

func procUnix(r Root, dir string) ([]Socket, error) {
	b, err := r.ReadFile(path.Join(dir, "unix"))
	if err != nil {
		return nil, err
	}
	waiting := map[string]int{} // by path; they may stand before their listener
	var out []Socket
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) < 8 {
			continue
		}
		name := f[7]
		switch {
		case f[3] == "00010000": // __SO_ACCEPTCON
			ino, _ := strconv.ParseUint(f[6], 10, 64)
			out = append(out, Socket{Network: "unix", Path: name, Stream: f[4] == "0001", Inode: ino, Limit: -1, UID: -1})
		case f[5] == "02" && f[6] == "0": // connecting, not accepted yet: it waits
			waiting[name]++
		case f[4] == "0002" && name != "":
			out = append(out, Socket{Network: "unix", Path: name, Limit: -1, UID: -1})
		}
	}
	for i := range out {
		if out[i].Inode != 0 {
			out[i].Queue = waiting[out[i].Path]
		}
	}
	return out, nil
}

func parseProcTCP(text string) []Socket {
	var out []Socket
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 10 || f[3] != "0A" { // TCP_LISTEN
			continue
		}
		addr, ok := hexAddr(f[1])
		if !ok {
			continue
		}
		_, rx, _ := strings.Cut(f[4], ":")
		queue, _ := strconv.ParseInt(rx, 16, 32)
		uid, _ := strconv.Atoi(f[7])
		ino, _ := strconv.ParseUint(f[9], 10, 64)
		out = append(out, Socket{Network: "tcp", Addr: addr, Stream: true, Inode: ino, Queue: int(queue), Limit: -1, UID: uid})
	}
	return out
}

// hexAddr reads "0100007F:1F90": 32-bit words in host order (little endian here), the port in network order.
func hexAddr(s string) (netip.AddrPort, bool) {
	host, port, ok := strings.Cut(s, ":")
	b, err := hex.DecodeString(host)
	p, perr := strconv.ParseUint(port, 16, 16)
	if !ok || err != nil || perr != nil || len(b)%4 != 0 {
		return netip.AddrPort{}, false
	}
	for i := 0; i < len(b); i += 4 {
		b[i], b[i+1], b[i+2], b[i+3] = b[i+3], b[i+2], b[i+1], b[i]
	}
	a, ok := netip.AddrFromSlice(b)
	return netip.AddrPortFrom(a, uint16(p)), ok
}
