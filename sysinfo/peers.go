package sysinfo

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Peers counts to which far ends processes hold TCP connections, established or being opened: whom they may be
// waiting for. Connections that came in on the port listen are left out. Only root sees it of others.
func (f *Facts) Peers(ctx context.Context, procs []Proc, listen int) (map[netip.AddrPort]int, error) {
	if len(procs) == 0 {
		return nil, nil
	}
	if f.Host.UID != 0 && procs[0].UID != f.Host.UID {
		return nil, fmt.Errorf("the connections of process %d: %w", procs[0].PID, ErrNeedsRoot)
	}
	far := map[uint64]netip.AddrPort{}
	for _, name := range []string{"tcp", "tcp6"} {
		b, err := f.Host.Root.ReadFile(fmt.Sprintf("/proc/%d/net/%s", procs[0].PID, name))
		if err != nil {
			continue // no IPv6, or the process is gone
		}
		for line := range strings.Lines(string(b)) {
			w := strings.Fields(line)
			if len(w) < 10 || w[3] != "01" && w[3] != "02" { // TCP_ESTABLISHED, TCP_SYN_SENT
				continue
			}
			if own, ok := hexAddr(w[1]); !ok || int(own.Port()) == listen {
				continue
			}
			if peer, ok := hexAddr(w[2]); ok {
				ino, _ := strconv.ParseUint(w[9], 10, 64)
				far[ino] = netip.AddrPortFrom(peer.Addr().Unmap(), peer.Port())
			}
		}
	}
	out := map[netip.AddrPort]int{}
	for _, p := range procs {
		seen := map[netip.AddrPort]bool{}
		for _, ino := range f.socketsOf(p.PID) {
			if peer, ok := far[ino]; ok && !seen[peer] {
				seen[peer] = true
				out[peer]++
			}
		}
	}
	return out, ctx.Err()
}
