package sysinfo

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo/late"
)

// fileChanges are configuration files that were written within the window.
func (f *Facts) fileChanges(ctx context.Context) []Change {
	var list []Change
	add := func(r Root, dirs map[string]string, name string, web bool) {
		if len(list) >= 2000 {
			return
		}
		if info, err := r.follow(dirs, name); err == nil {
			name = info.Path
			list = append(list, Change{At: info.ModTime, Kind: Edit, What: path.Join(path.Base(path.Dir(name)), path.Base(name)) + " was written", Source: name, Web: web})
		}
	}
	gateways, _ := f.Gateways(ctx) // none has no files
	since := f.Host.Now().Add(-f.Since)
	for _, g := range gateways {
		if !g.Edited.IsZero() && g.Edited.Before(since) {
			continue // the newest of its files is older than that: nothing to ask about thousands of them
		}
		dirs := map[string]string{}
		for _, name := range g.files() {
			add(g.Root, dirs, name, true)
		}
	}
	dirs := map[string]string{}
	pools, _ := f.FPM(ctx)
	for _, p := range pools {
		for _, name := range p.Config.Files {
			add(f.Host.Root, dirs, name, true)
		}
	}
	for _, name := range f.appFiles(ctx) {
		add(f.Host.Root, dirs, name, true)
	}
	for _, name := range []string{"/etc/hosts", "/etc/resolv.conf", "/etc/nftables.conf", "/etc/sysctl.conf"} {
		add(f.Host.Root, dirs, name, false) // on the way of few failures: a cause that names it says so
	}
	list = slices.DeleteFunc(list, func(c Change) bool { return c.At.Before(since) })
	var others []Change
	list = slices.DeleteFunc(list, func(c Change) bool {
		if !c.Web {
			others = append(others, c)
		}
		return !c.Web
	})
	return append(bundled(list), bundled(others)...) // what no web server reads does not speak for what one does
}

// appFiles are those by which the apps of the asked page's site are told how to run: their units with all drop-ins, their environment, the settings that
// their commands name.
func (f *Facts) appFiles(ctx context.Context) []string {
	s := f.Target(ctx)
	if s == nil {
		return nil
	}
	var out []string
	for _, h := range s.Hops[:min(len(s.Hops), 20)] {
		u := f.AppFor(ctx, h).Unit
		if o := f.Reach(ctx, h).Owner; o != nil {
			if own, ok := f.Unit(ctx, f.UnitOf(o.PID)); ok {
				u = own
			}
		}
		if u.Name == "" || u.Manager != "" || !u.AdminMade() {
			continue
		}
		out = append(append(append(out, u.Fragment), u.DropIns...), f.SettingsOf(u)...)
		for _, l := range f.UnitLines(u) {
			if l.Key == "EnvironmentFile" {
				out = append(out, strings.TrimPrefix(l.Value, "-"))
			}
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(name string) bool { return !path.IsAbs(name) || strings.HasPrefix(name, "/usr/") })
}

// files are those of a gateway's configuration.
func (g *Gateway) files() []string {
	switch x := g.Extra.(type) {
	case *Nginx:
		return x.Config.Files
	case *Apache:
		return x.Config.Files
	case *HAProxy:
		return x.Config.Files
	case *Caddy:
		return x.Config.Files
	case *Traefik:
		return x.Config.Files
	}
	return nil
}

func (f *Facts) pluginChanges(ctx context.Context) []Change {
	var out []Change
	for _, w := range f.WordPresses(ctx) {
		out = append(out, Change{At: w.Core, Kind: Plugin, What: "WordPress " + w.Version + " was put in", Source: w.Dir + "/wp-includes/version.php"})
		for _, e := range w.Extras {
			out = append(out, Change{At: e.Changed, Kind: Plugin, What: strings.TrimSpace(e.Kind+" "+e.Name+" "+e.Version) + " was put in", Source: e.Dir})
		}
	}
	return bundled(out)
}

// killed finds the program in a line of the kernel's: "Out of memory: Killed process 812 (php-fpm8.2) …",
// "php-fpm8.2[812]: segfault at …".
var killed = late.New(`Killed process \d+ \(([^)]+)\)|([\w.:/-]+)\[\d+\]: segfault`)

func (f *Facts) kernelChanges(ctx context.Context) []Change {
	var out []Change
	lines, _ := f.Kernel(ctx) // unreadable without root: the checks say so
	for _, l := range lines {
		switch m := killed.FindStringSubmatch(l.Text); {
		case m == nil:
		case m[1] != "":
			out = append(out, Change{At: l.Time, Kind: Killed, What: m[1] + " was killed by the kernel for want of memory", Source: "journalctl -k"})
		default:
			out = append(out, Change{At: l.Time, Kind: Killed, What: m[2] + " crashed (segfault)", Source: "journalctl -k"})
		}
	}
	return bundled(out)
}

// unitChanges are the starts, stops and failures of services, and the boot that started most of them.
func (f *Facts) unitChanges(ctx context.Context) []Change {
	boot, err := f.Boot()
	var out []Change
	if err == nil {
		out = append(out, Change{At: boot, Kind: Reboot, What: "the machine started", Source: "/proc/1"})
	}
	services, _ := f.Services(ctx)
	for name, u := range services {
		if name != u.Name || u.Props["Type"] == "oneshot" {
			continue
		}
		c := Change{Kind: Service, At: u.Since, Source: u.Status()}
		switch {
		case u.Active == "failed":
			c.What = fmt.Sprintf("%s failed: %s", u.Word(), u.Ended())
		case u.Looping():
			c.What = u.Word() + " was started again after it died"
		case u.Running():
			c.What = u.Word() + " was started"
		case u.Active == "inactive" && !u.Since.IsZero():
			c.What = u.Word() + " was stopped"
		}
		booted := u.Running() && c.At.Sub(boot).Abs() <= time.Minute // the boot is told once, not for each service
		if c.What != "" && !booted {
			out = append(out, c)
		}
	}
	return out
}
