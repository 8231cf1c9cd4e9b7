package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
	"fix502/sysinfo/phpfpm"
)

// socketPermission: the gateway's worker needs to search every directory on the way and to write the socket.
func socketPermission() Check {
	return Check{
		ID: "socket-permission", Title: "The gateway's user may use every socket", Topic: Upstreams,
		Means: `To connect to a Unix socket the gateway's worker must be allowed to search every folder on the way and to write to the
socket itself. The usual origin: the app makes its socket for its own user alone (in PHP-FPM's pool listen.owner and listen.group are
commented out); the gateway's user was changed; or the socket lives in a home folder or another that others may not enter. Never answer it with mode 777: anybody on the machine could
then run code as the app, and the next restart undoes it.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if l.Unix == "" || l.reach.Err != nil {
				return nil
			}
			g := l.Site.Gateway
			users, err := f.Users(ctx)
			if err != nil {
				return &Finding{Status: Unknown, Summary: why(err)}
			}
			who := users.Name(g.Creds.UID)
			if l.reach.Denied == nil {
				if g.Creds.UID < 0 || l.reach.File == nil {
					return nil
				}
				return pass(fmt.Sprintf("%s may write to %s and search every folder on the way", who, l.Unix))
			}
			d := *l.reach.Denied
			found := &Finding{Status: l.broken(), Confidence: 0.97, Where: l.Where,
				Evidence: []Evidence{{Source: "ls -ld " + d.Path, Text: modeText(d, users)}, {Source: l.From + " worker", Text: fmt.Sprintf("runs as %s (uid %d, groups %s)", who, g.Creds.UID, groupNames(g.Creds, users))}}}
			if d.Mode.IsDir() {
				found.Summary = fmt.Sprintf("%s may not enter %s, where the socket %s lives", who, d.Path, path.Base(l.Unix))
			} else {
				found.Summary = fmt.Sprintf("%s may not write to the socket %s", who, l.Unix)
			}
			found.Where, found.Fix = permissionFix(ctx, f, l, d, who, users)
			if !found.Where.Known() {
				found.Where = l.Where
			}
			if g.Kind == "varnish" { // cache_conn_pool.c, VCP_Open: after EACCES it does not try for that long
				found.Fix = found.Fix.Do("Varnish asks a backend that it was kept from again after ten seconds (backend_local_error_holddown)", "sleep 11")
			}
			return withLine(found, l, errlog.ConnectUnixDenied)
		}),
	}
}

func modeText(i sysinfo.Info, u *sysinfo.Users) string {
	mode := i.Mode.String()
	if strings.HasPrefix(mode, "S") || strings.HasPrefix(mode, "L") { // as ls writes them
		mode = strings.ToLower(mode[:1]) + mode[1:]
	}
	text := fmt.Sprintf("%s %s:%s %s", mode, u.Name(i.UID), u.Group(i.GID), i.Path)
	for _, e := range i.ACL {
		if e.Tag == "user" {
			text += fmt.Sprintf(" user:%s:%d", u.Name(e.ID), e.Bit)
		}
	}
	return text
}

func groupNames(c sysinfo.Creds, u *sysinfo.Users) string {
	out := []string{u.Group(c.GID)}
	for _, g := range c.Groups {
		if g != c.GID {
			out = append(out, u.Group(g))
		}
	}
	return strings.Join(out, ",")
}

func permissionFix(ctx context.Context, f *sysinfo.Facts, l *live, d sysinfo.Info, who string, users *sysinfo.Users) (sysinfo.Place, Fix) {
	if x, ok := joinGroup(ctx, f, l, who, users); ok {
		return sysinfo.Place{File: l.Unix}, reload(ctx, f, l.Site.Gateway, x)
	}
	if d.Mode.IsDir() {
		if where, x, ok := runtimeModeFix(ctx, f, l, d, who); ok {
			return where, openWay(ctx, f, l, x, who, users)
		}
		return sysinfo.Place{File: d.Path}, openWay(ctx, f, l, folderFix(d, who), who, users)
	}
	return shareSocket(ctx, f, l, d, who, users)
}

// shareSocket lets whoever makes a socket give it to the gateway: systemd, a pool of PHP-FPM, an app.
func shareSocket(ctx context.Context, f *sysinfo.Facts, l *live, d sysinfo.Info, who string, users *sysinfo.Users) (sysinfo.Place, Fix) {
	if held, ok := f.SocketUnit(l.Hop); ok && (l.reach.Owner == nil || l.reach.Owner.PID == 1) {
		return heldSocketFix(f, l, held, users)
	}
	if u, ok := keptSocket(ctx, f, l); ok && l.reach.File != nil && !d.Mode.IsDir() {
		return keptSocketFix(f, l, u, who, users)
	}
	if at, x, ok := haproxySocketFix(ctx, f, l, who, users); ok {
		return at, x
	}
	if kept, ok := vassalDown(ctx, f, l); ok { // it made its socket, and ended before it was done with it
		if o := obstacleOf(ctx, f, kept); o != nil {
			return o.where, o.start(kept)
		}
	}
	p, pool := f.PoolOf(ctx, l.Hop)
	if p == nil {
		u := socketMaker(ctx, f, l)
		line, _ := setBy(f, u, "UMask") // none is common: then it is systemd's own 0022
		where := line.Place
		if at := iniLine(f, l, u, "chmod-socket"); at.Line > 0 {
			where = at
		}
		if w, ok := umaskSet(f, u); ok {
			where = w.place
		}
		if w, ok := umaskArguments(f, u); ok {
			where = w.place
		}
		if at, _ := umaskOption(f, u); at.Known() {
			where = at
		}
		if at := chownLine(ctx, f, l, u); at.Line > 0 && !strings.HasSuffix(configLine(f.Host.Root, at), ":"+users.Group(l.Site.Gateway.Creds.GID)) {
			where = at
		}
		return where, appSocketFix(ctx, f, l, d, who, users)
	}
	return poolSocketFix(f, l, p, pool, who, users)
}

// poolSocketFix has a pool make its socket for the gateway's user.
func poolSocketFix(f *sysinfo.Facts, l *live, p *sysinfo.FPM, pool *phpfpm.Pool, who string, users *sysinfo.Users) (sysinfo.Place, Fix) {
	x := Fix{Title: fmt.Sprintf("Let pool %s give its socket to %s", pool.Name, who), Risk: Medium}
	listen := pool.Get("listen").Place
	where := listen
	if at := pool.Get("listen.acl_users").Place; at.File != "" {
		where = at
		old := configLine(f.Host.Root, where)
		x.Undo = setLine(f.Host.Root, where, old)
		x = x.Do("Add the gateway's user to the pool's access list", "%s", setLine(f.Host.Root, where, strings.TrimRight(old, " ")+","+who))
	} else {
		add, undo := "", []string{}
		for _, kv := range socketSettings(l, pool, who, users) {
			if pool.Get(kv[0]).Text == kv[1] {
				continue
			}
			if at := pool.Get(kv[0]).Place; at.File != "" {
				if where == listen {
					where = at
				}
				undo = append(undo, setLine(f.Host.Root, at, configLine(f.Host.Root, at)))
				x = x.Do("Set "+kv[0], "%s", setLine(f.Host.Root, at, kv[0]+" = "+kv[1]))
			} else {
				add += "\n" + kv[0] + " = " + kv[1]
			}
		}
		if add != "" { // last: the line numbers above stay true
			x = x.Do("Say whose the socket is", "%s", insertAfter(f.Host.Root, listen, add[1:]))
			undo = append(undo, removeBelow(f.Host.Root, listen, strings.Count(add, "\n")))
		}
		x.Undo = undoAll(undo)
	}
	return where, fpmRestart(p, x)
}

// socketSettings are what a pool's socket should be set to. One that is the gateway's group's already, which may only read it, lacks the mode alone; one that
// its own user has, and a group may use, the group.
func socketSettings(l *live, pool *phpfpm.Pool, who string, users *sysinfo.Users) [][2]string {
	d, c := l.reach.Denied, l.Site.Gateway.Creds
	mode := [2]string{"listen.mode", "0660"}
	if !d.Mode.IsDir() && pool.Get("listen.group").Text == users.Group(d.GID) && (d.GID == c.GID || slices.Contains(c.Groups, d.GID)) {
		return [][2]string{mode}
	}
	if owner := pool.Get("listen.owner"); owner.Set() && owner.Text == pool.Get("user").Text && pool.Get("listen.group").Set() && !d.Mode.IsDir() && d.Mode.Perm()&0o060 == 0o060 {
		return [][2]string{{"listen.group", users.Group(c.GID)}} // as panels have it: the pool's user owns it, the gateway's group may use it
	}
	return [][2]string{{"listen.owner", who}, {"listen.group", users.Group(c.GID)}, mode}
}

// heldSocketFix: systemd itself makes the socket, with the owner and mode that its .socket unit says.
func heldSocketFix(f *sysinfo.Facts, l *live, held sysinfo.HeldSocket, users *sysinfo.Users) (sysinfo.Place, Fix) {
	group := users.Group(l.Site.Gateway.Creds.GID)
	where := sysinfo.Place{File: held.Unit}
	for _, line := range held.Lines {
		if where.Line == 0 || strings.HasPrefix(line.Key, "Socket") {
			where = line.Place
		}
	}
	x := Fix{Title: "Let " + held.Unit + " give its socket to " + group, Risk: Medium}
	lines, say := []string{"SocketGroup=" + group, "SocketMode=0660"}, "Let the gateway's group use the socket"
	for _, line := range held.Lines {
		if _, known := users.Creds(line.Value); line.Key == "SocketUser" && line.Value != "" && !known && !line.Specified() { // systemd would not make it then (socket_chown)
			where, say = line.Place, say+"; it belongs to root then, for there is no user "+line.Value+" here"
			lines = append([]string{"SocketUser="}, lines...)
			break
		}
	}
	x = daemonReload(dropIn(x, held.Unit, say, "Socket", lines...))
	return where, madeAnew(x, held)
}

// madeAnew has systemd make a socket of its own again, which it refuses while the service runs.
func madeAnew(x Fix, held sysinfo.HeldSocket) Fix {
	return x.Do("Stop the service: systemd makes the socket anew only without it", "systemctl stop %s", sh(unitWord(held.Service))).
		Do("Make the socket anew; the next visitor starts the service", "systemctl restart %s", sh(held.Unit))
}
