// Package lab boots real servers, breaks them, and asks fix502 what is wrong.
//
// A machine is a Debian tree (the base, built once) under an overlay, booted with systemd-nspawn on a
// loopback of its own and thrown away afterwards. A fault is one small file in faults/.
package lab

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

const suite = "bookworm"

// packages is what the faults need. A changed list makes a new base.
var packages = []string{
	"nginx", "php-fpm", "php-mysql", "gunicorn", "uwsgi", "uwsgi-plugin-python3", "nodejs", "fcgiwrap",
	"nftables", "iptables", "fail2ban", "python3-systemd", "openssl", "acl", "jq", "curl", "iproute2",
	"procps", "psmisc", "python3", "logrotate", "socat", "tmux",
}

// Missing says what this machine lacks to run the lab; empty when nothing is.
func Missing() string {
	if os.Geteuid() != 0 {
		return "the lab boots machines, which needs root"
	}
	for _, tool := range []string{"debootstrap", "systemd-nspawn", "nsenter", "mount"} {
		if _, err := exec.LookPath(tool); err != nil {
			return tool + " is not installed (apt-get install debootstrap systemd-container)"
		}
	}
	return ""
}

func cache() string {
	if dir := os.Getenv("FIX502_LAB_CACHE"); dir != "" {
		return dir
	}
	return "/var/cache/fix502-lab"
}

// Base is the tree that every machine starts from, built on first use: some two minutes.
func Base(ctx context.Context) (string, error) {
	if why := Missing(); why != "" {
		return "", errors.New(why)
	}
	recipe := sha256.Sum256([]byte(suite + strings.Join(packages, " ") + install + settle))
	dir := filepath.Join(cache(), fmt.Sprintf("base-%x", recipe[:6]))
	if err := os.MkdirAll(cache(), 0o755); err != nil {
		return "", err
	}
	unlock, err := lock(filepath.Join(cache(), "lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	switch _, err := os.Stat(dir); {
	case err == nil:
		return dir, nil
	case !errors.Is(err, fs.ErrNotExist):
		return "", err
	}
	half := dir + ".half"
	if err := os.RemoveAll(half); err != nil {
		return "", err
	}
	if err := build(ctx, half); err != nil {
		return "", fmt.Errorf("build the lab's base: %w", err)
	}
	return dir, os.Rename(half, dir)
}

// lock waits for a file that one process at a time may hold; it lets go when the process ends, however it ends.
func lock(file string) (unlock func(), err error) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", file, err)
	}
	return func() { f.Close() }, nil
}

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
	systemd-timesyncd systemd-networkd-wait-online; do systemctl disable -q $unit 2>/dev/null || true; done
rm -f /etc/nginx/sites-enabled/default /etc/fail2ban/jail.d/defaults-debian.conf
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
