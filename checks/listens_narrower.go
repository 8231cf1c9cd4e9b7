package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// byAddress: the page's name has a server block of its own, which listens on all addresses of the port, and another one names the very address that is
// asked. nginx chooses by the address first, and looks at names only among the blocks that have it (nginx.org/en/docs/http/request_processing.html).
func byAddress(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) bool {
	asked := f.AskedURL()
	if asked == nil || !l.hit || l.Site.Gateway.Kind != "nginx" || l.Site.Called(asked.Hostname()) {
		return false
	}
	for _, s := range l.Site.Gateway.Sites {
		if s == l.Site || !takesName(s, asked.Hostname()) {
			continue
		}
		for _, wide := range s.Listen {
			narrow := narrower(l.Site, s, wide)
			at, root := wide.Place, l.Site.Gateway.Root
			if narrow == "" || !at.Known() || !strings.Contains(configLine(root, at), "listen ") {
				continue
			}
			edit, undo := addBehind(root, at, "listen", []string{"listen " + narrow + ";"})
			found.Where, found.Confidence = at, 0.95
			found.Summary = fmt.Sprintf("%s has a server block of its own (%s), and is never sent there: %s is the only one that listens on %s by that address, which comes before all names; and %s", asked.Hostname(), at, l.Site, narrow, found.Summary)
			found.Evidence = append([]Evidence{lineOf(root, at)}, found.Evidence...)
			found.Fix = reload(ctx, f, l.Site.Gateway, Fix{Title: "Let it listen on that address as well", Risk: Low, Undo: undo}.Do("Add the address to the block of "+asked.Hostname(), "%s", edit))
			return true
		}
	}
	return false
}

// narrower is the address and port by which a site listens where another listens on all addresses of that port, and not by that one.
func narrower(narrow, wide *sysinfo.Site, on sysinfo.Listen) string {
	if on.Unix != "" || on.TLS || !on.Addr.Addr().IsUnspecified() {
		return ""
	}
	for _, a := range narrow.Listen {
		if a.Unix != "" || a.TLS || a.Addr.Port() != on.Addr.Port() || a.Addr.Addr().IsUnspecified() {
			continue
		}
		for _, b := range wide.Listen {
			if b.Addr == a.Addr {
				return ""
			}
		}
		return a.Addr.String()
	}
	return ""
}
