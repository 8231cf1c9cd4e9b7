package checks

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

var namelessHost = whenAsked(`getaddrinfo for ([\w.-]+) failed|getaddrinfo failed: .*host[ =']([\w.-]+)|could not translate host name "([\w.-]+)" to address`)

// nameLost: the name by which the app calls its database has no address any more: a line of /etc/hosts is gone, or DNS does not
// know it.
func nameLost(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, u sysinfo.Unit, here bool, said spoken, found *Finding) bool {
	m := namelessHost.FindStringSubmatch(said.own())
	if m == nil {
		return false
	}
	name := m[1] + m[2] + m[3]
	if all, err := f.Host.Resolve(ctx, name); err == nil && len(all) > 0 {
		return false // it has one again
	}
	found.Where, found.Confidence = sysinfo.Place{File: "/etc/hosts"}, 0.95
	found.Summary = fmt.Sprintf("the app looks for its database at %s, a name without an address: visitors see 500", name)
	for _, h := range databaseHosts(ctx, f, s, said.own()) {
		if h.host == name {
			found.Where = h.at
			found.Evidence = append(found.Evidence, Evidence{Source: h.at.String(), Text: "names " + name}) // not the line: a password may stand on it
			break
		}
	}
	x := Fix{Title: "Give the name an address again", Risk: Medium}
	if at := storeListens(ctx, f, u); here && u.Running() && portOf(at) == usualPort(u) && privateName(name) {
		found.Evidence = append(found.Evidence, unitSays(u))
		x = x.Tell("%s of this machine listens on the port that is meant: most likely the name stood for it. If the database is another machine's, write that one's address instead", unitWord(u.Name))
		if x, ok := nameInHosts(f.Host.Root, x, "127.0.0.1", name); ok {
			found.Fix = x
			return true
		}
	}
	found.Fix = x.Tell("Put the right name or address at %s, or give %s its address in DNS or in /etc/hosts", found.Where, name)
	return true
}

// privateName says that a name is one of this network's own: one of the internet's has its address again when DNS answers, and a line in
// /etc/hosts would lead the app to another database for good.
func privateName(name string) bool {
	i := strings.LastIndexByte(name, '.')
	return i < 0 || slices.Contains([]string{"lan", "local", "internal", "intern", "localdomain", "localnet", "home", "corp", "private", "test", "example", "invalid", "arpa"}, strings.ToLower(name[i+1:]))
}

// usualPort is the one at which apps ask a database or a cache when they name none.
func usualPort(u sysinfo.Unit) string {
	kind := cmp.Or(storeKind(u), "mysql")
	for port, of := range usualPorts {
		if of == kind {
			return strconv.Itoa(port)
		}
	}
	return ""
}
