package sysinfo

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"

	"golang.org/x/sys/unix"
)

// liveRoute asks the kernel what it would do with a packet to an address: rtnetlink(7), RTM_GETROUTE. Anyone may.
func liveRoute(_ context.Context, to netip.Addr) (Route, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		return Route{}, fmt.Errorf("ask the kernel for a route: %w", err)
	}
	defer unix.Close(fd)
	_ = unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: 1})
	if err := unix.Sendto(fd, routeRequest(to), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return Route{}, fmt.Errorf("ask the kernel for a route: %w", err)
	}
	buf := make([]byte, 8<<10)
	n, _, err := unix.Recvfrom(fd, buf, 0)
	if err != nil {
		return Route{}, fmt.Errorf("ask the kernel for a route: %w", err)
	}
	msgs, err := syscall.ParseNetlinkMessage(buf[:n])
	if err != nil || len(msgs) == 0 {
		return Route{}, errors.New("ask the kernel for a route: no answer")
	}
	return readRoute(msgs[0])
}

func routeRequest(to netip.Addr) []byte {
	to = to.Unmap()
	addr := to.AsSlice()
	msg := make([]byte, 16+12+4+len(addr))
	binary.LittleEndian.PutUint32(msg, uint32(len(msg)))
	binary.LittleEndian.PutUint16(msg[4:], unix.RTM_GETROUTE)
	binary.LittleEndian.PutUint16(msg[6:], unix.NLM_F_REQUEST)
	msg[16], msg[17] = unix.AF_INET, uint8(len(addr)*8)
	if to.Is6() {
		msg[16] = unix.AF_INET6
	}
	binary.LittleEndian.PutUint16(msg[28:], uint16(4+len(addr)))
	binary.LittleEndian.PutUint16(msg[30:], unix.RTA_DST)
	copy(msg[32:], addr)
	return msg
}

func readRoute(m syscall.NetlinkMessage) (Route, error) {
	if m.Header.Type == unix.NLMSG_ERROR && len(m.Data) >= 4 {
		switch errno := syscall.Errno(-int32(binary.LittleEndian.Uint32(m.Data))); errno {
		case unix.EHOSTUNREACH:
			return Route{Kind: "unreachable"}, nil
		case unix.ENETUNREACH:
			return Route{Kind: "none"}, nil
		case unix.EACCES:
			return Route{Kind: "prohibit"}, nil
		case unix.EINVAL:
			return Route{Kind: "blackhole"}, nil
		default:
			return Route{}, fmt.Errorf("ask the kernel for a route: %w", errno)
		}
	}
	if len(m.Data) < 12 {
		return Route{}, errors.New("ask the kernel for a route: short answer")
	}
	kinds := map[byte]string{unix.RTN_UNICAST: "unicast", unix.RTN_LOCAL: "local", unix.RTN_UNREACHABLE: "unreachable", unix.RTN_PROHIBIT: "prohibit", unix.RTN_BLACKHOLE: "blackhole"}
	r := Route{Kind: kinds[m.Data[7]]}
	attrs(m.Data[12:], func(kind uint16, v []byte) {
		switch kind {
		case unix.RTA_OIF:
			if ifc, err := net.InterfaceByIndex(int(binary.LittleEndian.Uint32(v))); err == nil {
				r.Dev = ifc.Name
			}
		case unix.RTA_PREFSRC:
			r.Src, _ = netip.AddrFromSlice(v)
		}
	})
	return r, nil
}
