package sysinfo

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Client is the end of a standing connection that its client holds, on this machine.
type Client struct {
	To    string // where it goes: "unix:/path", or address and port
	Inode uint64 // of the client's socket, as in /proc/PID/fd
}

// Holder is a program that holds connections to a server of this machine.
type Holder struct {
	Proc  Proc   // one of its processes: the oldest
	Unit  string // its unit; empty of a process that no unit has
	Count int    // how many connections all of its processes hold
}

// HoldersOf are the programs of this machine that hold connections to whatever a process listens at, the greediest first. Whose another user's processes'
// are only root can tell: ErrNeedsRoot.
func (f *Facts) HoldersOf(ctx context.Context, server int) ([]Holder, error) {
	if f.Host.UID != 0 {
		return nil, fmt.Errorf("who holds its connections: %w", ErrNeedsRoot)
	}
	if f.Host.Clients == nil {
		return nil, fmt.Errorf("who holds its connections: %w", ErrNotHere)
	}
	owners, err := f.socketOwners(ctx)
	if err != nil {
		return nil, err
	}
	listeners, err := f.Listeners(ctx, nil)
	if err != nil {
		return nil, err
	}
	clients, err := f.Host.Clients(ctx)
	if err != nil {
		return nil, err
	}
	listeners = slices.DeleteFunc(slices.Clone(listeners), func(s Socket) bool { return owners[s.Inode] != server })
	procs, err := f.Procs(ctx)
	if err != nil {
		return nil, err
	}
	count := map[string]*Holder{}
	for _, c := range clients {
		pid, known := owners[c.Inode]
		i := slices.IndexFunc(procs, func(p Proc) bool { return p.PID == pid })
		if !known || pid == server || i < 0 || !slices.ContainsFunc(listeners, func(s Socket) bool { return c.goesTo(s) }) {
			continue
		}
		unit := f.UnitOf(pid)
		h := count[cmp.Or(unit, procs[i].Cmd)]
		if h == nil {
			h = &Holder{Proc: procs[i], Unit: unit}
			count[cmp.Or(unit, procs[i].Cmd)] = h
		}
		if h.Count++; procs[i].Start.Before(h.Proc.Start) {
			h.Proc = procs[i]
		}
	}
	var out []Holder
	for _, h := range count {
		out = append(out, *h)
	}
	slices.SortFunc(out, func(a, b Holder) int { return cmp.Or(b.Count-a.Count, a.Proc.PID-b.Proc.PID) })
	return out, nil
}

// goesTo says that a connection stands to a listener.
func (c Client) goesTo(s Socket) bool {
	if name, ok := strings.CutPrefix(c.To, "unix:"); ok {
		return s.Network == "unix" && s.Path == name
	}
	to, err := netip.ParseAddrPort(c.To)
	return err == nil && s.Serves(to)
}
