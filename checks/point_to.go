package checks

import (
	"context"
	"fmt"
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// pointTo corrects the gateway's line to another address.
func pointTo(ctx context.Context, f *sysinfo.Facts, l *live, addr string) Fix {
	if x, ok := pointBackend(ctx, f, l, addr); ok {
		return x
	}
	if x, ok := pointPort(ctx, f, l, addr); ok {
		return x
	}
	root := l.Site.Gateway.Root
	old := configLine(root, l.Where)
	was := l.written(old)
	title := addr
	if sharedRule(l) {
		return Fix{Title: "Let the site ask for " + addr, Risk: Medium}.
			Tell("%s is a rule for many sites, and the word that this one gives to it may stand for its folders as well, so neither is bent for one socket. Let what listens at %s listen at %s, which the rule makes of that word, or write the socket into this site's own file", l.Where, addr, l.Address())
	}
	if _, _, apache := l.apacheHop(); apache {
		http := l.Scheme == "ajp" && answersHTTP(ctx, f, l, addr)
		if was, addr = apacheWritten(l, old, addr); http && strings.Contains(old, "ajp://"+was) {
			was, addr = "ajp://"+was, "http://"+addr
		}
	} else {
		addr = l.respell(was, addr)
		was, addr = partOf(old, was, addr)
		if h, ok := l.Extra.(sysinfo.NginxHop); ok && !strings.Contains(old, was) && strings.Contains(old, h.Pass.Value) {
			was, addr = h.Pass.Value, l.withScheme(h.Pass.Value, addr)
		}
	}
	x := Fix{Title: fmt.Sprintf("Let %s point to %s", path.Base(l.Where.File), title), Risk: Low}
	if was, addr = l.inParts(old, was, addr); was == "" {
		if x, ok := pointVariable(ctx, f, l, old, title); ok {
			return x
		}
		if x, ok := pointHost(ctx, f, l, title); ok {
			return x
		}
		return x.Tell("Correct the address at %s: what should be reached is at %s", l.Where, title)
	}
	x.Undo = replace(root, l.Where, addr, was)
	x = x.Do(fmt.Sprintf("Correct %s", l.Where), "%s", replace(root, l.Where, was, addr))
	return reload(ctx, f, l.Site.Gateway, l.everywhere(x, was, addr))
}

// maxPointed is how many lines of a site one fix corrects.
const maxPointed = 12

// everywhere corrects the other lines of a site that ask the same address in the same words: its other locations, its WebSockets.
func (l *live) everywhere(x Fix, was, addr string) Fix {
	root, done := l.Site.Gateway.Root, []sysinfo.Place{l.Where}
	for _, h := range l.Site.Hops {
		if h.Address() != l.Address() || slices.Contains(done, h.Where) || strings.Count(configLine(root, h.Where), was) != 1 || len(done) == maxPointed {
			continue
		}
		done = append(done, h.Where)
		x.Undo = also(x.Undo, replace(root, h.Where, addr, was))
		x = x.Do(fmt.Sprintf("And %s", h.Where), "%s", replace(root, h.Where, was, addr))
	}
	return x
}

// answersHTTP says that whoever listens there is a web server. Tomcat's two ports speak two protocols, and only the one of HTTP says so by itself.
func answersHTTP(ctx context.Context, f *sysinfo.Facts, l *live, addr string) bool {
	a, err := f.Host.Ask(ctx, sysinfo.Question{Network: "tcp", Address: addr, PID: l.Site.Gateway.Net, Host: l.Site.Name, URI: "/"})
	return err == nil && a.Status != 0 && !a.HTTP2
}

// portVariable is a port that a variable stands for, in the words of Apache, HAProxy (which has it in quotes) and Caddy.
var portVariable = whenAsked(`^:("\$\{[^}"]*\}"|"\$\w+"|\$\{[^}]*\}|\$\w+|\{\$[^}]*\}|\{env\.[^}]*\})`)

// inParts is for lines that do not have the address in one piece: the port alone is what a variable holds, or the line
// has a variable in the port's place. An empty answer means that no command can know.
func (l *live) inParts(line, was, addr string) (string, string) {
	i := strings.Index(line, was)
	if i >= 0 {
		if l.Unix == "" && was == l.Host {
			return l.hostAlone(was+portVariable.FindString(line[i+len(was):]), addr)
		}
		return was, addr
	}
	to, err := netip.ParseAddrPort(addr)
	port := fmt.Sprint(l.Port)
	if err != nil || l.Unix != "" || !regexp.MustCompile(`(^|\D)`+port+`(\D|$)`).MatchString(line) || !slices.Contains(l.Addrs, to.Addr()) {
		return "", ""
	}
	return port, fmt.Sprint(to.Port())
}

// respell writes an address the way the gateway's line has it: was is what stands there.
func (l *live) respell(was, addr string) string {
	path, unix := strings.CutPrefix(addr, "unix:")
	prefix := map[string]string{"haproxy": "unix@", "caddy": "unix/", "litespeed": "uds:/"}[l.Site.Gateway.Kind]
	switch {
	case unix && was == l.Unix:
		return path
	case unix && prefix != "":
		return prefix + path
	case !unix && l.Site.Gateway.Kind == "varnish":
		return addr[strings.LastIndexByte(addr, ':')+1:] // host and port stand on lines of their own
	}
	return addr
}

// withScheme writes an address as a pass takes it that was written with a scheme.
func (l *live) withScheme(value, addr string) string {
	scheme, _, ok := strings.Cut(value, "://")
	if !ok || strings.HasPrefix(scheme, "unix:") {
		return addr
	}
	return scheme + "://" + addr
}

// partOf narrows a change of address down to what stands on a line, where a variable holds a part of it only, the port or
// the number of a version: the longest part that the line has and that differs.
func partOf(line, was, is string) (string, string) {
	if strings.Contains(line, was) {
		return was, is
	}
	head, tail := 0, 0
	for head < min(len(was), len(is)) && was[head] == is[head] {
		head++
	}
	for tail < min(len(was), len(is))-head && was[len(was)-1-tail] == is[len(is)-1-tail] {
		tail++
	}
	part, instead := was, is
	found := 1 // a single digit may stand anywhere
	for i := 0; i <= head; i++ {
		for j := 0; j <= tail; j++ {
			if s := was[i : len(was)-j]; len(s) > found && strings.Contains(line, s) {
				found, part, instead = len(s), s, is[i:len(is)-j]
			}
		}
	}
	return part, instead
}

// written is the hop's address as it stands on its line.
func (l *live) written(line string) string {
	try := []string{l.Address(), fmt.Sprintf("%s:%d", l.Host, l.Port), l.Raw, l.Host}
	if l.Unix != "" {
		try = []string{"unix:" + l.Unix, "unix:/" + l.Unix, "unix://" + l.Unix, "unix/" + l.Unix, "unix@" + l.Unix, l.Unix}
	}
	for _, s := range try {
		if s != "" && strings.Contains(line, s) {
			return s
		}
	}
	return l.Address()
}
