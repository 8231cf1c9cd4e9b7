package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// letIntoSocket lets an app's user use a socket as the service's own group may. Whose settings name the socket chooses it: one at which the
// database does not listen is another program's, whose group is no app's to join.
func letIntoSocket(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, u sysinfo.Unit) Fix {
	x := Fix{Title: "Let the app's user into the group of the socket", Risk: Medium}
	name, ok := f.StoreUser(ctx, s)
	i, err := f.Host.Root.Stat(s.Unix)
	users, err2 := f.Users(ctx)
	if !ok || err != nil || err2 != nil || name == "" || !ownsSocket(ctx, f, u, s.Unix) {
		return x.Tell("ls -l %s shows whose the socket is: put the app's user into that group, and let the group write to it", s.Unix)
	}
	group := users.Group(i.GID)
	own := map[string][]string{"redis": {"redis"}, "mysql": {"mysql"}, "postgres": {"postgres"}, "memcached": {"memcache", "memcached"}}[s.Kind]
	if group == "" || users.GroupOfPeople(i.GID) || slices.Contains(powerful, group) && !slices.Contains(own, group) {
		return x.Tell("ls -l %s shows whose the socket is: let the service make it for a group that the app's user is in, one made for the purpose and nobody's own; or let the app ask over the network of this machine (127.0.0.1), with a password", s.Unix)
	}
	x.Undo = fmt.Sprintf("gpasswd -d %s %s", sh(name), sh(group))
	x = x.Do("Put it into the group; it may read then what the group may read", "usermod -aG %s %s", sh(group), sh(name))
	if s.Kind == "redis" {
		perm := redisWord("unixsocketperm")
		if at := lastSetting(f, redisConf(u), func(_, line string) bool { _, ok := perm(line); return ok }); at.Known() {
			x = x.Do("Let the group write to the socket", "%s", setLine(f.Host.Root, at, "unixsocketperm 770")).
				Do("Let the service make its socket anew", "systemctl restart %s", sh(unitWord(u.Name)))
		}
	}
	for _, h := range s.Site.Hops {
		if p, _ := f.PoolOf(ctx, h); p != nil && s.PHP && p.Unit.Name != "" {
			return x.Do("A process has the groups that it began with: start PHP anew", "systemctl restart %s", sh(unitWord(p.Unit.Name)))
		}
	}
	return reloadApp(f, x, s)
}

// ownsSocket says that a database's service listens at a socket.
func ownsSocket(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, socket string) bool {
	return u.Name != "" && slices.ContainsFunc(storeListens(ctx, f, u), func(at string) bool {
		at, ok := strings.CutPrefix(at, "unix:")
		return ok && realFile(f.Host.Root, at) == realFile(f.Host.Root, socket)
	})
}
