package sysinfo

import (
	"cmp"
	"context"
	"io"
	"net"
	"net/netip"
	"path"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo/haproxy"
)

// AgentOf is where HAProxy asks, beside its health check, whether a server may have visitors, as host and port; empty where it asks nobody
// (configuration manual, 5.2, agent-check). Without agent-addr it is the server's own machine.
func AgentOf(h *Hop) string {
	srv, ok := h.Extra.(haproxy.Server)
	port := srv.Full.After("agent-port")
	if !ok || !srv.Full.Has("agent-check") || port == "" {
		return ""
	}
	host := cmp.Or(srv.Full.After("agent-addr"), h.Host)
	if host == h.Host && len(h.Addrs) > 0 {
		host = h.Addrs[0].String()
	}
	return net.JoinHostPort(strings.Trim(host, "[]"), port)
}

// agentWait is how long an agent is waited for, and agentWords how much of its answer is read: a line.
const (
	agentWait  = time.Second
	agentWords = 512
)

// AskAgent asks a server's agent as HAProxy does every few seconds: what agent-send says, if anything, out, and one line in.
func (f *Facts) AskAgent(ctx context.Context, h *Hop) (string, error) {
	addr := AgentOf(h)
	if addr == "" {
		return "", ErrNotHere
	}
	if f.Host.Files {
		return "", ErrFilesOnly
	}
	if at, err := netip.ParseAddrPort(addr); f.Offline && (err != nil || !at.Addr().IsLoopback()) {
		return "", ErrOffline
	}
	srv, _ := h.Extra.(haproxy.Server)
	send := srv.Full.After("agent-send")
	return Memo(f, "agent at "+addr+" "+send, func() (string, error) {
		ctx, cancel := context.WithTimeout(ctx, agentWait)
		defer cancel()
		c, err := f.Host.Dial(ctx, h.Site.Gateway.Net, "tcp", addr)
		if err != nil {
			return "", err
		}
		defer c.Close()
		at, _ := ctx.Deadline()
		if err := c.SetDeadline(at); err != nil {
			return "", err
		}
		if _, err := io.WriteString(c, send); err != nil {
			return "", err
		}
		return answerLine(c)
	})
}

// answerLine reads as far as the end of a line, or of what is sent.
func answerLine(r io.Reader) (string, error) {
	b := make([]byte, 0, agentWords)
	for len(b) < agentWords {
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if line, _, ended := strings.Cut(strings.ReplaceAll(string(b), "\r", "\n"), "\n"); ended || err == io.EOF {
			return strings.TrimSpace(line), nil
		}
		if err != nil {
			return "", err
		}
	}
	return strings.TrimSpace(string(b)), nil
}

// An AgentProgram is what answers for an agent on this machine.
type AgentProgram struct {
	Unit    string // the service or, where systemd listens, the .socket; empty when nobody knows
	Proc    *Proc  // who listens, when we may look
	Command string // what it runs, as its unit and the kernel have it
}

// AgentProgram finds who listens where HAProxy asks the agent of a hop. ErrNotHere for an agent elsewhere.
func (f *Facts) AgentProgram(ctx context.Context, h *Hop) (AgentProgram, error) {
	at, err := netip.ParseAddrPort(AgentOf(h))
	if err != nil || h.Site.Gateway.Container != nil {
		return AgentProgram{}, ErrNotHere
	}
	r := f.Reach(ctx, &Hop{Site: h.Site, Scheme: "http", Host: at.Addr().String(), Port: int(at.Port()), Addrs: []netip.Addr{at.Addr()}})
	if r.Err != nil || !r.Local {
		return AgentProgram{}, ErrNotHere
	}
	p := AgentProgram{Proc: r.Owner}
	if held, _, ok := f.HeldBy(int(at.Port())); ok {
		p.Unit, p.Proc = held.Unit, nil
		p.Command = f.commandOf(held.Service)
	} else if r.Owner != nil {
		p.Command = r.Owner.Cmd
		if p.Unit = f.UnitOf(r.Owner.PID); p.Unit != "" {
			u, _ := f.Unit(ctx, p.Unit)
			p.Command += " " + u.Exec
		}
	}
	return p, nil
}

// commandOf is what a service's file on the disk starts: systemd has no state of a template (lb-agent@.service).
func (f *Facts) commandOf(service string) string {
	for _, dir := range []string{"/etc/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system"} {
		file := path.Join(dir, service)
		if !f.Host.Root.Exists(file) {
			continue
		}
		for _, l := range slices.Backward(f.UnitLines(Unit{Name: service, Fragment: file, DropIns: f.dropIns(service)})) {
			if l.Key == "ExecStart" {
				return l.Value
			}
		}
		return ""
	}
	return ""
}
