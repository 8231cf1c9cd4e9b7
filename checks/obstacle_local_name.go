package checks

import (
	"context"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// asksLocalhost are the words of a program that did not find the address of localhost: Node's and Ruby's getaddrinfo, Go's lookup.
var asksLocalhost = whenAsked(`(?i)(?:getaddrinfo|lookup|resolv\w*|name or service not known)\b[^"]*\blocalhost\b`)

// noLocalhost: the hosts file was written anew, and the line that every machine has was forgotten (hosts(5)).
func noLocalhost(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	said := lastSaid(recent(lines), asksLocalhost)
	if err != nil || said == nil {
		return nil
	}
	text, err := f.Host.Root.ReadFile("/etc/hosts")
	if err != nil || namesLocalhost(string(text)) {
		return nil
	}
	return &obstacle{where: sysinfo.Place{File: "/etc/hosts"}, says: "/etc/hosts has no line for localhost",
		evidence: []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}},
		clear: func(x Fix) Fix {
			x, _ = nameInHosts(f.Host.Root, x, "127.0.0.1", "localhost")
			return x
		}}
}

func namesLocalhost(hosts string) bool {
	for line := range strings.Lines(hosts) {
		code, _, _ := strings.Cut(line, "#")
		if w := strings.Fields(code); len(w) > 1 && slices.Contains(w[1:], "localhost") {
			return true
		}
	}
	return false
}
