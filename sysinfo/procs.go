package sysinfo

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// userHz is the unit of the times in /proc/PID/stat: USER_HZ, 100 on every Linux that has a web server.
const userHz = 100

// Proc is one process.
type Proc struct {
	PID, PPID int
	Name      string // comm: at most 15 bytes
	Cmd       string // command line, or the title a program gave itself ("nginx: master process …")
	Args      []string
	State     byte // R running, S sleeping, D waiting for a disk, Z zombie, T stopped: proc_pid_stat(5)
	UID       int
	Start     time.Time
	Pages     int // resident, in pages
}

// Procs lists the processes we can see, oldest first.
func (f *Facts) Procs(ctx context.Context) ([]Proc, error) {
	return f.procs.get(func() ([]Proc, error) {
		if f.Host.Files {
			return nil, ErrFilesOnly
		}
		return readProcs(ctx, f.Host.Root, f.Host.Now())
	})
}

func readProcs(ctx context.Context, r Root, now time.Time) ([]Proc, error) {
	boot, err := bootTime(r, now)
	if err != nil {
		return nil, err
	}
	names, err := r.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	var out []Proc
	for _, n := range names {
		pid, err := strconv.Atoi(n)
		if err != nil {
			continue
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if p, ok := readProc(r, pid, boot); ok {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b Proc) int { return a.Start.Compare(b.Start) })
	return out, nil
}

// bootTime is when the kernel's clock of process starts began: now less /proc/uptime, to a hundredth of a second,
// else btime of proc_stat(5), which may be a second off.
func bootTime(r Root, now time.Time) (time.Time, error) {
	if b, err := r.ReadFile("/proc/uptime"); err == nil {
		var up float64
		if _, err := fmt.Sscan(string(b), &up); err == nil {
			return now.Add(-time.Duration(up * float64(time.Second))), nil
		}
	}
	b, err := r.ReadFile("/proc/stat")
	if err != nil {
		return time.Time{}, err
	}
	for line := range strings.Lines(string(b)) {
		if v, ok := strings.CutPrefix(line, "btime "); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
			return time.Unix(n, 0), err
		}
	}
	return time.Time{}, fmt.Errorf("read /proc/stat: no btime")
}

func readProc(r Root, pid int, boot time.Time) (Proc, bool) {
	dir := path.Join("/proc", strconv.Itoa(pid))
	b, err := r.ReadFile(path.Join(dir, "stat"))
	if err != nil {
		return Proc{}, false // gone meanwhile
	}
	open, end := bytes.IndexByte(b, '('), bytes.LastIndexByte(b, ')')
	if open < 0 || end < open {
		return Proc{}, false
	}
	rest := strings.Fields(string(b[end+1:]))
	if len(rest) < 22 {
		return Proc{}, false
	}
	p := Proc{PID: pid, Name: string(b[open+1 : end]), State: rest[0][0], UID: -1}
	p.PPID, _ = strconv.Atoi(rest[1])
	ticks, _ := strconv.ParseInt(rest[19], 10, 64)
	p.Start = boot.Add(time.Duration(ticks) * time.Second / userHz)
	p.Pages, _ = strconv.Atoi(rest[21])
	if info, err := r.Lstat(dir); err == nil {
		p.UID = info.UID
	}
	cmd, _ := r.ReadFile(path.Join(dir, "cmdline"))
	p.Cmd = strings.TrimSpace(string(bytes.ReplaceAll(cmd, []byte{0}, []byte{' '})))
	p.Args = strings.Split(strings.TrimRight(string(cmd), "\x00"), "\x00")
	return p, true
}

// Creds are the ids a process acts with.
type Creds struct {
	UID, GID int
	Groups   []int
}

// CredsOf reads the effective ids of a process from /proc/PID/status, which is world-readable.
func (f *Facts) CredsOf(pid int) (Creds, error) {
	b, err := f.Host.Root.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return Creds{}, err
	}
	c := Creds{UID: -1, GID: -1}
	for line := range strings.Lines(string(b)) {
		key, v, _ := strings.Cut(line, ":")
		ids := ints(v)
		switch {
		case key == "Uid" && len(ids) == 4:
			c.UID = ids[1]
		case key == "Gid" && len(ids) == 4:
			c.GID = ids[1]
		case key == "Groups":
			c.Groups = ids
		}
	}
	if c.UID < 0 || c.GID < 0 {
		return c, fmt.Errorf("read /proc/%d/status: no ids", pid)
	}
	return c, nil
}

func ints(s string) []int {
	var out []int
	for w := range strings.FieldsSeq(s) {
		if n, err := strconv.Atoi(w); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// NetOf names the network a process lives in, "net:[4026531840]"; empty when we may not look.
func (f *Facts) NetOf(pid int) string {
	s, err := f.Host.Root.Readlink(fmt.Sprintf("/proc/%d/ns/net", pid))
	if err != nil {
		return ""
	}
	return s
}

// Limit gives a process's soft limit from /proc/PID/limits, "Max open files" say; -1 for unlimited.
func (f *Facts) Limit(pid int, name string) (int, error) {
	b, err := f.Host.Root.ReadFile(fmt.Sprintf("/proc/%d/limits", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if v, ok := strings.CutPrefix(line, name+" "); ok {
			word := strings.Fields(v)
			if len(word) > 0 && word[0] == "unlimited" {
				return -1, nil
			}
			if len(word) > 0 {
				return strconv.Atoi(word[0])
			}
		}
	}
	return 0, fmt.Errorf("read /proc/%d/limits: no %q", pid, name)
}

// Boot is when the machine came up; in a container, when its host did.
func (f *Facts) Boot() (time.Time, error) {
	if procs, err := f.Procs(context.Background()); err == nil {
		for _, p := range procs {
			if p.PID == 1 {
				return p.Start, nil // init's start: right in a container as well
			}
		}
	}
	return bootTime(f.Host.Root, f.Host.Now())
}
