package sysinfo

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"syscall"

	"golang.org/x/sys/unix"
)

// sock_diag(7): the kernel's own list of sockets, with queues, without root and without touching a server.
const (
	sockDiagByFamily = 20

	udiagShowName, udiagShowVFS, udiagShowRQLen = 0x1, 0x2, 0x10

	unixDiagName, unixDiagVFS, unixDiagRQLen = 0, 1, 4

	inetDiagSkV6Only = 11

	tcpListen = 10
)

// diagSockets lists the listeners of our own network namespace.
func diagSockets() ([]Socket, error) {
	out, err := diagUnix()
	if err != nil {
		return nil, err
	}
	for _, family := range []uint8{unix.AF_INET, unix.AF_INET6} {
		tcp, err := diagTCP(family)
		if err != nil {
			return nil, err
		}
		out = append(out, tcp...)
	}
	return out, nil
}

func diagUnix() ([]Socket, error) {
	req := make([]byte, 24) // struct unix_diag_req
	req[0] = unix.AF_UNIX
	binary.LittleEndian.PutUint32(req[4:], 1<<tcpListen|1<<7) // listening; 7 is TCP_CLOSE: datagram sockets
	binary.LittleEndian.PutUint32(req[12:], udiagShowName|udiagShowVFS|udiagShowRQLen)
	var out []Socket
	err := netlink(req, func(msg []byte) {
		if len(msg) < 16 {
			return
		}
		s := Socket{Network: "unix", Stream: msg[1] == unix.SOCK_STREAM, Inode: uint64(binary.LittleEndian.Uint32(msg[4:])), UID: -1}
		attrs(msg[16:], func(kind uint16, v []byte) {
			switch {
			case kind == unixDiagName && len(v) > 0 && v[0] == 0:
				s.Path = "@" + string(v[1:])
			case kind == unixDiagName:
				s.Path = cstring(v)
			case kind == unixDiagVFS && len(v) >= 8:
				s.FileIno = uint64(binary.LittleEndian.Uint32(v))
				s.FileDev = userDev(binary.LittleEndian.Uint32(v[4:]))
			case kind == unixDiagRQLen && len(v) >= 8:
				s.Queue, s.Limit = int(binary.LittleEndian.Uint32(v)), int(binary.LittleEndian.Uint32(v[4:]))
			}
		})
		if s.Path != "" {
			out = append(out, s)
		}
	})
	return out, err
}

func diagTCP(family uint8) ([]Socket, error) {
	req := make([]byte, 56) // struct inet_diag_req_v2
	req[0], req[1] = family, unix.IPPROTO_TCP
	binary.LittleEndian.PutUint32(req[4:], 1<<tcpListen)
	var out []Socket
	err := netlink(req, func(msg []byte) {
		if len(msg) < 72 { // struct inet_diag_msg
			return
		}
		port := binary.BigEndian.Uint16(msg[4:])
		addr := netip.AddrFrom4([4]byte(msg[8:12]))
		if family == unix.AF_INET6 {
			addr = netip.AddrFrom16([16]byte(msg[8:24]))
		}
		s := Socket{Network: "tcp", Stream: true, Addr: netip.AddrPortFrom(addr, port),
			Queue: int(binary.LittleEndian.Uint32(msg[56:])), Limit: int(binary.LittleEndian.Uint32(msg[60:])),
			UID: int(binary.LittleEndian.Uint32(msg[64:])), Inode: uint64(binary.LittleEndian.Uint32(msg[68:]))}
		attrs(msg[72:], func(kind uint16, v []byte) {
			if kind == inetDiagSkV6Only && len(v) > 0 {
				s.V6Only = v[0] != 0
			}
		})
		out = append(out, s)
	})
	return out, err
}

// userDev turns the kernel's 32-bit dev_t into the one stat(2) gives.
func userDev(d uint32) uint64 { return unix.Mkdev(d>>20, d&0xfffff) }

func cstring(b []byte) string {
	for i, c := range b {
		if c == 0 {
			return string(b[:i])
		}
	}
	return string(b)
}

func attrs(b []byte, each func(kind uint16, v []byte)) {
	for len(b) >= 4 {
		n := int(binary.LittleEndian.Uint16(b))
		if n < 4 || n > len(b) {
			return
		}
		each(binary.LittleEndian.Uint16(b[2:])&0x7fff, b[4:n])
		b = b[min((n+3)&^3, len(b)):]
	}
}

// netlink sends one dump request to NETLINK_SOCK_DIAG and hands every message to each.
func netlink(body []byte, each func(msg []byte)) error {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, unix.NETLINK_SOCK_DIAG)
	if err != nil {
		return fmt.Errorf("ask the kernel for sockets: %w", err)
	}
	defer unix.Close(fd)
	_ = unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: 2})
	msg := make([]byte, 16, 16+len(body))
	binary.LittleEndian.PutUint32(msg, uint32(16+len(body)))
	binary.LittleEndian.PutUint16(msg[4:], sockDiagByFamily)
	binary.LittleEndian.PutUint16(msg[6:], unix.NLM_F_REQUEST|unix.NLM_F_DUMP)
	if err := unix.Sendto(fd, append(msg, body...), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return fmt.Errorf("ask the kernel for sockets: %w", err)
	}
	buf := make([]byte, 64<<10)
	for {
		n, _, err := unix.Recvfrom(fd, buf, 0)
		if err != nil {
			return fmt.Errorf("ask the kernel for sockets: %w", err)
		}
		msgs, err := syscall.ParseNetlinkMessage(buf[:n])
		if err != nil {
			return fmt.Errorf("ask the kernel for sockets: %w", err)
		}
		for _, m := range msgs {
			switch m.Header.Type {
			case unix.NLMSG_DONE:
				return nil
			case unix.NLMSG_ERROR:
				if len(m.Data) >= 4 {
					if e := int32(binary.LittleEndian.Uint32(m.Data)); e != 0 {
						return fmt.Errorf("ask the kernel for sockets: %w", syscall.Errno(-e))
					}
				}
				return nil
			default:
				each(m.Data)
			}
		}
	}
}
