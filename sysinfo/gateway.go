package sysinfo

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo/late"
	"fix502/sysinfo/nginx"
)

// Nginx is what the nginx checks need of a Gateway beyond what every gateway has.
type Nginx struct {
	Config *nginx.Config
	Build  nginx.Build
	Binary string // path of the program
	Prefix string // of -p, with which the running one was started; empty without it
}

// Title is the name that people know a gateway by.
func (g *Gateway) Title() string { return Title(g.Kind) }

// Title is the name that people know a kind of gateway by; what is no gateway keeps its own.
func Title(kind string) string {
	switch kind {
	case "apache":
		return "Apache"
	case "haproxy":
		return "HAProxy"
	case "varnish":
		return "Varnish"
	case "caddy":
		return "Caddy"
	case "traefik":
		return "Traefik"
	case "litespeed":
		return "LiteSpeed"
	}
	return kind
}

// Gateways are the web servers and proxies here, running ones first.
func (f *Facts) Gateways(ctx context.Context) ([]*Gateway, error) {
	return f.gateways.get(func() ([]*Gateway, error) {
		procs, err := f.Procs(ctx)
		if err != nil && !f.Host.Files {
			return nil, err
		}
		var out []*Gateway
		for _, p := range procs {
			if strings.HasPrefix(p.Cmd, "nginx: master process") {
				out = append(out, f.runningNginx(ctx, p, procs))
			}
		}
		out = append(out, f.runningApaches(ctx, procs)...)
		out = append(out, f.runningHAProxies(ctx, procs)...)
		out = append(out, f.runningVarnishes(ctx, procs)...)
		out = append(out, f.runningCaddies(ctx, procs)...)
		out = append(out, f.runningTraefiks(ctx, procs)...)
		out = append(out, f.runningLiteSpeeds(ctx, procs)...)
		out = slices.DeleteFunc(out, func(g *Gateway) bool { return f.Looping(ctx, g.Unit) }) // its process is an attempt that is about to fail
		out = append(out, f.down(ctx, out)...)
		f.callLike(out)
		f.callTarget(ctx, out)
		for _, g := range out {
			f.resolveHops(ctx, g)
		}
		return out, nil
	})
}

// runningNginx reads the nginx whose master is p: its own -c and -p, in its own root.
func (f *Facts) runningNginx(ctx context.Context, p Proc, procs []Proc) *Gateway {
	g := &Gateway{Kind: "nginx", PID: p.PID, Root: f.Host.Root, Started: p.Start, Unit: f.UnitOf(p.PID), Creds: Creds{UID: -1, GID: -1}}
	f.ownRoot(ctx, g)
	if f.nginxWorkers(g, p, procs); g.Hidden {
		return g
	}
	title := strings.Fields(strings.TrimPrefix(p.Cmd, "nginx: master process"))
	n := &Nginx{Binary: "/usr/sbin/nginx"}
	if len(title) > 0 && strings.HasPrefix(title[0], "/") {
		n.Binary = title[0]
	}
	n.Build = f.nginxBuild(ctx, g, n.Binary)
	for i := 0; i+1 < len(title); i++ {
		switch title[i] {
		case "-c":
			n.Build.ConfPath = title[i+1]
		case "-p":
			n.Build.Prefix, n.Prefix = title[i+1], title[i+1]
		}
	}
	if !path.IsAbs(n.Build.ConfPath) {
		n.Build.ConfPath = path.Join(n.Build.Prefix, n.Build.ConfPath)
	}
	f.readNginx(ctx, g, n)
	return g
}

// nginxWorkers notes the workers that take requests, when the oldest of them started and with which ids.
func (f *Facts) nginxWorkers(g *Gateway, master Proc, procs []Proc) {
	for _, w := range procs {
		if w.PPID != master.PID || !strings.HasPrefix(w.Cmd, "nginx: worker process") || strings.Contains(w.Cmd, "shutting down") {
			continue
		}
		if len(g.Workers) == 0 {
			g.Loaded = w.Start
			if c, err := f.CredsOf(w.PID); err == nil {
				g.Creds = c
			}
		}
		g.Workers = append(g.Workers, w.PID)
	}
}

// ownRoot looks at a process's own root and network, where they are not ours. A private /tmp is a root of its
// own too, but not a container: its paths are the machine's.
func (f *Facts) ownRoot(ctx context.Context, g *Gateway) {
	f.ownPlace(g)
	f.contained(ctx, g)
}

func (f *Facts) ownPlace(g *Gateway) {
	pid := fmt.Sprint(g.PID)
	if f.Host.Root.real() {
		root := OpenRoot("/proc/" + pid + "/root")
		here, err := f.Host.Root.Stat("/")
		there, err2 := root.Stat("/.")
		if err == nil && err2 == nil {
			g.Foreign = here.Dev != there.Dev || here.Ino != there.Ino
		}
		own, _ := f.Host.Root.Readlink("/proc/self/ns/mnt") // empty when nobody may look: then they are the same
		theirs, _ := f.Host.Root.Readlink("/proc/" + pid + "/ns/mnt")
		if err2 == nil && (g.Foreign || own != theirs && theirs != "") {
			g.Root = root
		}
	} else if at := "/proc/" + pid + "/root"; isFolder(f.Host.Root, at) { // a recorded machine's container
		g.Root, g.Foreign = Root{tree: under{f.Host.Root.tree, at}}, true
	}
	if !g.Foreign && f.rootedElsewhere(g.PID) { // only root sees into it
		g.Root, g.Foreign, g.Hidden = Root{tree: shut{}}, true, true
	}
	mine, theirs := f.NetOf(f.self()), f.NetOf(g.PID)
	if mine != "" && theirs != "" && mine != theirs {
		g.Net = g.PID
	}
}

// self is a process of our own network: ourselves.
func (f *Facts) self() int {
	s, err := f.Host.Root.Readlink("/proc/self")
	if err != nil {
		return 0
	}
	var pid int
	_, _ = fmt.Sscan(s, &pid) // a recorded machine has no self, and no other networks
	return pid
}

// installedNginx is an nginx that does not run; nil when there is none.
func (f *Facts) installedNginx(ctx context.Context, running []*Gateway) *Gateway {
	g := &Gateway{Kind: "nginx", Root: f.Host.Root, Creds: Creds{UID: -1, GID: -1}}
	n := &Nginx{Binary: "/usr/sbin/nginx"}
	n.Build = f.nginxBuild(ctx, g, n.Binary)
	reads := func(g *Gateway) bool { return g.Kind == "nginx" && !g.Foreign && g.Config == n.Build.ConfPath }
	if !f.meantHere(ctx, "nginx.service", n.Build.ConfPath) || slices.ContainsFunc(running, reads) { // thousands of files are not read twice
		return nil
	}
	if u, ok := f.Unit(ctx, "nginx.service"); ok && u.Load != "not-found" {
		g.Unit = u.Name
	}
	f.readNginx(ctx, g, n)
	return g
}

// meantHere says that a gateway is to serve here: its configuration is there, or its unit is to start with the machine or has failed, and then it may be
// for want of that file. A unit that names another file does not miss this one.
func (f *Facts) meantHere(ctx context.Context, unit, config string) bool {
	if f.Host.Root.Exists(config) {
		return true
	}
	u, ok := f.Unit(ctx, unit)
	named := func() bool {
		return !namesConfig.MatchString(u.Exec) || strings.Contains(u.Exec, config)
	}
	return ok && u.Load != "not-found" && u.Load != "masked" && named() && (u.Enabled == "enabled" || u.Active == "failed" || u.Looping())
}

// namesConfig is how a command line names a gateway's configuration: -c of nginx, -f of httpd, haproxy and varnishd, --config of Caddy; not by a variable.
var namesConfig = late.New(`\s(-c|-f|--config)[= ]/`)

// nginxBuild asks the program for the paths that were compiled in: `nginx -V` opens no configuration.
func (f *Facts) nginxBuild(ctx context.Context, g *Gateway, binary string) nginx.Build {
	b := nginx.Build{ConfPath: "/etc/nginx/nginx.conf", Prefix: "/usr/share/nginx"}
	for _, p := range []string{"/etc/nginx/nginx.conf", "/usr/local/openresty/nginx/conf/nginx.conf", "/usr/local/nginx/conf/nginx.conf", "/opt/nginx/conf/nginx.conf"} {
		if g.Root.Exists(p) {
			b.ConfPath = p
			break
		}
	}
	if g.Foreign || f.Host.Files {
		return b
	}
	out, err := f.Host.Run(ctx, binary, "-V")
	if err != nil || out.Exit != 0 {
		return b
	}
	built := nginx.ParseVersion(append(out.Stderr, out.Stdout...))
	if built.ConfPath == "" {
		built.ConfPath = b.ConfPath
	}
	return built
}
