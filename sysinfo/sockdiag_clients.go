package sysinfo

import (
	"encoding/binary"
	"net/netip"

	"golang.org/x/sys/unix"
)

const (
	udiagShowPeer = 0x4
	unixDiagPeer  = 2
	established   = 1 // TCP_ESTABLISHED, of unix sockets too
)

// diagClients lists the connections that stand in our own network namespace, from their clients' ends.
func diagClients() ([]Client, error) {
	out, err := diagUnixClients()
	if err != nil {
		return nil, err
	}
	for _, family := range []uint8{unix.AF_INET, unix.AF_INET6} {
		req := make([]byte, 56) // struct inet_diag_req_v2
		req[0], req[1] = family, unix.IPPROTO_TCP
		binary.LittleEndian.PutUint32(req[4:], 1<<established)
		err := netlink(req, func(msg []byte) {
			if len(msg) < 72 { // struct inet_diag_msg
				return
			}
			far := netip.AddrFrom4([4]byte(msg[24:28]))
			if family == unix.AF_INET6 {
				far = netip.AddrFrom16([16]byte(msg[24:40])).Unmap()
			}
			out = append(out, Client{To: netip.AddrPortFrom(far, binary.BigEndian.Uint16(msg[6:])).String(), Inode: uint64(binary.LittleEndian.Uint32(msg[68:]))})
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// diagUnixClients: the end that was accepted has its listener's name, and knows its peer.
func diagUnixClients() ([]Client, error) {
	req := make([]byte, 24) // struct unix_diag_req
	req[0] = unix.AF_UNIX
	binary.LittleEndian.PutUint32(req[4:], 1<<established)
	binary.LittleEndian.PutUint32(req[12:], udiagShowName|udiagShowPeer)
	var out []Client
	err := netlink(req, func(msg []byte) {
		if len(msg) < 16 {
			return
		}
		var c Client
		attrs(msg[16:], func(kind uint16, v []byte) {
			switch {
			case kind == unixDiagName && len(v) > 0 && v[0] != 0:
				c.To = "unix:" + cstring(v)
			case kind == unixDiagPeer && len(v) >= 4:
				c.Inode = uint64(binary.LittleEndian.Uint32(v))
			}
		})
		if c.To != "" && c.Inode != 0 {
			out = append(out, c)
		}
	})
	return out, err
}
