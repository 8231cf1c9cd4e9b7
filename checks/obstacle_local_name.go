package checks

import (
	"context"
	"slices"
	"strings"

	"fix502/sysinfo"
)

var (
	// asksLocalhost are the words of a program that did not find the address of localhost: Node's and Ruby's getaddrinfo, Go's lookup.
	asksLocalhost = whenAsked(`(?i)(?:getaddrinfo|lookup|resolv\w*|name or service not known)\b[^"]*\blocalhost\b`)
	// asksNameless are those of one that does not say which name it was; EAI_NONAME and EAI_AGAIN (getaddrinfo(3)).
	asksNameless = whenAsked(`gaierror: \[Errno -[23]\]|(?i)name or service not known|temporary failure in name resolution|unable to resolve host|UnknownHostException|ENOTFOUND|EAI_AGAIN`)
)

// nameNotInHosts: the hosts file was written anew, and a line that every machine has was forgotten: that of localhost, or of its own name
// (hosts(5), hostname(5)).
func nameNotInHosts(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	text, err2 := f.Host.Root.ReadFile("/etc/hosts")
	if err != nil || err2 != nil {
		return nil
	}
	addr, name := "127.0.0.1", "localhost"
	said := lastSaid(recent(lines), asksLocalhost)
	if said == nil {
		addr, name = "127.0.1.1", ownName(f) // Debian's address for it (Debian reference, 5.1.1)
		if said = lastSaid(recent(lines), asksNameless); said == nil || !asksItsName(f, u, lines, said, name) {
			return nil
		}
	}
	if namesHost(string(text), name) {
		return nil
	}
	return &obstacle{where: sysinfo.Place{File: "/etc/hosts"}, says: "/etc/hosts has no line for " + name,
		evidence: []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}},
		clear: func(x Fix) Fix {
			x, _ = nameInHosts(f.Host.Root, x, addr, name)
			return x
		}}
}

// ownName is what the machine calls itself; empty where that is no name of a host.
func ownName(f *sysinfo.Facts) string {
	b, _ := f.Host.Root.ReadFile("/etc/hostname") // without it the name is the kernel's, and none that somebody gave
	name := strings.TrimSpace(string(b))
	if !hostName.MatchString(name) || name == "localhost" {
		return ""
	}
	return name
}

// asksItsName says that a program wanted the address of its own machine's name: it says the name, or the line of its code which failed asks
// for it.
func asksItsName(f *sysinfo.Facts, u sysinfo.Unit, lines []sysinfo.JournalLine, said *sysinfo.JournalLine, name string) bool {
	if name == "" {
		return false
	}
	if wholeWord(name).MatchString(said.Text) {
		return true
	}
	at := codePlace(f, "", recent(lines), said)
	return at.Known() && ownNameAsked.MatchString(configLine(f.Host.Root, at))
}

// ownNameAsked are the calls of Python, Node and files by which code asks for its machine's name.
var ownNameAsked = whenAsked(`/etc/hostname|\bgethostname\(|\bgetfqdn\(|os\.hostname\(|platform\.node\(|os\.uname\(`)

// namesHost says that a hosts file has a name.
func namesHost(hosts, name string) bool {
	for line := range strings.Lines(hosts) {
		code, _, _ := strings.Cut(line, "#")
		if w := strings.Fields(code); len(w) > 1 && slices.Contains(w[1:], name) {
			return true
		}
	}
	return false
}
