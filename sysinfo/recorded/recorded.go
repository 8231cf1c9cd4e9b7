// Package recorded makes a Host from a text file: the fixtures of the tests, and the broken servers that
// `fix502 --demo` carries inside the binary.
//
// The file is a txtar archive. Its files are the machine's files: "-- etc/nginx/nginx.conf --". Some names are none:
//
//	run: nginx -t                      what that command prints; its first line may be "exit 1"
//	fresh: /var/log/nginx/error.log    lines that this log gains once a site was asked: what our own question caused
//	body: 127.0.0.1:80 shop.test /     the body of an answer; without it nginx's errors have nginx's own page
//	journal: php8.2-fpm.service        lines "TIME text" of a unit's journal, of "kernel" for the kernel's;
//	                                   a line "boot ID" says which boot the ones below it are of
//	want                               what a test expects
//
// The comment holds, one fact a line, what files cannot tell:
//
//	now 2026-11-22T12:30:00Z
//	uid 65534                                        who looks; root without
//	cpu 2 0.1 0.2 0.3                                cores and load averages
//	memory 2GiB 1.2GiB                               all and available; swap may follow: 1GiB 1GiB
//	space / 20GiB 3MiB 1000000 20                    all, free, inodes, inodes used; "ro" may follow
//	proc 812 1 0 12:00:00 nginx: master process …    pid, parent, uid, start, command line
//	ids 813 33 33 33,4                               effective uid, gid and groups of a process
//	cgroup 812 /system.slice/nginx.service
//	listen unix /run/php/php8.2-fpm.sock 0/511 812   queue/limit and the process that holds it
//	listen tcp 127.0.0.1:9000 0/128 812
//	unit php8.2-fpm.service ActiveState=active SubState=running …
//	own /run/php 33 33 0755                          owner, group, mode of a file that is there already
//	age /etc/nginx/nginx.conf 12:00:00               when it was last changed
//	link /etc/nginx/sites-enabled/shop /etc/nginx/sites-available/shop
//	socket /run/php/php8.2-fpm.sock 33 33 0660
//	dir /srv/www 0 0 0755
//	deny /var/log/nginx                              permission denied to whoever looks inside
//	route 10.0.0.9 unreachable
//	name app.internal 10.0.0.9                       what DNS answers
//	answer 127.0.0.1:80 shop.test / 502 nginx        what the site answers: status or "refused", "timeout"; Server
//	                                                 header, or "-"; "Location=/login", other headers alike
//	cwd 812 /srv/app                                 a process's working directory
//	fd 812 9 /var/log/app.log                        a file it has open
//	syscall 812 288                                  the system call it sits in
//	net 812 4026532201                               the network it lives in, where that is not the machine's
//
// Times are RFC 3339, or a time of the day of now. Several texts may be laid on top of each other: a base that many
// fixtures share, and what is different on this machine.
package recorded

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"fix502/sysinfo"
)

// Machine is a recorded host before it answers: what the text said.
type Machine struct {
	Host *sysinfo.Host
	Want string // the file named "want", for tests

	tree    *sysinfo.MemoryTree
	now     time.Time
	cpu     *sysinfo.CPU
	memory  *sysinfo.Memory
	space   map[string]sysinfo.Space
	sockets []sysinfo.Socket
	units   map[string]string
	runs    map[string]sysinfo.Output
	names   map[string][]netip.Addr
	routes  map[netip.Addr]string
	answers map[string]answer
	bodies  map[string][]byte
	procs   []int
	nets    map[int]string // processes in networks of their own
	owned   map[string][]sysinfo.Socket
	inode   uint64

	asked sync.Once         // the first question brings the fresh lines about
	fresh map[string][]byte // by log
}

type answer struct {
	status int
	header http.Header
	err    error
}

// Parse reads the texts, each on top of the ones before; an error names the line.
func Parse(texts ...[]byte) (*Machine, error) {
	m := &Machine{now: time.Date(2026, 11, 22, 12, 30, 0, 0, time.UTC), space: map[string]sysinfo.Space{}, units: map[string]string{},
		runs: map[string]sysinfo.Output{}, names: map[string][]netip.Addr{}, routes: map[netip.Addr]string{}, answers: map[string]answer{},
		bodies: map[string][]byte{}, fresh: map[string][]byte{}, nets: map[int]string{}, owned: map[string][]sysinfo.Socket{}, inode: 1000}
	var layers []*txtar.Archive
	for _, text := range texts {
		a := txtar.Parse(text)
		layers = append(layers, a)
		for l := range strings.Lines(string(a.Comment)) {
			if v, ok := strings.CutPrefix(l, "now "); ok {
				t, err := time.Parse(time.RFC3339, strings.TrimSpace(v))
				if err != nil {
					return nil, err
				}
				m.now = t
			}
		}
	}
	m.tree = sysinfo.NewMemoryTree(m.now.Add(-30 * 24 * time.Hour))
	m.Host = m.host()
	for _, a := range layers {
		if err := m.lay(a); err != nil {
			return nil, err
		}
	}
	if len(m.procs) > 0 {
		m.tree.Write("/proc/stat", fmt.Appendf(nil, "btime %d\n", m.boot().Unix()))
	}
	return m, nil
}

// lay puts one text on top of what is there.
func (m *Machine) lay(a *txtar.Archive) error {
	for _, f := range a.Files {
		if err := m.file(f.Name, f.Data); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	n := 0
	for l := range strings.Lines(string(a.Comment)) {
		n++
		if err := m.line(strings.Fields(l)); err != nil {
			return fmt.Errorf("line %d: %s: %w", n, strings.TrimSpace(l), err)
		}
	}
	return nil
}

func (m *Machine) boot() time.Time { return m.now.Add(-10 * 24 * time.Hour) }

func (m *Machine) file(name string, data []byte) error {
	kind, rest, _ := strings.Cut(name, ": ")
	switch kind {
	case "want":
		m.Want = string(data)
	case "run":
		m.command(rest, data)
	case "fresh":
		m.fresh[rest] = data
		if !m.tree.Root().Exists(rest) {
			m.tree.Write(rest, nil)
		}
	case "body":
		m.bodies[rest] = data
	case "journal":
		return m.journal(rest, data)
	default:
		m.tree.Write("/"+strings.TrimPrefix(name, "/"), data)
	}
	return nil
}

func (m *Machine) command(cmd string, data []byte) {
	var out sysinfo.Output
	if first, rest, ok := bytes.Cut(data, []byte("\n")); ok && bytes.HasPrefix(first, []byte("exit ")) {
		out.Exit, _ = strconv.Atoi(string(first[5:]))
		data = rest
	}
	out.Stdout = data
	if out.Exit != 0 || strings.HasPrefix(cmd, "nginx") {
		out.Stderr = data
	}
	m.runs[cmd] = out
}

func (m *Machine) line(w []string) error {
	if len(w) == 0 || strings.HasPrefix(w[0], "#") || w[0] == "now" || w[0] == "base" {
		return nil
	}
	facts := map[string]struct {
		words int
		set   func([]string) error
	}{
		"uid": {1, m.uid}, "cpu": {4, m.setCPU}, "memory": {2, m.setMemory}, "space": {3, m.setSpace}, "proc": {5, m.proc},
		"ids": {4, m.ids}, "cgroup": {2, m.cgroup}, "listen": {3, m.listen}, "unit": {2, m.unit}, "own": {4, m.own},
		"age": {2, m.age}, "link": {2, m.link}, "socket": {4, m.socket}, "dir": {4, m.dir}, "deny": {1, m.deny},
		"route": {2, m.route}, "name": {2, m.name}, "answer": {4, m.answer},
		"cwd": {2, m.cwd}, "fd": {3, m.fd}, "syscall": {2, m.syscall}, "net": {2, m.net},
	}
	fact, ok := facts[w[0]]
	if !ok {
		return fmt.Errorf("unknown fact %q", w[0])
	}
	if len(w)-1 < fact.words {
		return fmt.Errorf("%s takes %d words", w[0], fact.words)
	}
	return fact.set(w[1:])
}

func (m *Machine) uid(w []string) (err error) {
	m.Host.UID, err = strconv.Atoi(w[0])
	return err
}

func (m *Machine) setCPU(w []string) error {
	c := sysinfo.CPU{}
	_, err := fmt.Sscan(strings.Join(w, " "), &c.Cores, &c.Load[0], &c.Load[1], &c.Load[2])
	m.cpu = &c
	return err
}

func (m *Machine) setMemory(w []string) error {
	var v [4]uint64
	for i := range min(len(w), 4) {
		n, err := size(w[i])
		if err != nil {
			return err
		}
		v[i] = n
	}
	m.memory = &sysinfo.Memory{Total: v[0], Available: v[1], SwapTotal: v[2], SwapFree: v[3]}
	return nil
}

func (m *Machine) setSpace(w []string) (err error) {
	s := sysinfo.Space{Mount: w[0], ReadOnly: w[len(w)-1] == "ro", Inodes: 1e6, IUse: 1000}
	if s.Total, err = size(w[1]); err != nil {
		return err
	}
	if s.Free, err = size(w[2]); err != nil {
		return err
	}
	if len(w) >= 5 {
		_, err = fmt.Sscan(w[3]+" "+w[4], &s.Inodes, &s.IUse)
	}
	m.space[w[0]] = s
	return err
}

func (m *Machine) own(w []string) error {
	uid, gid, perm, err := owner(w[1:])
	if err == nil {
		m.tree.Own(w[0], uid, gid, perm)
	}
	return err
}

func (m *Machine) socket(w []string) error {
	m.tree.Socket(w[0])
	return m.own(w)
}

func (m *Machine) dir(w []string) error {
	m.tree.Dir(w[0])
	return m.own(w)
}

func (m *Machine) link(w []string) error {
	m.tree.Link(w[0], w[1])
	return nil
}

func (m *Machine) deny(w []string) error {
	m.tree.Deny(w[0], fs.ErrPermission)
	return nil
}

func (m *Machine) age(w []string) error {
	t, err := m.clock(w[1])
	if err == nil {
		m.tree.Touch(w[0], t)
	}
	return err
}

func (m *Machine) route(w []string) error {
	a, err := netip.ParseAddr(w[0])
	m.routes[a] = w[1]
	return err
}

func (m *Machine) name(w []string) error {
	for _, s := range w[1:] {
		a, err := netip.ParseAddr(s)
		if err != nil {
			return err
		}
		m.names[w[0]] = append(m.names[w[0]], a)
	}
	return nil
}

func (m *Machine) answer(w []string) error {
	a := answer{header: http.Header{}}
	switch w[3] {
	case "refused":
		a.err = refused
	case "timeout":
		a.err = context.DeadlineExceeded
	default:
		n, err := strconv.Atoi(w[3])
		if err != nil {
			return err
		}
		a.status = n
	}
	for i, word := range w[4:] {
		if key, value, ok := strings.Cut(word, "="); ok {
			a.header.Add(key, value)
		} else if i == 0 && word != "-" {
			a.header.Set("Server", word)
		}
	}
	m.answers[strings.Join(w[:3], " ")] = a
	return nil
}

func (m *Machine) clock(s string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	t, err := time.Parse("15:04:05", s)
	if err != nil {
		return t, err
	}
	return time.Date(m.now.Year(), m.now.Month(), m.now.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC), nil
}

func owner(w []string) (uid, gid int, perm fs.FileMode, err error) {
	if _, err = fmt.Sscan(w[0]+" "+w[1], &uid, &gid); err != nil {
		return
	}
	n, err := strconv.ParseUint(w[2], 8, 32)
	return uid, gid, fs.FileMode(n), err
}

// size reads 3MiB, 20GiB, 512.
func size(s string) (uint64, error) {
	for unit, n := range map[string]float64{"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40} {
		if v, ok := strings.CutSuffix(s, unit); ok {
			f, err := strconv.ParseFloat(v, 64)
			return uint64(f * n), err
		}
	}
	return strconv.ParseUint(s, 10, 64)
}
