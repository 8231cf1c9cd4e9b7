package sysinfo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/shirou/gopsutil/v3/cpu"
	"github.com/shirou/gopsutil/v3/load"
	"github.com/shirou/gopsutil/v3/mem"
	"golang.org/x/sys/unix"
)

// maxOutput bounds what one command may say.
const maxOutput = 8 << 20

// Live is the machine we run on.
func Live() *Host {
	name, _ := os.Hostname() // a machine without a name still has a site
	h := &Host{
		Root: OpenRoot("/"), Meters: liveMeters{}, Run: run, Resolve: resolve, Sockets: liveSockets, Clients: liveClients, Route: liveRoute,
		Env: os.Getenv, Now: time.Now, Name: name, UID: os.Geteuid(),
	}
	h.Dial = dialFrom
	h.asked = &questions{}
	h.Ask = h.asked.remembered(asker{dialFrom, time.Now}.ask)
	return h
}

// Mounted is a machine of which only the files are here: --root.
func Mounted(dir string) *Host {
	h := Live()
	h.Root, h.Files, h.Name = OpenRoot(dir), true, dir
	h.Meters = noMeters{}
	h.Run = func(context.Context, string, ...string) (Output, error) { return Output{}, ErrFilesOnly }
	h.Dial = func(context.Context, int, string, string) (net.Conn, error) { return nil, ErrFilesOnly }
	h.Resolve = func(context.Context, string) ([]netip.Addr, error) { return nil, ErrFilesOnly }
	h.Sockets = func(context.Context, int) ([]Socket, error) { return nil, ErrFilesOnly }
	h.Route = func(context.Context, netip.Addr) (Route, error) { return Route{}, ErrFilesOnly }
	h.Ask = func(context.Context, Question) (Answer, error) { return Answer{}, ErrFilesOnly }
	return h
}

// run starts a program from a fixed search path, without a shell, in the C locale, with its input closed and no terminal:
// one that wants a password can ask nobody, not even past its input (/dev/tty).
func run(ctx context.Context, name string, args ...string) (Output, error) {
	bin, err := find(name)
	if err != nil {
		return Output{}, err
	}
	var stdout, stderr capped
	cmd := exec.CommandContext(ctx, bin, args...)
	cmd.Env = []string{"PATH=" + strings.Join(searchPath(), ":"), "LC_ALL=C", "HOME=/root", "TERM=dumb", "SYSTEMD_COLORS=0"}
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 200 * time.Millisecond
	err = cmd.Run()
	out := Output{Stdout: stdout.Bytes(), Stderr: stderr.Bytes()}
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return out, fmt.Errorf("%s did not answer in time: %w", name, ctx.Err())
	case errors.As(err, &exit):
		out.Exit = exit.ExitCode()
		if ws, ok := exit.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
			out.Signal = ws.Signal().String()
		}
		return out, nil
	}
	return out, err
}

func searchPath() []string {
	return []string{"/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/bin"}
}

func find(name string) (string, error) {
	if strings.HasPrefix(name, "/") {
		if _, err := os.Stat(name); err != nil {
			return "", fmt.Errorf("%s: %w", name, ErrNotHere)
		}
		return name, nil
	}
	for _, dir := range searchPath() {
		p := dir + "/" + name
		if fi, err := os.Stat(p); err == nil && fi.Mode().IsRegular() && fi.Mode()&0o111 != 0 {
			return p, nil
		}
	}
	return "", fmt.Errorf("%s: %w", name, ErrNotHere)
}

// capped keeps the first maxOutput bytes and lets the rest go by.
type capped struct{ bytes.Buffer }

func (c *capped) Write(p []byte) (int, error) {
	if room := maxOutput - c.Len(); room > 0 {
		c.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

func resolve(ctx context.Context, name string) ([]netip.Addr, error) {
	return net.DefaultResolver.LookupNetIP(ctx, "ip", name)
}

// dialFrom connects from inside another process's network namespace; 0 is our own. The thread that went there
// is given up afterwards, so nothing else ever runs in it.
func dialFrom(ctx context.Context, pid int, network, addr string) (net.Conn, error) {
	if pid == 0 || sameNet(pid) {
		return (&net.Dialer{}).DialContext(ctx, network, addr)
	}
	type result struct {
		c   net.Conn
		err error
	}
	ch := make(chan result, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread dies with this goroutine
		fd, err := unix.Open(fmt.Sprintf("/proc/%d/ns/net", pid), unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err == nil {
			err = unix.Setns(fd, unix.CLONE_NEWNET)
			unix.Close(fd)
		}
		if err != nil {
			ch <- result{nil, fmt.Errorf("enter the network of process %d: %w", pid, ErrNeedsRoot)}
			return
		}
		c, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		ch <- result{c, err}
	}()
	r := <-ch
	return r.c, r.err
}

func sameNet(pid int) bool {
	own, err := os.Readlink("/proc/self/ns/net")
	other, err2 := os.Readlink(fmt.Sprintf("/proc/%d/ns/net", pid))
	return err == nil && err2 == nil && own == other
}

func liveSockets(_ context.Context, pid int) ([]Socket, error) {
	if pid == 0 || sameNet(pid) {
		out, err := diagSockets()
		if err == nil {
			return out, nil
		}
		return procSockets(OpenRoot("/"), "self")
	}
	return procSockets(OpenRoot("/"), fmt.Sprint(pid))
}

func liveClients(context.Context) ([]Client, error) { return diagClients() }

type liveMeters struct{}

func (liveMeters) CPU(ctx context.Context) (CPU, error) {
	avg, err := load.AvgWithContext(ctx)
	if err != nil {
		return CPU{}, err
	}
	n, err := cpu.CountsWithContext(ctx, true)
	if err != nil || n < 1 {
		n = runtime.NumCPU()
	}
	for _, v := range []float64{avg.Load1, avg.Load5, avg.Load15} {
		if math.IsNaN(v) || v < 0 {
			return CPU{}, errors.New("the load average makes no sense")
		}
	}
	return CPU{Cores: n, Load: [3]float64{avg.Load1, avg.Load5, avg.Load15}}, nil
}

func (liveMeters) Memory(ctx context.Context) (Memory, error) {
	v, err := mem.VirtualMemoryWithContext(ctx)
	if err != nil {
		return Memory{}, err
	}
	if v.Total == 0 {
		return Memory{}, errors.New("/proc/meminfo tells no total")
	}
	return Memory{Total: v.Total, Available: v.Available, SwapTotal: v.SwapTotal, SwapFree: v.SwapFree}, nil
}

// Space asks statfs(2), which never returns on a dead mount; the asking goroutine is then left behind.
func (liveMeters) Space(ctx context.Context, path string) (Space, error) {
	type result struct {
		st  unix.Statfs_t
		err error
	}
	ch := make(chan result, 1)
	go func() {
		var r result
		r.err = unix.Statfs(path, &r.st)
		ch <- r
	}()
	select {
	case r := <-ch:
		if r.err != nil {
			return Space{}, fmt.Errorf("statfs %s: %w", path, r.err)
		}
		bs, kind := uint64(r.st.Bsize), ""
		if r.st.Type == unix.TMPFS_MAGIC {
			kind = "tmpfs"
		}
		return Space{Mount: path, Type: kind, Total: r.st.Blocks * bs, Free: r.st.Bavail * bs, Inodes: r.st.Files,
			IUse: r.st.Files - min(r.st.Ffree, r.st.Files), ReadOnly: r.st.Flags&unix.ST_RDONLY != 0}, nil
	case <-ctx.Done():
		return Space{}, fmt.Errorf("%s does not answer (a dead mount?): %w", path, ctx.Err())
	case <-time.After(time.Second):
		return Space{}, fmt.Errorf("%s does not answer within a second (a dead mount?)", path)
	}
}

// noMeters is for a disk without its machine.
type noMeters struct{}

func (noMeters) CPU(context.Context) (CPU, error)             { return CPU{}, ErrFilesOnly }
func (noMeters) Memory(context.Context) (Memory, error)       { return Memory{}, ErrFilesOnly }
func (noMeters) Space(context.Context, string) (Space, error) { return Space{}, ErrFilesOnly }
