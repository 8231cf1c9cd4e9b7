// Package lab boots real servers, breaks them, and asks fix502 what is wrong.
//
// A machine is a Debian tree (the base, built once) under an overlay, booted with systemd-nspawn on a
// loopback of its own and thrown away afterwards. A fault is one small file in faults/.
package lab

import (
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
	"apache2", "libapache2-mod-fcgid", "libapache2-mod-security2", "haproxy", "varnish", "caddy", "rsyslog",
	"mariadb-server", "postgresql", "php-pgsql", "redis-server", "memcached", "supervisor", "wordpress",
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
