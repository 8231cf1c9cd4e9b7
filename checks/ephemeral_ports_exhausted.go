package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// ephemeralPortsExhausted: every local port towards one upstream is taken.
func ephemeralPortsExhausted() Check {
	return Check{
		ID: "ephemeral-ports-exhausted", Title: "There are local ports left for every upstream", Topic: Network,
		Means: `Each connection to an app takes a local port, and a closed one keeps it for another minute (TIME_WAIT). When the whole range is taken
towards one address, the kernel answers "cannot assign requested address" (errno 99) and visitors get a 502. Keep connections alive
between the gateway and the app, or use a Unix socket; a wider range of ports only buys time.`,
		After: []ID{"localhost-ipv6-mismatch"},
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if l.Unix != "" || !l.reach.Addr.IsValid() {
				return nil
			}
			lo, hi, err := portRange(f)
			if err != nil {
				return &Finding{Status: Unknown, Summary: why(err)}
			}
			have := hi - lo + 1
			used, err := connections(f, l)
			if err != nil {
				return &Finding{Status: Unknown, Summary: why(err)}
			}
			line, now, ok := l.has(errlog.ConnectNoAddress, errlog.HAProxyNoPorts)
			if !ok && used >= have {
				line, now, ok = l.has(errlog.HAProxyConnect) // "SC": why is not told
			}
			tight := used*10 >= have*9
			if ok && !tight && (l.reach.Addr.Addr().Is6() || line.Kind == errlog.HAProxyNoPorts) {
				return nil // no IPv6 here, or a source port of its own that is taken: another story
			}
			if !tight && !now {
				return pass(fmt.Sprintf("%d of %d local ports towards %s are in use", used, have, l.Address()))
			}
			if !ok {
				return &Finding{Status: Warn, Summary: fmt.Sprintf("%d of %d local ports towards %s are in use", used, have, l.Address()), Where: l.Where, Fix: morePorts(ctx, f, l, lo, hi)}
			}
			found := &Finding{Status: Fail, Confidence: 0.95, Where: l.Where, Summary: fmt.Sprintf("all %d local ports towards %s are taken (%d in use)", have, l.Address(), used),
				Evidence: []Evidence{quoteLine(line), {Source: "/proc/sys/net/ipv4/ip_local_port_range", Text: fmt.Sprintf("%d %d", lo, hi)},
					{Source: "ss -tan dst " + l.reach.Addr.String(), Text: fmt.Sprintf("%d connections, closing ones included", used)}},
				Fix: morePorts(ctx, f, l, lo, hi)}
			if at := sysctlLine(f, portRangeKey); at.Known() && have < linuxsOwn {
				found.Where, found.Evidence = at, append(found.Evidence, lineOf(f.Host.Root, at))
			}
			if !now {
				found.When, found.Status = l.comesAndGoes(line)
			}
			if !tight {
				found.Confidence = 0.7
			}
			return found
		}),
	}
}

func portRange(f *sysinfo.Facts) (lo, hi int, err error) {
	b, err := f.Host.Root.ReadFile("/proc/sys/net/ipv4/ip_local_port_range")
	if err != nil {
		return 0, 0, err
	}
	_, err = fmt.Sscan(string(b), &lo, &hi)
	return lo, hi, err
}

// connections counts those to a hop's address that hold a local port, in the gateway's network.
func connections(f *sysinfo.Facts, l *live) (int, error) {
	pid := "self"
	if n := l.Site.Gateway.Net; n > 0 {
		pid = fmt.Sprint(n)
	}
	want := hexTo(l.reach.Addr.Addr().AsSlice(), l.Port)
	name := "tcp"
	if l.reach.Addr.Addr().Is6() {
		name = "tcp6"
	}
	file := "/proc/" + pid + "/net/" + name
	b, err := sysinfo.Memo(f, file, func() ([]byte, error) { return f.Host.Root.ReadFile(file) })
	if err != nil {
		return 0, err
	}
	n := 0
	for row := range strings.Lines(string(b)) {
		w := strings.Fields(row)
		if len(w) > 3 && w[2] == want && w[3] != "0A" {
			n++
		}
	}
	return n, nil
}

// hexTo writes an address as /proc/net/tcp does: 32-bit words in host order (little endian here).
func hexTo(addr []byte, port int) string {
	var b strings.Builder
	for i := 0; i+3 < len(addr); i += 4 {
		fmt.Fprintf(&b, "%02X%02X%02X%02X", addr[i+3], addr[i+2], addr[i+1], addr[i])
	}
	return fmt.Sprintf("%s:%04X", b.String(), port)
}

const (
	portRangeKey = "net.ipv4.ip_local_port_range"
	linuxsOwn    = 28000 // 32768 to 60999, Linux's own range (ip-sysctl.rst)
)

// morePorts relieves at once; what lasts is connections that are used again.
func morePorts(_ context.Context, f *sysinfo.Facts, l *live, lo, hi int) Fix {
	x := Fix{Title: "Widen the range of local ports, then keep connections alive", Risk: Low}
	if hi-lo < 60000 {
		x = setKernel(f, x, "Use the whole range", portRangeKey, "1024 65535", fmt.Sprintf("%d %d", lo, hi))
	}
	switch {
	case l.Site.Gateway.Kind == "haproxy":
		return x.Tell("HAProxy uses connections again by itself (http-reuse): look for http-reuse never or option httpclose in backend %s, and for another program here that holds connections to %s (ss -tanp)", l.Block, l.Address())
	case l.Site.Gateway.Kind == "apache":
		return x.Tell("Then let Apache use connections again: no disablereuse=on beside the target at %s, and no SetEnv proxy-nokeepalive 1", l.Where)
	case l.Site.Gateway.Kind != "nginx":
		return x.Tell("Then see what holds so many connections to %s (ss -tanp), and why they are not used again", l.Address())
	case l.Block == "":
		return x.Tell("Then let nginx use connections again: put %s into an upstream block with keepalive 32; and set proxy_http_version 1.1 and proxy_set_header Connection \"\" beside the pass at %s", l.Address(), l.Pass)
	}
	return x.Tell("Then let nginx use connections again: keepalive 32; in upstream %s, with proxy_http_version 1.1 and proxy_set_header Connection \"\" beside the pass at %s", l.Block, l.Pass)
}
