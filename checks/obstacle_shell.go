package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

var (
	// barredLogin is what nologin(8) says to whoever is sent through it.
	barredLogin = whenAsked(`This account is currently not available`)
	// throughLogin is a command that becomes another user by his login shell (su(1), runuser(1)).
	throughLogin = whenAsked(`^[-@:+!]*((?:/\S+/)?(?:su|runuser))\s`)
	namesShell   = whenAsked(`\s(?:-s|--shell)\b`)
)

// noLoginShell: the service becomes its user by su, which runs that user's login shell, and he has none. He need not get one: su takes
// another shell from root.
func noLoginShell(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	said := lastSaid(recent(lines), barredLogin)
	l, ok := setBy(f, u, "ExecStart")
	if err != nil || said == nil || !ok || u.Manager != "" {
		return nil
	}
	m := throughLogin.FindStringSubmatch(l.Value)
	if m == nil || namesShell.MatchString(l.Value) {
		return nil
	}
	return &obstacle{where: l.Place, says: "it is started by su, and its user has no login shell", evidence: []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}, unitLineSays(f, l)},
		clear: func(x Fix) Fix {
			with := m[1] + " -s /bin/sh"
			x.Undo = replace(f.Host.Root, l.Place, with, m[1]) + "; systemctl daemon-reload"
			say := "Give the command a shell, and the account none: nobody can log in as before (better in the long run: User= in the unit)"
			return daemonReload(x.Do(say, "%s", replace(f.Host.Root, l.Place, fmt.Sprintf("%s ", m[1]), with+" ")))
		}}
}
