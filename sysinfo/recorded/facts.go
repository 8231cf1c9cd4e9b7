package recorded

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/netip"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"fix502/sysinfo"
)

// line takes in one fact.
func (m *Machine) line(w []string) error {
	if len(w) == 0 || strings.HasPrefix(w[0], "#") || w[0] == "now" || w[0] == "base" {
		return nil
	}
	facts := map[string]struct {
		words int
		set   func([]string) error
	}{
		"uid": {1, m.uid}, "cpu": {4, m.setCPU}, "memory": {2, m.setMemory}, "space": {3, m.setSpace}, "proc": {5, m.proc},
		"ids": {4, m.ids}, "cgroup": {2, m.cgroup}, "listen": {3, m.listen}, "client": {2, m.client}, "unit": {2, m.unit}, "own": {4, m.own},
		"age": {2, m.age}, "link": {2, m.link}, "socket": {4, m.socket}, "dir": {4, m.dir}, "deny": {1, m.deny},
		"route": {2, m.route}, "name": {2, m.name}, "answer": {4, m.answer}, "speaks": {2, m.speaks}, "database": {2, m.database},
		"cwd": {2, m.cwd}, "fd": {3, m.fd}, "syscall": {2, m.syscall}, "net": {2, m.net},
		"about": {1, m.about},
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

func (m *Machine) about(w []string) error {
	m.URL = w[0]
	return nil
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
	if i := slices.Index(w, "tmpfs"); i > 0 {
		s.Type, w = "tmpfs", slices.Delete(slices.Clone(w), i, i+1)
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
	m.routes[a] = strings.Join(w[1:], " ")
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
	case "closed":
		a.err = io.EOF
	case "malformed":
		a.err = textproto.ProtocolError(`malformed MIME header: missing colon: "X Trace"`)
	case "no-route":
		a.err = syscall.EHOSTUNREACH
	case "no-port":
		a.err = syscall.EADDRNOTAVAIL
	default:
		n, err := strconv.Atoi(w[3])
		if err != nil {
			return err
		}
		a.status = n
	}
	for i, word := range w[4:] {
		if key, value, ok := strings.Cut(word, "="); ok && key == "cut" {
			a.cut = value + " bytes"
		} else if ok {
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
