package sysinfo

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo/apache"
)

// Apache is what the Apache checks need of a Gateway beyond what every gateway has.
type Apache struct {
	Config *apache.Config
	Binary string // path of the program
	Debian bool   // it has Debian's apache2ctl, a2enmod and folders
	Named  bool   // its command line names the main file: -f
}

// runningApaches are the httpd masters among the processes: a child's parent is one too.
func (f *Facts) runningApaches(ctx context.Context, procs []Proc) []*Gateway {
	names := map[int]string{}
	for _, p := range procs {
		if isApache(p) {
			names[p.PID] = p.Name
		}
	}
	var out []*Gateway
	for _, p := range procs {
		if names[p.PID] == "" || names[p.PPID] != "" {
			continue
		}
		if g := f.runningApache(ctx, p, procs); g != nil {
			out = append(out, g)
		}
	}
	return out
}

// isApache knows httpd by its own name and the names that distributions give it: httpd-prefork, apache2.
func isApache(p Proc) bool {
	if len(p.Args) == 0 || p.State == 'Z' {
		return false
	}
	base, _, _ := strings.Cut(path.Base(p.Args[0]), "-")
	base, _, _ = strings.Cut(base, ".")
	return base == "apache2" || base == "httpd"
}

func (f *Facts) runningApache(ctx context.Context, p Proc, procs []Proc) *Gateway {
	g := &Gateway{Kind: "apache", PID: p.PID, Root: f.Host.Root, Started: p.Start, Unit: f.UnitOf(p.PID), Creds: Creds{UID: -1, GID: -1}}
	f.ownRoot(ctx, g)
	if g.Hidden {
		return g
	}
	built, ok := apache.Find(apacheFiles{g.Root}, usualRoot(p.Args))
	started := built.Started(p.Args)
	if !ok && !path.IsAbs(started.ConfPath) {
		return nil // some other program of that name
	}
	a := &Apache{Binary: p.Args[0], Named: slices.Contains(p.Args, "-f")}
	if !path.IsAbs(a.Binary) {
		a.Binary = f.programOf(p.PID, g.Root)
	}
	for _, w := range procs {
		if w.PPID == p.PID && w.Name == p.Name && w.State != 'Z' {
			g.Workers = append(g.Workers, w.PID)
			if g.Creds.UID < 0 {
				g.Creds, _ = f.CredsOf(w.PID) // unreadable: the User directive tells
				g.Loaded = w.Start
			}
		}
	}
	started.Env = f.apacheEnv(g, started)
	f.readApache(ctx, g, a, started)
	f.apacheLoaded(g)
	return g
}

// usualRoot is where a program of that name mostly has its files; several may lie on one machine.
func usualRoot(args []string) string {
	if isApache(Proc{Args: args}) && strings.HasPrefix(path.Base(args[0]), "httpd") {
		return "/etc/httpd"
	}
	return "/etc/apache2"
}

// programOf is the file that a process runs.
func (f *Facts) programOf(pid int, r Root) string {
	if exe, err := f.Host.Root.Readlink(fmt.Sprintf("/proc/%d/exe", pid)); err == nil {
		return exe
	}
	return apacheBinary(r)
}

func apacheBinary(r Root) string {
	for _, b := range []string{"/usr/sbin/apache2", "/usr/sbin/httpd", "/usr/local/apache2/bin/httpd", "/usr/bin/httpd", "/opt/bitnami/apache2/bin/httpd"} {
		if r.Exists(b) {
			return b
		}
	}
	return "httpd"
}

// apacheEnv is the environment that ${VARIABLES} of the files stand for: the process's own where we may look, else
// what its start script reads.
func (f *Facts) apacheEnv(g *Gateway, b apache.Build) map[string]string {
	env := map[string]string{}
	for _, name := range []string{path.Join(b.Root, "envvars"), "/etc/apache2/envvars", "/usr/local/apache2/bin/envvars", "/etc/sysconfig/httpd", "/etc/sysconfig/apache2"} {
		if text, err := g.Root.ReadFile(name); err == nil {
			env = apache.ParseEnv(string(text), env)
		}
	}
	if !g.Running() {
		return env
	}
	own, err := f.Host.Root.ReadFile(fmt.Sprintf("/proc/%d/environ", g.PID))
	if err != nil {
		return env
	}
	for pair := range bytes.SplitSeq(own, []byte{0}) {
		if k, v, ok := strings.Cut(string(pair), "="); ok && k != "" {
			env[k] = v
		}
	}
	return env
}

// apacheUnits are the names of its unit.
var apacheUnits = [...]string{"apache2.service", "httpd.service", "httpd24-httpd.service"}

// installedApache is an httpd that does not run; nil when there is none. Of several units the one that is meant to run tells where its files are.
func (f *Facts) installedApache(ctx context.Context) *Gateway {
	u := f.apacheUnit(ctx)
	args := strings.Fields(u.Exec)
	built, ok := apache.Find(apacheFiles{f.Host.Root}, usualRoot(args))
	a := &Apache{Binary: apacheBinary(f.Host.Root)}
	if isApache(Proc{Args: args}) {
		a.Binary, a.Named, built = args[0], slices.Contains(args, "-f"), built.Started(args)
		ok = ok || path.IsAbs(built.ConfPath)
	}
	if !ok && u.Name != "" {
		if lost, here := apache.Lost(apacheFiles{f.Host.Root}); here && f.meantHere(ctx, u.Name, lost.ConfPath) {
			built, ok = lost, true
		}
	}
	if !ok {
		return nil
	}
	g := &Gateway{Kind: "apache", Root: f.Host.Root, Unit: u.Name, Creds: Creds{UID: -1, GID: -1}}
	built.Env = f.apacheEnv(g, built)
	f.readApache(ctx, g, a, built)
	return g
}

// apacheUnit is the unit by which Apache is started here: the first that is enabled, or failed, else the first there is.
func (f *Facts) apacheUnit(ctx context.Context) Unit {
	var found Unit
	for _, name := range apacheUnits {
		u, ok := f.Unit(ctx, name)
		switch meant := u.Enabled == "enabled" || u.Active == "failed" || u.Looping(); {
		case !ok || u.Load == "not-found":
		case meant:
			return u
		case found.Name == "":
			found = u
		}
	}
	return found
}
