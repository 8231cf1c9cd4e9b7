package sysinfo

import (
	"context"
	"path"
	"slices"

	"fix502/sysinfo/haproxy"
)

// HAProxy is what the HAProxy checks need of a Gateway beyond what every gateway has.
type HAProxy struct {
	Config *haproxy.Config
	Binary string   // path of the program
	Names  []string // what -f names
	Args   []string // of the one that runs

	stats once[map[string]ServerState]
}

// running finds the masters of a program among the processes: those whose parent is none of it. Workers are its children.
func running(procs []Proc, is func(Proc) bool) (masters []Proc, workers map[int][]Proc) {
	mine := map[int]bool{}
	for _, p := range procs {
		mine[p.PID] = p.State != 'Z' && len(p.Args) > 0 && is(p)
	}
	workers = map[int][]Proc{}
	for _, p := range procs {
		switch {
		case !mine[p.PID]:
		case mine[p.PPID]:
			workers[p.PPID] = append(workers[p.PPID], p)
		default:
			masters = append(masters, p)
		}
	}
	return masters, workers
}

func called(name string) func(Proc) bool {
	return func(p Proc) bool { return path.Base(p.Args[0]) == name }
}

// runningGateway is what every running gateway begins with: its root, its workers and whose they are.
func (f *Facts) runningGateway(ctx context.Context, kind string, p Proc, workers []Proc) *Gateway {
	g := &Gateway{Kind: kind, PID: p.PID, Root: f.Host.Root, Started: p.Start, Loaded: p.Start, Unit: f.UnitOf(p.PID), Creds: Creds{UID: -1, GID: -1}}
	f.ownRoot(ctx, g)
	for _, w := range append(slices.Clone(workers), p) {
		if g.Workers = append(g.Workers, w.PID); g.Creds.UID < 0 {
			g.Creds, _ = f.CredsOf(w.PID) // unreadable: nothing is said of rights
		}
	}
	return g
}

// runningGateways are those of one kind, by their masters; read reads what one is told to do. It is not called for one whose files only root may see.
func (f *Facts) runningGateways(ctx context.Context, kind string, masters []Proc, workers map[int][]Proc, read func(*Gateway, Proc)) []*Gateway {
	var out []*Gateway
	for _, p := range masters {
		g := f.runningGateway(ctx, kind, p, workers[p.PID])
		if !g.Hidden {
			read(g, p)
		}
		out = append(out, g)
	}
	return out
}

// loadedWith moves Loaded to the newest worker's start: each reload brings new ones.
func (g *Gateway) loadedWith(workers []Proc) {
	for _, w := range workers {
		if w.Start.After(g.Loaded) {
			g.Loaded = w.Start
		}
	}
}

func (f *Facts) runningHAProxies(ctx context.Context, procs []Proc) []*Gateway {
	masters, workers := running(procs, called("haproxy"))
	masters = slices.DeleteFunc(masters, func(p Proc) bool { return slices.Contains(p.Args, "-c") }) // it only tests its files, before a start
	return f.runningGateways(ctx, "haproxy", masters, workers, func(g *Gateway, p Proc) {
		g.loadedWith(workers[p.PID])
		h := &HAProxy{Binary: p.Args[0], Args: p.Args}
		for i := 1; i+1 < len(p.Args); i++ {
			if p.Args[i] == "-f" {
				h.Names = append(h.Names, p.Args[i+1])
			}
		}
		f.readHAProxy(g, h, f.environ(ctx, g, "/etc/default/haproxy").set)
	})
}

// installedHAProxy is one that does not run; nil when there is none.
func (f *Facts) installedHAProxy(ctx context.Context) *Gateway {
	const file = "/etc/haproxy/haproxy.cfg"
	if !f.meantHere(ctx, "haproxy.service", file) {
		return nil
	}
	g := &Gateway{Kind: "haproxy", Root: f.Host.Root, Creds: Creds{UID: -1, GID: -1}}
	env := f.environ(ctx, g, "/etc/default/haproxy")
	h := &HAProxy{Binary: "/usr/sbin/haproxy", Names: []string{file}}
	if u, ok := f.Unit(ctx, "haproxy.service"); ok {
		h.Names = startsWith(g.Root, env.fill(u.Exec), file)
	}
	f.readHAProxy(g, h, env.set)
	return g
}

// startsWith are the files that the words of a unit's command name with -f ($EXTRAOPTS is Debian's place for one file or folder more);
// the usual one where the command names none, or one that is not there.
func startsWith(r Root, words []string, usual string) []string {
	var names []string
	for i := 0; i+1 < len(words); i++ {
		if words[i] != "-f" {
			continue
		}
		if !r.Exists(words[i+1]) {
			return []string{usual}
		}
		names = append(names, words[i+1])
	}
	if len(names) == 0 {
		return []string{usual}
	}
	return names
}
