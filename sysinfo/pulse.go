package sysinfo

import (
	"context"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Pulse is how busy a machine is at one moment. A share is 0 to 1, and below 0 where it could not be read.
type Pulse struct {
	At       time.Time
	CPU      float64 // share of all processors that worked since the pulse before
	Load     float64 // load average over one minute
	Cores    int
	Memory   float64            // share that is not available
	Total    uint64             // bytes of memory
	Disk     float64            // share of / that is taken
	Pressure map[string]float64 // PSI: share of the last ten seconds in which some task waited for "cpu", "memory", "io"
	Pools    []PoolPulse

	ticks [2]uint64 // worked and all, of /proc/stat: for the next pulse
}

// PoolPulse is how busy one PHP-FPM pool is.
type PoolPulse struct {
	Name          string
	Busy, Limit   int // connections being served, below 0 where that cannot be seen, and pm.max_children
	Queue, Places int // connections that wait to be accepted, and how many may; below 0 unknown
}

// maxPoolPulses bounds how many pools are watched.
const maxPoolPulses = 8

// Pulse looks once, at what costs nothing: /proc and the kernel's socket tables. before is the pulse before it, or nil.
func (f *Facts) Pulse(ctx context.Context, before *Pulse) Pulse {
	p := Pulse{At: f.Host.Now(), CPU: -1, Load: -1, Memory: -1, Disk: -1, Pressure: map[string]float64{}}
	if c, err := f.Host.Meters.CPU(ctx); err == nil {
		p.Load, p.Cores = c.Load[0], c.Cores
	}
	if p.ticks = procStat(f.Host.Root); before != nil && before.ticks[1] > 0 && p.ticks[1] > before.ticks[1] {
		p.CPU = float64(p.ticks[0]-before.ticks[0]) / float64(p.ticks[1]-before.ticks[1])
	}
	if m, err := f.Host.Meters.Memory(ctx); err == nil && m.Total > 0 {
		p.Memory, p.Total = 1-float64(m.Available)/float64(m.Total), m.Total
	}
	if s, err := f.Host.Meters.Space(ctx, "/"); err == nil && s.Total > 0 {
		p.Disk = 1 - float64(s.Free)/float64(s.Total)
	}
	for _, name := range []string{"cpu", "memory", "io"} {
		if b, err := f.Host.Root.ReadFile("/proc/pressure/" + name); err == nil {
			if v, ok := avg10(string(b)); ok {
				p.Pressure[name] = v
			}
		}
	}
	p.Pools = f.poolPulses(ctx)
	return p
}

// procStat sums /proc/stat's first line (proc_stat(5)): guest time is in user time already; idle and iowait are no work.
func procStat(r Root) (ticks [2]uint64) {
	b, err := r.ReadFile("/proc/stat")
	if err != nil {
		return ticks
	}
	line, _, _ := strings.Cut(string(b), "\n")
	for i, w := range strings.Fields(line) {
		n, err := strconv.ParseUint(w, 10, 64)
		if err != nil || i > 8 {
			continue
		}
		ticks[1] += n
		if i != 4 && i != 5 {
			ticks[0] += n
		}
	}
	return ticks
}

// avg10 is the "some" line's share over ten seconds: "some avg10=1.53 avg60=…" is in percent.
func avg10(text string) (float64, bool) {
	_, rest, ok := strings.Cut(text, "some avg10=")
	if !ok {
		return 0, false
	}
	word, _, _ := strings.Cut(rest, " ")
	v, err := strconv.ParseFloat(word, 64)
	return v / 100, err == nil
}

func (f *Facts) poolPulses(ctx context.Context) []PoolPulse {
	masters, err := f.FPM(ctx)
	if err != nil {
		return nil
	}
	all, err := f.Host.Sockets(ctx, 0)
	if err != nil {
		return nil
	}
	serving, seen := connections(f.Host.Root)
	var out []PoolPulse
	for _, m := range masters {
		for _, pool := range m.Config.Pools {
			at, ok := pool.Listen()
			if !ok || len(out) == maxPoolPulses {
				continue
			}
			s, ok := listenerAt(all, at.Path, at.Port)
			if !ok {
				continue
			}
			p := PoolPulse{Name: pool.Name, Limit: pool.Get("pm.max_children").Int(), Queue: s.Queue, Places: s.Limit}
			p.Busy = serving[s.String()]
			if s.Network == "tcp" {
				p.Busy = serving[":"+strconv.Itoa(at.Port)]
			}
			if !seen {
				p.Busy = -1
			}
			out = append(out, p)
		}
	}
	return out
}

func listenerAt(all []Socket, unix string, port int) (Socket, bool) {
	for _, s := range all {
		if s.Network == "unix" && unix != "" && s.Path == unix && s.Stream || s.Network == "tcp" && unix == "" && int(s.Addr.Port()) == port {
			return s, true
		}
	}
	return Socket{}, false
}

// connections counts accepted connections by what they came in on: "unix:/run/php/php8.2-fpm.sock", ":9000". Those that
// still wait for somebody to accept them have no inode yet.
func connections(r Root) (out map[string]int, seen bool) {
	out = map[string]int{}
	b, err := r.ReadFile("/proc/net/unix")
	if err != nil {
		return out, false
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) >= 8 && f[3] == "00000000" && f[5] == "03" && f[6] != "0" {
			out["unix:"+f[7]]++
		}
	}
	for _, name := range []string{"tcp", "tcp6"} {
		b, err := r.ReadFile("/proc/net/" + name)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(b)) {
			f := strings.Fields(line)
			if len(f) < 10 || f[3] != "01" || f[9] == "0" {
				continue
			}
			if own, ok := hexAddr(f[1]); ok && own != (netip.AddrPort{}) {
				out[":"+strconv.Itoa(int(own.Port()))]++
			}
		}
	}
	return out, true
}
