// Package sysinfo holds facts about one machine: its files, processes, units, sockets, gateways and the sites
// behind them. It has no opinions; what a fact means is for package checks to say.
package sysinfo

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"time"
)

// A Host is one machine, touched only through these fields. Live is the machine we run on; package recorded
// makes one from a text file.
type Host struct {
	Root    Root   // files: config, logs, /proc
	Meters  Meters // CPU, memory, disk space: numbers that move while we look
	Run     func(ctx context.Context, name string, args ...string) (Output, error)
	Dial    func(ctx context.Context, pid int, network, addr string) (net.Conn, error) // from the network of pid; 0: ours
	Resolve func(ctx context.Context, name string) ([]netip.Addr, error)
	Ask     func(ctx context.Context, q Question) (Answer, error)
	Sockets func(ctx context.Context, pid int) ([]Socket, error) // listeners as process pid sees them; 0: as we do
	Clients func(ctx context.Context) ([]Client, error)          // connections that stand in our own network; nil where nobody can tell
	Route   func(ctx context.Context, to netip.Addr) (Route, error)
	Env     func(key string) string
	Now     func() time.Time

	Name  string // the machine's own name
	UID   int    // who looks; 0 may look at everything
	Files bool   // files only: a mounted disk or an unpacked backup, nothing runs on it

	asked *questions // what was asked already; nil where nobody remembers
}

// Output is what a command said. A command that ran and failed is no error: its Exit says so.
type Output struct {
	Stdout, Stderr []byte
	Exit           int    // exit status; -1 when a signal ended it
	Signal         string // "segmentation fault", empty when it exited
}

// Meters are the numbers that move. Every error means "could not look".
type Meters interface {
	CPU(ctx context.Context) (CPU, error)
	Memory(ctx context.Context) (Memory, error)
	Space(ctx context.Context, path string) (Space, error)
}

// CPU is how busy the processors are.
type CPU struct {
	Cores int        // logical processors this machine may use
	Load  [3]float64 // load average over 1, 5 and 15 minutes (proc_loadavg(5)): runnable plus uninterruptible tasks
}

// Memory is in bytes.
type Memory struct {
	Total     uint64
	Available uint64 // MemAvailable, not MemFree, which counts cache as used
	SwapTotal uint64
	SwapFree  uint64
}

// Space is a filesystem's room, in bytes, as a user without privileges has it (statvfs(3) f_bavail, f_favail).
type Space struct {
	Mount, Type  string // Type is "tmpfs" or empty: any other
	Total, Free  uint64
	Inodes, IUse uint64 // all and used; Inodes is 0 where the filesystem has no such limit (btrfs)
	ReadOnly     bool
}

// Route is what the kernel would do with a packet to an address (ip-route(8)).
type Route struct {
	Kind string // "unicast", "local", "unreachable", "prohibit", "blackhole", "none"
	Dev  string
	Src  netip.Addr
}

// ErrNotHere says that a tool, a file or a facility does not exist on this machine. It is an answer.
var ErrNotHere = errors.New("not on this machine")

// ErrNeedsRoot says that only root may look.
var ErrNeedsRoot = errors.New("needs root")

// ErrFilesOnly says that only files can be looked at: --root points at a disk, not at a running machine.
var ErrFilesOnly = errors.New("only files can be looked at under --root")

// ErrOffline says that looking would leave this machine, and --offline forbids it.
var ErrOffline = errors.New("not asked, because of --offline")
