package checks

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

var (
	makeSock     = whenAsked(`AH00072: make_sock: could not bind to address (\S+):(\d+)`)
	apacheListen = whenAsked(`(?i)^\s*Listen\s+(?:(\[[0-9a-f:.]+\]|[\d.]+|\*):)?(\d+)(?:\s|$)`)
)

const listensTwice = "the same port is asked for twice: "

// listenTwice: two Listen lines collide: the one of a port at all addresses has the port at every single one as well (mpm_common,
// listen.c: the second bind fails with EADDRINUSE). The line to take out is the one that the other one covers.
func (t *confError) listenTwice(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) bool {
	m := makeSock.FindStringSubmatch(t.text)
	if m == nil {
		return false
	}
	if taken(ctx, f, m[2]) {
		return false // another program has it: that is the cause
	}
	failed := addressOf(m[1])
	var lines []sysinfo.Place
	var single sysinfo.Place
	for at, line := range linesIn(g.Root, configFiles(g)...) {
		l := apacheListen.FindStringSubmatch(line)
		if l == nil || l[2] != m[2] || !loaded(g, at) {
			continue
		}
		a := addressOf(l[1])
		if a != failed && !wide(a) && !wide(failed) {
			continue // of two single addresses both can be had
		}
		lines = append(lines, at)
		if !wide(a) && !single.Known() {
			single = at
		}
	}
	if len(lines) < 2 {
		return false
	}
	t.place = lines[len(lines)-1]
	if single.Known() {
		t.place = single
	}
	t.text = listensTwice + fmt.Sprintf("%s, and %s", configLine(g.Root, lines[0]), configLine(g.Root, lines[len(lines)-1]))
	return true
}

// addressOf is the address of a Listen line, or of Apache's words, without its brackets; empty for all of them.
func addressOf(word string) string { return strings.Trim(strings.TrimPrefix(word, "*"), "[]") }

// wide says that it is all addresses.
func wide(a string) bool { return a == "" || a == "0.0.0.0" || a == "::" }

// taken says that somebody listens at a port of this machine, or that nobody can know.
func taken(ctx context.Context, f *sysinfo.Facts, port string) bool {
	n, err := strconv.Atoi(port)
	return err != nil || listenedAt(ctx, f, n)
}

// loaded says that a line counts: none of the sections of modules around it is of one that is not loaded.
func loaded(g *sysinfo.Gateway, at sysinfo.Place) bool {
	for _, s := range openSections(g.Root, at.File, at.Line) {
		m := ifModule.FindStringSubmatch(rawLine(g.Root, s.at))
		if m == nil {
			continue
		}
		name := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(m[2], ".c"), "mod_"), "_module")
		if there := seekLine(g, regexp.MustCompile(`(?i)^\s*LoadModule\s+`+regexp.QuoteMeta(name)+`_module\s`)).Known(); there == (m[1] == "!") {
			return false
		}
	}
	return true
}

var ifModule = whenAsked(`(?i)<IfModule\s+(!?)([\w.]+)>`)

// debianPorts is where Debian's Apache has its Listen lines.
const debianPorts = "/etc/apache2/ports.conf"

// listenAgain says Listen for the ports that the virtual hosts are for, where no line of the configuration does any more.
func (t *confError) listenAgain(g *sysinfo.Gateway, x Fix) (Fix, bool) {
	const ports = debianPorts
	if !g.Root.Exists(ports) || seekLine(g, apacheListen).Known() {
		return x, false
	}
	var lines []string
	for _, line := range linesIn(g.Root, configFiles(g)...) {
		m := vhostPort.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		say := t.listenFor(m[1], m[2])
		if say == "" {
			return x, false // at which address it was, nobody can know
		}
		if !slices.Contains(lines, say) && (m[2] != "443" || seekLine(g, sslModule).Known()) {
			lines = append(lines, say)
		}
	}
	if len(lines) == 0 {
		return x, false
	}
	t.place = sysinfo.Place{File: ports}
	var words, undo []string
	for _, l := range lines {
		words = append(words, sh(l))
		undo = append(undo, dropLine(g.Root, ports, l))
	}
	x.Undo = undoAll(undo)
	return x.Do("Say the ports again that the virtual hosts are for", "printf '%%s\\n' %s >>%s", strings.Join(words, " "), sh(realFile(g.Root, ports))), true
}

// listenFor is the Listen line of a virtual host: at its own address; at all of them for the ports of the web; at this machine's own where
// a gateway here asks for it there. Empty where that cannot be told.
func (t *confError) listenFor(host, port string) string {
	switch {
	case host != "*" && host != "_default_":
		return "Listen " + host + ":" + port
	case port == "80" || port == "443":
		return "Listen " + port
	case port == t.asked:
		return "Listen 127.0.0.1:" + port
	}
	return ""
}

var (
	vhostPort = whenAsked(`(?i)^\s*<VirtualHost\s+(?:[^>]*\s)?(\*|_default_|\[[0-9a-f:.]+\]|[\d.]+):(\d+)\s*>`)
	sslModule = whenAsked(`(?i)^\s*LoadModule\s+ssl_module\s`)
)
