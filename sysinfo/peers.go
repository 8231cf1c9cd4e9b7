package sysinfo

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Peer counts the processes that hold a connection to one far end.
type Peer struct {
	Open    int // established: they wait for an answer, or keep it for later
	Opening int // SYN_SENT: the far end has not taken it yet; of one that runs this takes milliseconds
}

// Total is how many processes hold one.
func (p Peer) Total() int { return p.Open + p.Opening }

// Peers counts to which far ends processes hold TCP connections, established or being opened: whom they may be
// waiting for. Connections that came in on the port listen are left out. Only root sees it of others.
func (f *Facts) Peers(ctx context.Context, procs []Proc, listen int) (map[netip.AddrPort]Peer, error) {
	if len(procs) == 0 {
		return nil, nil
	}
	if f.Host.UID != 0 && procs[0].UID != f.Host.UID {
		return nil, fmt.Errorf("the connections of process %d: %w", procs[0].PID, ErrNeedsRoot)
	}
	far, opening := map[uint64]netip.AddrPort{}, map[uint64]bool{}
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
				far[ino], opening[ino] = netip.AddrPortFrom(peer.Addr().Unmap(), peer.Port()), w[3] == "02"
			}
		}
	}
	out := map[netip.AddrPort]Peer{}
	for _, p := range procs {
		seen := map[netip.AddrPort]bool{}
		for _, ino := range f.socketsOf(p.PID) {
			if peer, ok := far[ino]; ok && !seen[peer] {
				seen[peer] = true
				n := out[peer]
				if opening[ino] {
					n.Opening++
				} else {
					n.Open++
				}
				out[peer] = n
			}
		}
	}
	return out, ctx.Err()
}
