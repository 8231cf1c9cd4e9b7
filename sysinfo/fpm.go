package sysinfo

import (
	"context"
	"slices"
	"strings"

	"fix502/sysinfo/phpfpm"
)

// FPM is one PHP-FPM: a version that is installed, or a master that runs.
type FPM struct {
	phpfpm.Version
	Config  *phpfpm.Config
	Unit    Unit
	HasUnit bool
	Master  *Proc             // nil when it does not run, as far as we can see
	Workers map[string][]Proc // by pool
	Binary  string
	Manager string // how it is managed without systemd: "rc-service php-fpm82 %s"

	ini once[*phpfpm.Ini]
}

// Running says that there is a master process.
func (p *FPM) Running() bool { return p.Master != nil }

// Name is what people call it: its unit, else "PHP-FPM 8.2".
func (p *FPM) Name() string {
	if p.Version.Unit != "" {
		return strings.TrimSuffix(p.Version.Unit, ".service")
	}
	return strings.TrimSpace("PHP-FPM " + p.Number)
}

// FPM lists every PHP-FPM of this machine.
func (f *Facts) FPM(ctx context.Context) ([]*FPM, error) {
	return f.fpm.get(func() ([]*FPM, error) {
		procs, err := f.Procs(ctx)
		if err != nil && !f.Host.Files {
			return nil, err
		}
		masters := map[string]Proc{}
		for _, p := range procs {
			if rest, ok := strings.CutPrefix(p.Cmd, "php-fpm: master process ("); ok {
				masters[strings.TrimSuffix(rest, ")")] = p
			}
		}
		var out []*FPM
		for _, v := range phpfpm.Installed(f.Host.Root) {
			p := &FPM{Version: v, Config: phpfpm.Read(f.Host.Root, v.Conf), Workers: map[string][]Proc{}}
			p.Binary = f.fpmBinary(v)
			p.Manager = f.Manager(v.Unit)
			p.Unit, p.HasUnit = f.Unit(ctx, v.Unit)
			p.HasUnit = p.HasUnit && p.Unit.Load != "not-found"
			f.ownUnit(ctx, p)
			if u, ok := f.supervised(ctx, p.Binary); ok && !p.Unit.Running() && p.Unit.Enabled != "enabled" {
				p.HasUnit, p.Manager = false, strings.Replace(u.Command("VERB"), "VERB", "%s", 1)
			}
			if m, ok := masters[v.Conf]; ok {
				p.Master = &m
				delete(masters, v.Conf)
				p.workers(procs)
			}
			out = append(out, p)
		}
		for main, m := range masters { // started by hand, or from a place we do not know
			p := &FPM{Version: phpfpm.Version{Conf: main}, Config: phpfpm.Read(f.RootOf(m.PID), main), Master: &m, Workers: map[string][]Proc{}}
			if u := f.UnitOf(m.PID); u != "" {
				p.Version.Unit = u
				p.Unit, p.HasUnit = f.Unit(ctx, u)
			}
			p.workers(procs)
			out = append(out, p)
		}
		return withoutRemoved(append(out, f.ownFPM(ctx, out)...)), nil
	})
}

// withoutRemoved leaves out what a removed PHP left behind: its settings, and no program and no unit that could start it, where another
// version's program is there.
func withoutRemoved(all []*FPM) []*FPM {
	if !slices.ContainsFunc(all, func(p *FPM) bool { return p.Binary != "" && p.Running() }) {
		return all
	}
	return slices.DeleteFunc(all, func(p *FPM) bool { return p.Binary == "" && !p.HasUnit && !p.Running() })
}

// RootOf is the root that a process sees.
func (f *Facts) RootOf(pid int) Root {
	g := &Gateway{PID: pid, Root: f.Host.Root}
	f.ownPlace(g)
	return g.Root
}

func (f *Facts) fpmBinary(v phpfpm.Version) string {
	for _, b := range v.Binaries {
		if f.Host.Root.Exists(b) {
			return b
		}
	}
	return ""
}

func (p *FPM) workers(procs []Proc) {
	for _, w := range procs {
		if pool, ok := strings.CutPrefix(w.Cmd, "php-fpm: pool "); ok && w.PPID == p.Master.PID {
			p.Workers[pool] = append(p.Workers[pool], w)
		}
	}
}
