package sysinfo

import (
	"path"
	"slices"
	"strings"
)

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
	for _, n := range f.instances() {
		seen[n] = true
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
