package sysinfo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Unit is what systemd knows of one service: systemctl(1) show.
type Unit struct {
	Name       string
	Load       string // loaded, not-found, masked, bad-setting
	Active     string // active, reloading, inactive, failed, activating, deactivating
	Sub        string // running, dead, exited, auto-restart …
	Result     string // success, exit-code, signal, core-dump, oom-kill, start-limit-hit, timeout …
	Enabled    string // enabled, disabled, static, masked …; empty when unknown
	ExitCode   int    // of the main process; meaningful when CodeKind is "exited"
	CodeKind   string // "exited", "killed", "dumped", empty
	Restarts   int    // how often systemd restarted it by itself
	Restart    string // no, on-failure, always …
	MainPID    int
	Fragment   string // the unit file
	DropIns    []string
	Exec       string // the command line of ExecStart
	User       string
	Group      string
	StatusText string    // what the service says of itself: PHP-FPM its busy and idle workers
	Since      time.Time // when it entered this state
	Changed    bool      // files changed since systemd read them: NeedDaemonReload
	Props      map[string]string

	Manager string // who keeps it, where that is not systemd: a command with one %s for verb and name
	Keeper  string // the command that starts that manager, when it is down
	Told    bool   // its manager was asked for the states of what it keeps, and answered
	LogFile string // where a program of another manager writes; systemd's write to the journal
}

// Running says that the service's main process is there.
func (u Unit) Running() bool { return u.Active == "active" || u.Active == "reloading" }

// Looping says that systemd is restarting a unit over and over.
func (f *Facts) Looping(ctx context.Context, name string) bool {
	u, ok := f.Unit(ctx, name)
	return ok && name != "" && u.Looping()
}

// Looping says that systemd keeps restarting it.
func (u Unit) Looping() bool {
	return u.Sub == "auto-restart" || u.Active == "activating" && u.Restarts > 0
}

// unitProps are the properties asked for; order does not matter to systemd.
const unitProps = "Id,Names,LoadState,ActiveState,SubState,Result,UnitFileState,ExecMainStatus,ExecMainCode,NRestarts,Restart," +
	"MainPID,FragmentPath,DropInPaths,ExecStart,User,Group,StatusText,StateChangeTimestamp,NeedDaemonReload,PrivateTmp,PrivateNetwork," +
	"RuntimeDirectoryPreserve,RestrictAddressFamilies,ProtectSystem,ProtectHome,ReadWritePaths,InaccessiblePaths," +
	"IPAddressDeny,IPAddressAllow,MemoryMax,MemoryHigh,TasksMax,TasksCurrent,LimitNOFILE,OOMPolicy,ControlGroup,WorkingDirectory,Environment,UMask,ActiveEnterTimestamp,InactiveEnterTimestamp,Type,After,Wants," +
	"Requires,Requisite,BindsTo,ConditionResult,MemoryDenyWriteExecute,SystemCallFilter,RuntimeDirectory,StateDirectory,CacheDirectory,LogsDirectory"

// toolWait is how long systemctl and journalctl may take: they hang with the bus they ask.
const toolWait = 2 * time.Second

// Units are the services that matter to a web server, by name: gateways, PHP-FPM, databases, caches, and every
// service that an admin made. ErrNotHere where there is no systemd.
func (f *Facts) Units(ctx context.Context) (map[string]Unit, error) {
	return f.units.get(func() (map[string]Unit, error) {
		if f.Host.Files {
			return nil, ErrFilesOnly
		}
		if !f.Host.Root.Exists("/run/systemd/system") {
			return nil, fmt.Errorf("systemd: %w", ErrNotHere)
		}
		off, names := f.asleep(ctx, f.unitNames())
		units, err := f.showUnits(ctx, names)
		if err != nil {
			return nil, err
		}
		maps.Copy(units, off)
		for name, u := range units {
			if u.Load == "masked" {
				units[name] = f.underMask(u)
			}
			if u.SysV() && u.Enabled == "generated" && !f.atRunlevel(u) {
				u.Enabled = "disabled"
				units[name] = u
			}
			if u.Load == "masked" {
				units[name] = f.unmask(u)
			}
		}
		return units, nil
	})
}

func (f *Facts) showUnits(ctx context.Context, names []string) (map[string]Unit, error) {
	ctx, cancel := context.WithTimeout(ctx, toolWait)
	defer cancel()
	out, err := f.Host.Run(ctx, "systemctl", append([]string{"show", "--no-pager", "-p", unitProps, "--"}, names...)...)
	if err != nil {
		return nil, err
	}
	if len(out.Stdout) == 0 {
		return nil, fmt.Errorf("systemctl show: %s", firstLine(out.Stderr, "no answer"))
	}
	return parseUnits(string(out.Stdout)), nil
}

// Needs are the units without which systemd does not start this one, as far as they are more than systemd's own.
func (f *Facts) Needs(ctx context.Context, u Unit) []Unit {
	var names []string
	for name := range strings.FieldsSeq(u.Props["Requires"] + " " + u.Props["Requisite"] + " " + u.Props["BindsTo"]) {
		if kind := path.Ext(name); kind == ".service" || kind == ".socket" || kind == ".mount" && name != "-.mount" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	all, _ := Memo(f, "needs "+u.Name, func() (map[string]Unit, error) { return f.showUnits(ctx, names) }) // none is an answer
	var out []Unit
	for _, name := range names {
		if need, ok := all[name]; ok {
			out = append(out, need)
		}
	}
	return out
}

// Unit is one of Services.
func (f *Facts) Unit(ctx context.Context, name string) (Unit, bool) {
	services, err := f.Services(ctx)
	if err != nil {
		return Unit{}, false
	}
	u, ok := services[name]
	return u, ok
}

// wellKnown are the units that distributions ship; globs, as path.Match takes them.
var wellKnown = []string{"nginx", "php*fpm*", "*php*-fpm", "apache2", "httpd", "haproxy", "varnish", "caddy", "traefik", "lsws", "openlitespeed",
	"mysql", "mariadb", "mysqld", "postgresql*", "redis*", "valkey*", "memcached", "uwsgi*", "gunicorn*", "puma*", "tomcat*", "pm2*", "docker",
	"podman", "containerd", "supervisor*", "fail2ban", "cloudflared", "named", "systemd-resolved", "unbound", "dnsmasq", "fcgiwrap", "ufw", "firewalld",
	"nftables", "csf", "lfd", "emperor.uwsgi"}

func (f *Facts) unitNames() []string {
	seen := map[string]bool{"nginx.service": true}
	for _, dir := range []string{"/etc/systemd/system", "/run/systemd/system", "/run/systemd/transient", "/usr/local/lib/systemd/system"} {
		names, _ := f.Host.Root.ReadDir(dir) // none is common
		for _, n := range names {
			if strings.HasSuffix(n, ".service") && !strings.Contains(n, "@.") && !plumbing(n) {
				seen[n] = true
			}
		}
	}
	for _, dir := range []string{"/lib/systemd/system", "/usr/lib/systemd/system", "/run/systemd/generator.late", "/run/systemd/generator"} {
		names, _ := f.Host.Root.ReadDir(dir)
		for _, n := range names {
			if known(n) || strings.HasSuffix(dir, ".late") && strings.HasSuffix(n, ".service") || !seen[n] && f.atBoot(dir+"/"+n) {
				seen[n] = true
			}
		}
	}
	for _, dir := range []string{"/etc/systemd/system/multi-user.target", "/etc/systemd/system/default.target", "/etc/systemd/system/graphical.target",
		"/run/systemd/generator/postgresql.service"} { // copies of a template, each with a name of its own, are only here
		names, _ := f.Host.Root.ReadDir(dir + ".wants")
		for _, n := range names {
			if strings.HasSuffix(n, ".service") && !plumbing(n) {
				seen[n] = true
			}
		}
	}
	out := make([]string, 0, len(seen))
	for n := range seen {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// atBoot says that a unit of a package can be enabled: an app, maybe, whose command names a port.
func (f *Facts) atBoot(file string) bool {
	name := path.Base(file)
	if !strings.HasSuffix(name, ".service") || strings.HasSuffix(name, "@.service") || plumbing(name) {
		return false
	}
	b, err := f.Host.Root.ReadFile(file)
	return err == nil && strings.Contains(string(b), "\nWantedBy=multi-user.target")
}

// plumbing are services of systemd's own that may be linked into /etc.
func plumbing(n string) bool {
	return strings.HasPrefix(n, "systemd-") || strings.HasPrefix(n, "dbus-") || strings.HasPrefix(n, "getty") ||
		strings.HasPrefix(n, "console-") || strings.HasPrefix(n, "user@")
}

func known(n string) bool {
	base, ok := strings.CutSuffix(n, ".service")
	if !ok || strings.HasSuffix(base, "@") {
		return false
	}
	return slices.ContainsFunc(wellKnown, func(p string) bool { m, _ := path.Match(p, base); return m })
}

// parseUnits reads `systemctl show`: KEY=VALUE lines, an empty line between units.
func parseUnits(text string) map[string]Unit {
	out := map[string]Unit{}
	for block := range strings.SplitSeq(text, "\n\n") {
		p := map[string]string{}
		for line := range strings.Lines(block) {
			if k, v, ok := strings.Cut(strings.TrimRight(line, "\n"), "="); ok {
				if k == "ExecStart" && p[k] != "" {
					continue
				}
				p[k] = v
			}
		}
		if p["Id"] == "" {
			continue
		}
		u := unitFrom(p)
		out[u.Name] = u
		for alias := range strings.FieldsSeq(p["Names"]) {
			out[alias] = u
		}
	}
	return out
}

func unitFrom(p map[string]string) Unit {
	num := func(k string) int { n, _ := strconv.Atoi(p[k]); return n }
	return Unit{
		Name: p["Id"], Load: p["LoadState"], Active: p["ActiveState"], Sub: p["SubState"], Result: p["Result"],
		Enabled: p["UnitFileState"], ExitCode: num("ExecMainStatus"), CodeKind: codeKind(num("ExecMainCode")),
		Restarts: num("NRestarts"), Restart: p["Restart"], MainPID: num("MainPID"), Fragment: p["FragmentPath"],
		DropIns: strings.Fields(p["DropInPaths"]), Exec: execLine(p["ExecStart"]), User: p["User"], Group: p["Group"],
		StatusText: p["StatusText"], Since: stamp(p["StateChangeTimestamp"]), Changed: p["NeedDaemonReload"] == "yes", Props: p,
	}
}

// codeKind names the si_code of waitid(2): 1 exited, 2 killed, 3 dumped.
func codeKind(n int) string {
	return map[int]string{1: "exited", 2: "killed", 3: "dumped"}[n]
}

// execLine takes argv[]= out of "{ path=… ; argv[]=… ; ignore_errors=… }".
func execLine(s string) string {
	_, rest, ok := strings.Cut(s, "argv[]=")
	if !ok {
		return ""
	}
	line, _, _ := strings.Cut(rest, " ; ")
	return strings.TrimSpace(line)
}

// stamp reads "Sun 2026-11-22 12:22:51 UTC"; zone names other than the machine's own are read as UTC.
func stamp(s string) time.Time {
	f := strings.Fields(s)
	if len(f) < 3 {
		return time.Time{}
	}
	if len(f) >= 4 && f[3] == "UTC" {
		t, _ := time.ParseInLocation("2006-01-02 15:04:05", f[1]+" "+f[2], time.UTC)
		return t
	}
	t, _ := time.ParseInLocation("2006-01-02 15:04:05", f[1]+" "+f[2], time.Local)
	return t
}

func firstLine(b []byte, otherwise string) string {
	for line := range strings.Lines(string(b)) {
		if s := strings.TrimSpace(line); s != "" {
			return s
		}
	}
	return otherwise
}

// Seen reports whether an error says that something does not exist here, as opposed to could not be looked at.
func Seen(err error) bool { return errors.Is(err, ErrNotHere) }
