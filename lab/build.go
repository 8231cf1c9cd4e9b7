package lab

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// install runs inside the new tree. Services must not start there: policy-rc.d says no until settle removes it.
const install = `
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d
printf 'path-exclude=/usr/share/doc/*\npath-exclude=/usr/share/man/*\npath-exclude=/usr/share/locale/*\n' >/etc/dpkg/dpkg.cfg.d/lean
apt-get -q update
apt-get -q -y --no-install-recommends install `

// settle leaves a machine on which nothing runs that a fault did not ask for.
const settle = `
apt-get clean && rm -rf /var/lib/apt/lists/*
for unit in nginx php8.2-fpm uwsgi fail2ban nftables fcgiwrap.service fcgiwrap.socket phpsessionclean.timer \
	apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer logrotate.timer \
	systemd-timesyncd systemd-networkd-wait-online apache2 apache-htcacheclean haproxy varnish varnishncsa caddy rsyslog \
	mariadb postgresql redis-server memcached supervisor; do systemctl disable -q $unit 2>/dev/null || true; done
rm -f /etc/nginx/sites-enabled/default /etc/apache2/sites-enabled/000-default.conf /etc/fail2ban/jail.d/defaults-debian.conf
printf '127.0.0.1 localhost lab shop.test blog.test\n::1 localhost ip6-localhost\n' >/etc/hosts
echo lab >/etc/hostname && : >/etc/machine-id
mkdir -p /etc/systemd/system.conf.d /lab
printf '[Manager]\nDefaultTimeoutStartSec=20s\nDefaultTimeoutStopSec=5s\n' >/etc/systemd/system.conf.d/lab.conf
rm /usr/sbin/policy-rc.d
`

func build(ctx context.Context, dir string) error {
	from := mirrors()
	args := []string{"--variant=minbase", "--include=systemd,systemd-sysv,dbus,ca-certificates,curl,iproute2,procps", suite, dir}
	if uri := mirror(from, suite); uri != "" {
		args = append(args, uri)
	}
	if err := run(ctx, "debootstrap", args...); err != nil {
		return err
	}
	if err := lendApt(dir, from); err != nil {
		return err
	}
	script := "set -eu\nexport DEBIAN_FRONTEND=noninteractive" + install + strings.Join(packages, " ") + settle
	return run(ctx, "systemd-nspawn", "-q", "-D", dir, "--register=no", "--keep-unit", "--pipe", "sh", "-c", script)
}

// lendApt gives the tree this machine's way to its packages: sources, apt options (a proxy, say), DNS.
func lendApt(dir string, from []source) error {
	if list := sourcesList(from, suite); list != "" {
		if err := os.WriteFile(filepath.Join(dir, "etc/apt/sources.list"), []byte(list), 0o644); err != nil {
			return err
		}
	}
	options, _ := filepath.Glob("/etc/apt/apt.conf.d/99*")
	for _, file := range append(options, "/etc/resolv.conf") {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, file)
		os.Remove(to)
		if err := os.WriteFile(to, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// run shows nothing while all is well, and the end of what was said when it is not.
func run(ctx context.Context, name string, args ...string) error {
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		text := said.String()
		return fmt.Errorf("%s: %w\n%s", name, err, text[max(0, len(text)-2000):])
	}
	return nil
}
