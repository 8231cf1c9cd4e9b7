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
	"syscall"
)

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

// Base is where a tree lies that machines start from; it is built on first use, in one to three minutes.
func Base(ctx context.Context, name string) (string, error) {
	if why := Missing(); why != "" {
		return "", errors.New(why)
	}
	t, ok := trees[name]
	if !ok {
		return "", fmt.Errorf("no tree %q", name)
	}
	recipe := sha256.Sum256(fmt.Append(nil, t, install))
	dir := filepath.Join(cache(), fmt.Sprintf("%s-%x", name, recipe[:6]))
	if err := os.MkdirAll(cache(), 0o755); err != nil {
		return "", err
	}
	unlock, err := lock(filepath.Join(cache(), name+".lock"))
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
	for _, dir := range []string{"proc", "sys"} {
		_ = syscall.Unmount(filepath.Join(half, dir), syscall.MNT_DETACH) // of a debootstrap that did not get to its end
	}
	if err := os.RemoveAll(half); err != nil {
		return "", err
	}
	if err := t.build(ctx, half); err != nil {
		return "", fmt.Errorf("build the lab's %s: %w", name, err)
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
