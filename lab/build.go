package lab

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// install runs inside the new tree. Services must not start there: policy-rc.d says no until settle removes it.
const install = `
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d
printf 'path-exclude=/usr/share/doc/*\npath-exclude=/usr/share/man/*\npath-exclude=/usr/share/locale/*\n' >/etc/dpkg/dpkg.cfg.d/lean
apt-get -q update
apt-get -q -y --no-install-recommends install `

// build makes a tree: Debian's own first, then the packages, then what settles it.
func (t tree) build(ctx context.Context, dir string) error {
	from := mirrors()
	args := []string{"--variant=minbase", "--include=" + t.Init + ",ca-certificates,curl,iproute2,procps", t.Suite, dir}
	if uri := mirror(from, t.Suite); uri != "" {
		args = append(args, uri)
	}
	if err := run(ctx, "debootstrap", args...); err != nil {
		return err
	}
	if err := lendApt(dir, from, t.Suite); err != nil {
		return err
	}
	script := "set -eu\nexport DEBIAN_FRONTEND=noninteractive" + install + t.Packages + settle + t.Settle
	return run(ctx, "systemd-nspawn", "-q", "-D", dir, "--register=no", "--keep-unit", "--pipe", "sh", "-c", script)
}

// lendApt gives the tree this machine's way to its packages: sources, apt options (a proxy, say), DNS.
func lendApt(dir string, from []source, suite string) error {
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
