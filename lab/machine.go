package lab

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A Machine is one booted server. It has a loopback of its own and no other network.
type Machine struct {
	Name   string
	dir    string // its place under /run: lock, root, upper layer
	nspawn *exec.Cmd
	leader int // its init, as this machine numbers it
	groups []string
	unlock func()
	tree   tree
}

const (
	runDir   = "/run/fix502-lab"
	sweeping = runDir + "/sweeping"
)

// Boot starts a fresh machine from a tree and waits until it has settled.
func Boot(ctx context.Context, name, tree string) (*Machine, error) {
	base, err := Base(ctx, tree)
	if err != nil {
		return nil, err
	}
	m := &Machine{Name: fmt.Sprintf("%s-%d", strings.ReplaceAll(name, "/", "-"), os.Getpid()), tree: trees[tree]}
	m.dir = filepath.Join(runDir, m.Name)
	if err := m.claim(); err != nil {
		return nil, err
	}
	if err := m.boot(ctx, base); err != nil {
		m.Stop()
		return nil, fmt.Errorf("boot %s: %w", name, err)
	}
	return m, nil
}

// claim makes the machine's directory and locks it, while nobody sweeps.
func (m *Machine) claim() error {
	if err := os.MkdirAll(runDir, 0o755); err != nil {
		return err
	}
	letSweep, err := lock(sweeping)
	if err != nil {
		return err
	}
	defer letSweep()
	if err := os.MkdirAll(m.dir, 0o755); err != nil {
		return err
	}
	m.unlock, err = lock(filepath.Join(m.dir, "lock"))
	return err
}

func (m *Machine) boot(ctx context.Context, base string) error {
	if err := m.overlay(base); err != nil {
		return err
	}
	if err := m.prepare(); err != nil {
		return err
	}
	return m.start(ctx)
}

// Reboot pulls the plug and starts the machine again, with the disk it had.
func (m *Machine) Reboot(ctx context.Context) error {
	m.off()
	return m.start(ctx)
}

func (m *Machine) start(ctx context.Context) error {
	m.leader = 0
	m.joinGroups()
	console, err := os.Create(filepath.Join(m.dir, "console"))
	if err != nil {
		return err
	}
	defer console.Close()
	// The shell moves itself into the machine's cgroups and becomes nspawn, so that systemd inside finds
	// them to itself: two machines in one cgroup would count each other's processes as their own.
	join := `for group; do echo $$ >"$group/cgroup.procs"; done; exec "$NSPAWN" -q -D "$ROOT" --machine="$NAME" --boot \
--register=no --keep-unit --private-network --link-journal=no --console=pipe`
	m.nspawn = exec.Command("/bin/sh", append([]string{"-c", join, "sh"}, m.groups...)...)
	path, err := exec.LookPath("systemd-nspawn")
	if err != nil {
		return err
	}
	m.nspawn.Env = append(os.Environ(), "NSPAWN="+path, "ROOT="+m.root(), "NAME="+hostName(m.Name))
	m.nspawn.Stdout, m.nspawn.Stderr = console, console
	m.nspawn.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := m.nspawn.Start(); err != nil {
		return err
	}
	if err := m.settled(ctx); err != nil {
		said, _ := os.ReadFile(console.Name())
		return fmt.Errorf("%w\n%s", err, said[max(0, len(said)-1500):])
	}
	return nil
}

// hostName is a name that Linux takes: at most 63 letters.
func hostName(name string) string {
	return name[max(0, len(name)-60):]
}

func (m *Machine) root() string { return filepath.Join(m.dir, "root") }

// overlay lays an empty layer in memory over the base: writing there is fast, and forgotten at the end.
func (m *Machine) overlay(base string) error {
	layer := filepath.Join(m.dir, "layer")
	for _, dir := range []string{layer, m.root()} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	if err := syscall.Mount("tmpfs", layer, "tmpfs", 0, "size=1g,mode=755"); err != nil {
		return fmt.Errorf("mount the upper layer: %w", err)
	}
	upper, work := filepath.Join(layer, "upper"), filepath.Join(layer, "work")
	for _, dir := range []string{upper, work} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
	}
	options := "lowerdir=" + base + ",upperdir=" + upper + ",workdir=" + work
	if err := syscall.Mount("overlay", m.root(), "overlay", 0, options); err != nil {
		return fmt.Errorf("mount the overlay: %w", err)
	}
	return nil
}

// settled waits for "running" or "degraded".
func (m *Machine) settled(ctx context.Context) error {
	ctx, stop := context.WithTimeout(ctx, 40*time.Second)
	defer stop()
	state := "not started"
	for {
		// Asked again each time: nspawn's first child is only a step on the way to init.
		if m.leader = child(m.nspawn.Process.Pid); m.leader != 0 {
			out, _ := m.Command(ctx, strings.Fields(m.tree.Up)...).Output()
			state = strings.TrimSpace(string(out))
			if state == "running" || state == "degraded" {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("init inside is %q: %w", state, ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// child is the first child of a process, or 0.
func child(pid int) int {
	list, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	first, _, _ := strings.Cut(string(list), " ")
	n, _ := strconv.Atoi(first)
	return n
}

// Stop ends the machine and leaves nothing behind.
func (m *Machine) Stop() {
	m.off()
	m.clear()
	m.unlock()
}

func (m *Machine) off() {
	if m.leader != 0 {
		syscall.Kill(m.leader, syscall.SIGKILL) // the end of init is the end of all, except of nspawn outside
		m.leader = 0
	}
	for _, group := range m.groups {
		removeGroup(group)
	}
	if m.nspawn != nil && m.nspawn.Process != nil {
		m.nspawn.Wait()
		m.nspawn = nil
	}
}
