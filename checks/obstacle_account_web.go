package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// webUsers are the accounts of web servers in other distributions than the one at hand: nginx.org's and Red Hat's nginx, Red Hat's apache,
// Arch's http, SUSE's wwwrun, Debian's www-data, and the www of panels and of FreeBSD.
var webUsers = [...]string{"nginx", "apache", "http", "wwwrun", "www-data", "www"}

// webUserHere is the account of this machine's web server, where a unit of a guide for another distribution names that one's.
func webUserHere(ctx context.Context, f *sysinfo.Facts, users *sysinfo.Users, name string) string {
	gateways, err := f.Gateways(ctx)
	if err != nil || !slices.Contains(webUsers[:], name) {
		return ""
	}
	for _, g := range gateways {
		if _, there := users.Creds(g.User); there && g.Running() && !g.Foreign && slices.Contains(webUsers[:], g.User) {
			return g.User
		}
	}
	return ""
}

// asWebUser writes the account of this machine in the place of the other one.
func asWebUser(f *sysinfo.Facts, u sysinfo.Unit, users *sysinfo.Users, here string, x Fix) Fix {
	var undo []string
	for _, key := range []string{"User", "Group"} {
		l, ok := setBy(f, u, key)
		_, isUser := users.Creds(l.Value)
		_, isGroup := users.GID(l.Value)
		if !ok || key == "User" && isUser || key == "Group" && isGroup {
			continue
		}
		x = unitSet(f, u, x, fmt.Sprintf("Name %s, which the web server of this machine runs as", here), "Service", key, here)
		undo = append(undo, strings.TrimSuffix(x.Undo, "; systemctl daemon-reload"))
	}
	x.Undo = undoAll(undo) + "; systemctl daemon-reload"
	return daemonReload(x)
}
