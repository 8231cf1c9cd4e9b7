package checks

import (
	"fmt"
	"net/netip"
	"path"
	"strings"

	"fix502/sysinfo"
)

// spareFile is a copy of a site that is read as well, because it lies in the same folder: then all that it says is said
// twice. nginx blames whichever it reads second, be it the copy or the site itself.
func spareFile(g *sysinfo.Gateway, file string) string {
	if spareOf(file) != "" && (g.Root.Exists(spareOf(file)) || g.Root.Exists(spareOf(file)+".conf")) {
		return file
	}
	n, ok := g.Extra.(*sysinfo.Nginx)
	if !ok {
		return ""
	}
	for _, other := range n.Config.Files {
		if of := spareOf(other); of != "" && (of == file || of+".conf" == file) {
			return other
		}
	}
	return ""
}

// spareOf is the file, its .conf left out, of which another is a copy by its name; empty when it is none.
func spareOf(file string) string {
	name := strings.TrimSuffix(path.Base(file), ".conf")
	for _, end := range []string{".bak", ".old", ".save", ".orig", "~", ".backup", "-backup", "-old", ".dpkg-old", ".dpkg-dist", ".dpkg-new", ".rpmsave", ".1", ".copy", "-copy", "_backup", "_old"} {
		if stem := strings.TrimSuffix(name, end); stem != name && stem != "" {
			return path.Join(path.Dir(file), strings.TrimSuffix(stem, ".conf"))
		}
	}
	return ""
}

// wholeLines says that a block begins and ends lines of its own: what is switched off with them is that block and no more.
func wholeLines(r sysinfo.Root, at sysinfo.Place, end int, word string) bool {
	depth := 0
	for p, raw := range linesIn(r, at.File) {
		n, line := p.Line, withoutComment(strings.TrimSpace(raw))
		if n < at.Line || n > end {
			continue
		}
		if n == at.Line && !strings.HasPrefix(line, word+" ") {
			return false
		}
		for i, c := range line {
			switch c {
			case '{':
				depth++
			case '}':
				if depth--; depth <= 0 {
					return n == end && strings.TrimSpace(line[i+1:]) == ""
				}
			}
		}
	}
	return false
}

// cureAddress mends a listen of an address that the machine has not (any more). What only an inner network reached must not
// be open to everybody after that.
func (t *confError) cureAddress(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	m := bindGone.FindStringSubmatch(t.text)
	a, err := netip.ParseAddr(strings.Trim(m[1], "[]"))
	if err != nil || strings.Count(line, m[1]) != 1 || !strings.HasPrefix(line, "listen ") {
		return x, false
	}
	x.Risk = Medium
	say := fmt.Sprintf("This machine does not have the address %s", m[1])
	switch {
	case t.listensBeside(g) && alone(line):
		return x.Do(say+": take the line out, the site listens at another address too", "%s", commentOut(g.Root, t.place)), true
	case a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast():
		to := "127.0.0.1"
		if a.Is6() {
			to = "[::1]"
		}
		return x.Tell("An inner address: the site stays closed to everybody else. If the machine should have %s, give it back to it instead (ip addr)", m[1]).
			Do(say+": listen where only the machine itself can ask, until you write the right one", "%s", replace(g.Root, t.place, m[1], to)), true
	}
	to, was := m[2], m[1]+":"+m[2]
	if a.Is6() {
		to = "[::]:" + m[2]
	}
	if !strings.Contains(line, was) {
		was = m[1]
	}
	return x.Tell("After this the site can be reached at every address of the machine: if that is too much, write the right one yourself").
		Do(say+": listen on all that it has", "%s", replace(g.Root, t.place, was, to)), true
}

// listensBeside says that the server of a listen has another one for the same port.
func (t *confError) listensBeside(g *sysinfo.Gateway) bool {
	n, ok := g.Extra.(*sysinfo.Nginx)
	if !ok {
		return false
	}
	for _, s := range n.Config.Servers() {
		for _, l := range s.Listens {
			if l.Place != t.place {
				continue
			}
			for _, other := range s.Listens {
				if v6 := strings.Contains(l.Host, ":"); other.Place != l.Place && other.Port == l.Port && other.Host != l.Host && other.Unix == "" && strings.Contains(other.Host, ":") == v6 {
					return true
				}
			}
		}
	}
	return false
}
