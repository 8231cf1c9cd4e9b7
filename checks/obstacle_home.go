package checks

import (
	"context"
	"path"
	"strings"

	"fix502/sysinfo"
)

var (
	deniedToRoots = whenAsked(`(?i)permission denied.*['" ]/root(/|['"]|$)|['" ]/root(/[^ ]*)?['"]?:? permission denied`)
	userLine      = whenAsked(`^user\s*=`)
)

// rootsHome: supervisord starts a program as another user and leaves it HOME as it is, which is root's: "the user will be
// changed, but not the environment" (supervisord.org, Subprocess Environment). So it looks for its own files in /root.
func rootsHome(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	home := homeOf(ctx, f, u.User)
	own := u.Exec + " " + u.Props["WorkingDirectory"] + " " + u.Props["Environment"]
	if u.Section() == "" || home == "" || home == "/root" || strings.Contains(own, "HOME=") || strings.Contains(own, "/root") {
		return nil
	}
	lines, _ := f.Words(ctx, u) // unreadable: then nothing is known of a refusal
	said := lastSaid(recent(lines), deniedToRoots)
	at := lineIn(f, u, userLine)
	if said == nil || !at.Known() {
		return nil
	}
	text := `HOME="` + home + `",USER="` + u.User + `"`
	o := &obstacle{says: "supervisord runs it as " + u.User + " and leaves it root's HOME, since nothing in its settings names another", where: at,
		evidence: []Evidence{lineOf(f.Host.Root, at), {Source: said.Source, Text: said.Text, Time: said.Time}}}
	o.clear = func(x Fix) Fix {
		return keptVariables(f, u, x, "Name the user's own", text)
	}
	return o
}

// homeOf is a user's home, where it is a folder of this machine whose name needs no care in supervisord's file.
func homeOf(ctx context.Context, f *sysinfo.Facts, user string) string {
	users, err := f.Users(ctx)
	if err != nil {
		return ""
	}
	home := users.Home(user)
	if i, err := f.Host.Root.Stat(home); !path.IsAbs(home) || strings.ContainsAny(home, `"%\`) || err != nil || !i.Mode.IsDir() {
		return ""
	}
	return home
}
