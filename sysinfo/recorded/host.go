package recorded

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"time"

	"fix502/sysinfo"
)

const refused = syscall.ECONNREFUSED

// host makes the machine answer.
func (m *Machine) host() *sysinfo.Host {
	return &sysinfo.Host{
		Root: m.tree.Root(), Meters: meters{m}, Run: m.run, Resolve: m.resolve, Sockets: m.listeners, Clients: m.connections, Route: m.routeTo, Ask: m.ask,
		Dial: m.dial,
		Env:  func(string) string { return "" }, Now: func() time.Time { return m.now }, Name: "recorded",
	}
}

func (m *Machine) run(_ context.Context, name string, args ...string) (sysinfo.Output, error) {
	line := strings.Join(append([]string{name}, args...), " ")
	if out, ok := m.runs[line]; ok {
		return out, nil
	}
	if name == "systemctl" && len(m.units) > 0 {
		return m.systemctl(args), nil
	}
	for cmd, out := range m.runs { // "run: journalctl -u php8.2-fpm.service" stands for any options beside
		if matches(cmd, line) {
			return out, nil
		}
	}
	if name == "journalctl" && len(m.units) > 0 {
		return sysinfo.Output{}, nil
	}
	return sysinfo.Output{}, fmt.Errorf("%s: %w", name, sysinfo.ErrNotHere)
}

// matches says whether every word of cmd stands in line, the program's name first.
func matches(cmd, line string) bool {
	have := strings.Fields(line)
	for i, w := range strings.Fields(cmd) {
		found := false
		for j, h := range have {
			found = found || h == w && (i > 0 || j == 0)
		}
		if !found {
			return false
		}
	}
	return true
}

func (m *Machine) systemctl(args []string) sysinfo.Output {
	var b strings.Builder
	for _, a := range args {
		if text, ok := m.units[a]; ok {
			b.WriteString(text + "\n")
		}
	}
	return sysinfo.Output{Stdout: []byte(b.String())}
}

func (m *Machine) resolve(_ context.Context, name string) ([]netip.Addr, error) {
	if a, ok := m.names[name]; ok {
		return a, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (m *Machine) listeners(_ context.Context, pid int) ([]sysinfo.Socket, error) {
	if len(m.procs) == 0 && len(m.sockets) == 0 {
		return nil, fmt.Errorf("the kernel's sockets: %w", sysinfo.ErrNotHere)
	}
	if net := m.nets[pid]; net != "" {
		return m.owned[net], nil
	}
	return m.sockets, nil
}

func (m *Machine) connections(context.Context) ([]sysinfo.Client, error) { return m.clients, nil }

func (m *Machine) routeTo(_ context.Context, a netip.Addr) (sysinfo.Route, error) {
	if k, ok := m.routes[a]; ok {
		kind, rest, _ := strings.Cut(k, " ")
		dev, from, _ := strings.Cut(rest, " ")
		src, _ := netip.ParseAddr(from) // none is common
		return sysinfo.Route{Kind: kind, Dev: dev, Src: src}, nil
	}
	return sysinfo.Route{Kind: "unicast", Dev: "eth0"}, nil
}

func (m *Machine) ask(_ context.Context, q sysinfo.Question) (sysinfo.Answer, error) {
	out := sysinfo.Answer{Question: q, At: m.now, Took: time.Millisecond, Header: http.Header{}}
	key := q.Address + " " + q.Host + " " + q.URI
	a, ok := m.answers[key]
	if !ok {
		key = q.Address + " " + q.Host + " *"
		a, ok = m.answers[key]
	}
	if !ok {
		return out, fmt.Errorf("a recorded machine has no answer for %s: %w", q.Host+q.URI, sysinfo.ErrNotHere)
	}
	m.asked.Do(func() {
		for log, lines := range m.fresh {
			m.tree.Append(log, lines)
		}
	})
	out.Status, out.Err, out.Cut = a.status, a.err, a.cut
	if out.TimedOut() {
		out.Took = cmp.Or(q.Wait, 2500*time.Millisecond)
	}
	maps.Copy(out.Header, a.header)
	for _, name := range []string{"Content-Length", "Transfer-Encoding"} {
		for _, v := range a.header.Values(name) {
			out.Lengths = append(out.Lengths, name+": "+v)
		}
	}
	out.Body, ok = m.bodies[key]
	if server := a.header.Get("Server"); !ok && a.status >= 400 && strings.HasPrefix(server, "nginx") {
		out.Body = fmt.Appendf(nil, "<html>\r\n<head><title>%[1]d %[2]s</title></head>\r\n<body>\r\n<center><h1>%[1]d %[2]s</h1></center>\r\n<hr><center>%[3]s</center>\r\n</body>\r\n</html>\r\n",
			a.status, http.StatusText(a.status), server)
	}
	return out, nil
}

type meters struct{ m *Machine }

func (x meters) CPU(context.Context) (sysinfo.CPU, error) {
	if x.m.cpu == nil {
		return sysinfo.CPU{}, sysinfo.ErrNotHere
	}
	return *x.m.cpu, nil
}

func (x meters) Memory(context.Context) (sysinfo.Memory, error) {
	if x.m.memory == nil {
		return sysinfo.Memory{}, sysinfo.ErrNotHere
	}
	return *x.m.memory, nil
}

func (x meters) Space(_ context.Context, path string) (sysinfo.Space, error) {
	best, ok := sysinfo.Space{}, false
	for mount, s := range x.m.space {
		if (path == mount || strings.HasPrefix(path, strings.TrimSuffix(mount, "/")+"/")) && len(mount) >= len(best.Mount) {
			best, ok = s, true
		}
	}
	if !ok {
		return best, sysinfo.ErrNotHere
	}
	return best, nil
}
