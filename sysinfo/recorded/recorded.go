// Package recorded makes a Host from a text file: the fixtures of the tests, and the broken servers that
// `fix502 --demo` carries inside the binary.
//
// The file is a txtar archive. Its files are the machine's files: "-- etc/nginx/nginx.conf --". Some names are none:
//
//	run: nginx -t                      what that command prints; its first line may be "exit 1"
//	fresh: /var/log/nginx/error.log    lines that this log gains once a site was asked: what our own question caused
//	body: 127.0.0.1:80 shop.test /     the body of an answer; without it nginx's errors have nginx's own page
//	says: unix:/run/haproxy/admin.sock what a listener answers to whatever it is asked
//	tls: 127.0.0.1:8443                the certificate and key with which a listener speaks TLS
//	gzip: /srv/www/wflogs/x.php        a file that is not text, gzip in base64
//	journal: php8.2-fpm.service        lines "TIME text" of a unit's journal, of "kernel" for the kernel's;
//	                                   a line "boot ID" says which boot the ones below it are of
//	want                               what a test expects
//
// The comment holds, one fact a line, what files cannot tell:
//
//	now 2026-11-22T12:30:00Z
//	about http://shop.test/cart                      the page that the run is about
//	uid 65534                                        who looks; root without
//	cpu 2 0.1 0.2 0.3                                cores and load averages
//	memory 2GiB 1.2GiB                               all and available; swap may follow: 1GiB 1GiB
//	space / 20GiB 3MiB 1000000 20                    all, free, inodes, inodes used; "ro" may follow
//	proc 812 1 0 12:00:00 nginx: master process …    pid, parent, uid, start, command line
//	ids 813 33 33 33,4                               effective uid, gid and groups of a process
//	cgroup 812 /system.slice/nginx.service
//	listen unix /run/php/php8.2-fpm.sock 0/511 812   queue/limit and the process that holds it
//	listen tcp 127.0.0.1:9000 0/128 812
//	client unix:/run/mysqld/mysqld.sock 812 20       connections that stand to a listener, who holds them, and how many
//	unit php8.2-fpm.service ActiveState=active SubState=running …
//	own /run/php 33 33 0755                          owner, group, mode of a file that is there already
//	age /etc/nginx/nginx.conf 12:00:00               when it was last changed
//	link /etc/nginx/sites-enabled/shop /etc/nginx/sites-available/shop
//	socket /run/php/php8.2-fpm.sock 33 33 0660
//	dir /srv/www 0 0 0755
//	dir /proc/812/root 0 0 0755                      a process with files of its own: those under it, as in a container from an image
//	deny /var/log/nginx                              permission denied to whoever looks inside
//	route 10.0.0.9 unreachable
//	name app.internal 10.0.0.9                       what DNS answers
//	answer 127.0.0.1:80 shop.test / 502 nginx        what the site answers: status or "refused", "timeout", "closed", "malformed", "no-route",
//	                                                 "no-port"; Server header, or "-"; "Location=/login", other headers alike;
//	                                                 "cut=560" of a page that breaks off after so many bytes
//	speaks 127.0.0.1:3000 https                      the protocol a listener understands, when it is asked itself
//	database 127.0.0.1:5432 postgres 53300 sorry     what a database answers whoever comes: mysql, postgres and its code;
//	                                                 "refused", "silent", "postgres ok"
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
	"compress/gzip"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
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
	URL  string // the page that the run is about, where it was given

	tree    *sysinfo.MemoryTree
	now     time.Time
	cpu     *sysinfo.CPU
	memory  *sysinfo.Memory
	space   map[string]sysinfo.Space
	sockets []sysinfo.Socket
	clients []sysinfo.Client
	units   map[string]string
	runs    map[string]sysinfo.Output
	names   map[string][]netip.Addr
	routes  map[netip.Addr]string // its kind, the interface and this machine's own address on the way, where they are named
	answers map[string]answer
	bodies  map[string][]byte
	spoken  map[string]string // by address, "unix:/…" for a socket
	said    map[string][]byte
	tls     map[string]tls.Certificate
	stores  map[string][]string // what databases answer
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
	cut    string
}

// Parse reads the texts, each on top of the ones before; an error names the line.
func Parse(texts ...[]byte) (*Machine, error) {
	m := &Machine{now: time.Date(2026, 11, 22, 12, 30, 0, 0, time.UTC), space: map[string]sysinfo.Space{}, units: map[string]string{},
		runs: map[string]sysinfo.Output{}, names: map[string][]netip.Addr{}, routes: map[netip.Addr]string{}, answers: map[string]answer{},
		bodies: map[string][]byte{}, spoken: map[string]string{}, said: map[string][]byte{}, tls: map[string]tls.Certificate{}, stores: map[string][]string{}, fresh: map[string][]byte{}, nets: map[int]string{}, owned: map[string][]sysinfo.Socket{}, inode: 1000}
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
	case "says":
		m.said[rest] = data
	case "tls":
		pair, err := tls.X509KeyPair(data, data)
		if err != nil {
			return err
		}
		m.tls[rest] = pair
	case "body":
		m.bodies[rest] = data
	case "gzip":
		return m.packed(rest, data)
	case "journal":
		return m.journal(rest, data)
	default:
		m.tree.Write("/"+strings.TrimPrefix(name, "/"), data)
	}
	return nil
}

// packed lays a file that is not text: here it is gzip in base64.
func (m *Machine) packed(name string, data []byte) error {
	z, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(data)))
	if err != nil {
		return err
	}
	b, err := io.ReadAll(z)
	if err == nil {
		m.tree.Write(name, b)
	}
	return err
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
