package recorded

import (
	"fmt"
	"net/netip"
	"path"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo"
)

// proc writes what the kernel would show of a process.
func (m *Machine) proc(w []string) error {
	pid, err := strconv.Atoi(w[0])
	if err != nil {
		return err
	}
	uid, err := strconv.Atoi(w[2])
	if err != nil {
		return err
	}
	start, err := m.clock(w[3])
	if err != nil {
		return err
	}
	cmd := strings.Join(w[4:], " ")
	dir := "/proc/" + w[0]
	name := strings.TrimRight(strings.TrimPrefix(w[4], "/"), ":")
	name = name[strings.LastIndexByte(name, '/')+1:]
	ticks := start.Sub(m.boot()) / (10 * time.Millisecond)
	stat := fmt.Sprintf("%d (%.15s) S %s %s 0 0 0 0 0 0 0 0 0 0 0 0 20 0 1 0 %d 100000 2000 0\n", pid, name, w[1], w[0], ticks)
	m.tree.Dir(dir)
	m.tree.Own(dir, uid, uid, 0o555)
	m.tree.Write(dir+"/stat", []byte(stat))
	args := strings.Join(w[4:], "\x00")
	if strings.HasSuffix(w[4], ":") {
		args = cmd // a title that the program gave itself
	}
	m.tree.Write(dir+"/cmdline", []byte(args+"\x00"))
	m.tree.Write(dir+"/limits", []byte("Max open files            1024                 524288               files     \n"))
	m.tree.Link(dir+"/ns/net", "net:[4026531840]")
	m.tree.Link(dir+"/root", "/")
	m.procs = append(m.procs, pid)
	return m.ids([]string{w[0], w[2], w[2], ""})
}

func (m *Machine) ids(w []string) error {
	text := fmt.Sprintf("Name:\tx\nUid:\t%[1]s\t%[1]s\t%[1]s\t%[1]s\nGid:\t%[2]s\t%[2]s\t%[2]s\t%[2]s\nGroups:\t%[3]s\n", w[1], w[2], strings.ReplaceAll(w[3], ",", " "))
	m.tree.Write("/proc/"+w[0]+"/status", []byte(text))
	return nil
}

func (m *Machine) cgroup(w []string) error {
	m.tree.Write("/proc/"+w[0]+"/cgroup", []byte("0::"+w[1]+"\n"))
	return nil
}

// listen adds a listening socket, and its file's identity where that file is there.
func (m *Machine) listen(w []string) error {
	s := sysinfo.Socket{Network: w[0], Stream: true, Limit: 511, UID: -1}
	if len(w) > 2 {
		if _, err := fmt.Sscanf(w[2], "%d/%d", &s.Queue, &s.Limit); err != nil {
			return err
		}
	}
	m.inode++
	s.Inode = m.inode
	switch w[0] {
	case "unix":
		s.Path = w[1]
		file := w[1]
		if dir, err := m.tree.Root().Readlink("/proc/" + w[len(w)-1] + "/cwd"); err == nil && !path.IsAbs(file) && file[0] != '@' { // bound there
			file = path.Join(dir, file)
		}
		if i, err := m.tree.Root().Stat(file); err == nil {
			s.FileIno, s.FileDev = i.Ino, i.Dev
		} else {
			s.FileIno, s.FileDev = m.inode+1e6, 1
		}
	default:
		a, err := netip.ParseAddrPort(w[1])
		if err != nil {
			return err
		}
		s.Addr = a
	}
	net := ""
	if len(w) > 3 {
		m.tree.Link(fmt.Sprintf("/proc/%s/fd/%d", w[3], s.Inode-998), fmt.Sprintf("socket:[%d]", s.Inode))
		pid, _ := strconv.Atoi(w[3])
		net = m.nets[pid]
	}
	if net != "" {
		m.owned[net] = append(m.owned[net], s)
	} else {
		m.sockets = append(m.sockets, s)
	}
	return nil
}

// net puts a process into a network of its own; what it listens on below is there.
func (m *Machine) net(w []string) error {
	pid, err := strconv.Atoi(w[0])
	m.nets[pid] = w[1]
	m.tree.Link("/proc/"+w[0]+"/ns/net", "net:["+w[1]+"]")
	return err
}

func (m *Machine) cwd(w []string) error {
	m.tree.Link("/proc/"+w[0]+"/cwd", w[1])
	return nil
}

func (m *Machine) fd(w []string) error {
	m.tree.Link("/proc/"+w[0]+"/fd/"+w[1], w[2])
	return nil
}

func (m *Machine) syscall(w []string) error {
	m.tree.Write("/proc/"+w[0]+"/syscall", []byte(w[1]+" 0x0 0x0 0x0 0x0 0x0 0x0 0x7ffe00000000 0x7f0000000000\n"))
	return nil
}

// unit records what `systemctl show` says of a service.
func (m *Machine) unit(w []string) error {
	text := "Id=" + w[0] + "\nNames=" + w[0] + "\nLoadState=loaded\n"
	rest := strings.Join(w[1:], " ")
	for _, kv := range splitProps(rest) {
		text += kv + "\n"
	}
	m.units[w[0]] = text
	m.tree.Dir("/run/systemd/system")
	return nil
}

// splitProps cuts "A=1 B=two words C=3" before each KEY=.
func splitProps(s string) []string {
	var out []string
	for _, word := range strings.Fields(s) {
		key, _, ok := strings.Cut(word, "=")
		if ok && key != "" && key[0] >= 'A' && key[0] <= 'Z' || len(out) == 0 {
			out = append(out, word)
		} else {
			out[len(out)-1] += " " + word
		}
	}
	return out
}

// client is one that holds connections to a listener: one where no number is given.
func (m *Machine) client(w []string) error {
	n := 1
	if len(w) > 2 {
		var err error
		if n, err = strconv.Atoi(w[2]); err != nil {
			return err
		}
	}
	for range n {
		m.inode++
		m.tree.Link(fmt.Sprintf("/proc/%s/fd/%d", w[1], m.inode-998), fmt.Sprintf("socket:[%d]", m.inode))
		m.clients = append(m.clients, sysinfo.Client{To: w[0], Inode: m.inode})
	}
	return nil
}
