package sysinfo

import (
	"context"
	"net/netip"
	"path"
	"strconv"
	"strings"

	"fix502/sysinfo/late"
)

// Forwarded is the hop behind one whose listener only passes connections on to another address: systemd-socket-proxyd, which
// systemd may start for the first visitor, or socat. Nil when the listener is none of those.
func (f *Facts) Forwarded(ctx context.Context, h *Hop) *Hop {
	r := f.Reach(ctx, h)
	if r.Listener == nil {
		return nil
	}
	cmd := ""
	if r.Owner != nil {
		cmd = r.Owner.Cmd
	}
	if name, socket := f.SocketService(h); socket != "" {
		if u, ok := f.Unit(ctx, name); ok {
			cmd = u.Exec
		}
	}
	to, ok := passedOn(cmd)
	if !ok {
		return nil
	}
	next := *h
	next.Via, next.Unix, next.Host, next.Port, next.Block = h, to.Unix, to.Host, to.Port, ""
	next.From, next.Addrs = path.Base(strings.Fields(cmd)[0]), nil
	if a, err := netip.ParseAddr(to.Host); err == nil {
		next.Addrs = []netip.Addr{a}
	}
	return &next
}

var socatTo = late.New(`(?i)\s(?:tcp[46]?|tcp[46]?-connect|unix|unix-connect|unix-client):(\S+)$`)

// passedOn is the address to which such a command passes its connections on (systemd-socket-proxyd(8), socat(1)).
func passedOn(cmd string) (Hop, bool) {
	words := strings.Fields(cmd)
	if len(words) < 2 {
		return Hop{}, false
	}
	to := ""
	switch path.Base(words[0]) {
	case "systemd-socket-proxyd":
		to = words[len(words)-1]
	case "socat":
		if m := socatTo.FindStringSubmatch(cmd); m != nil {
			to, _, _ = strings.Cut(m[1], ",")
		}
	}
	if strings.HasPrefix(to, "/") {
		return Hop{Unix: to}, true
	}
	i := strings.LastIndexByte(to, ':')
	if i < 0 {
		return Hop{}, false
	}
	port, err := strconv.Atoi(to[i+1:])
	host := strings.Trim(to[:i], "[]")
	if host == "localhost" || host == "" {
		host = "127.0.0.1"
	}
	return Hop{Host: host, Port: port}, err == nil && port > 0 && port < 1<<16
}

// passesOn says that a unit's program only passes connections on.
func passesOn(u Unit) bool {
	_, ok := passedOn(u.Exec)
	return ok
}
