package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// letIntoSocket lets an app's user use a socket as the service's own group may. Whose settings name the socket chooses it: one at which the
// database does not listen is another program's, whose group is no app's to join.
func letIntoSocket(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, u sysinfo.Unit) Fix {
	x := Fix{Title: "Let the app's user into the group of the socket", Risk: Medium}
	if back, ok := runFolderBack(ctx, f, x, path.Dir(s.Unix)); ok {
		return back
	}
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
	if at, shut := socketMode(f, s, u); shut && at.Known() {
		x.Undo = also(setLine(f.Host.Root, at, configLine(f.Host.Root, at))+"; "+u.Command("restart"), x.Undo)
		x = x.Do("Let the group write to the socket", "%s", setLine(f.Host.Root, at, socketModes[s.Kind][1])).
			Do("Let the service make its socket anew", "systemctl restart %s", sh(unitWord(u.Name)))
	}
	for _, h := range s.Site.Hops {
		if p, _ := f.PoolOf(ctx, h); p != nil && s.PHP && p.Unit.Name != "" {
			return x.Do("A process has the groups that it began with: start PHP anew", "systemctl restart %s", sh(unitWord(p.Unit.Name)))
		}
	}
	if s.Unit != "" && s.In == "" {
		return x.Do("A process has the groups that it began with: start the app anew", "systemctl restart %s && sleep 2", sh(unitWord(s.Unit)))
	}
	return reloadApp(f, x, s)
}

// socketModes are the settings by which a store gives its socket a mode, with a line that lets its group use it.
var socketModes = map[string][2]string{"redis": {"unixsocketperm", "unixsocketperm 770"}, "postgres": {"unix_socket_permissions", "unix_socket_permissions = 0770"}}

// socketMode is the line by which a store gives its socket a mode, and whether its group may not write to it.
func socketMode(f *sysinfo.Facts, s *sysinfo.Store, u sysinfo.Unit) (at sysinfo.Place, shut bool) {
	i, err := f.Host.Root.Stat(s.Unix)
	if socketModes[s.Kind][0] == "" || err != nil || i.Mode.Perm()&0o020 != 0 {
		return sysinfo.Place{}, false
	}
	return storeSetting(f, u, socketModes[s.Kind][0]), true
}

// socketTurns are the words of programs which a socket turns away: Node's, redis-py's, Predis', Go's and libmysqlclient's.
var socketTurns = []pattern{
	whenAsked(`\bEACCES:?(?: permission denied,)?(?: connect)? (/[^\s'":,;()]+)`),
	whenAsked(`(?:unix socket|dial unix|unix(?:://)?):? ?(/[^\s'":,;()]+?)[.:\]]*(?: connect:)? \(?[Pp]ermission denied`),
	whenAsked(`[Pp]ermission denied \[unix:(?://)?(/[^\s\]]+)\]`),
	whenAsked(`through socket '(/[^']+)' \((?:13|13 "Permission denied")\)`),
}

// socketOfWords is the database or cache of this machine whose socket turned an app away by the app's own words; where names who says so.
func socketOfWords(ctx context.Context, f *sysinfo.Facts, site *sysinfo.Site, lines []sysinfo.JournalLine, where sysinfo.Place) *sysinfo.Store {
	for _, line := range reversed(lines) {
		if ofARequest.MatchString(line.Text) {
			continue
		}
		for _, turns := range socketTurns {
			m := turns.FindStringSubmatch(line.Text)
			if m == nil {
				continue
			}
			for _, kind := range []string{"redis", "memcached", "mysql", "postgres"} {
				s := &sysinfo.Store{Kind: kind, Site: site, Unix: path.Clean(m[1]), Where: where}
				if u, ok := storeUnit(ctx, f, s); ok && ownsSocket(ctx, f, u, s.Unix) {
					return s
				}
			}
		}
	}
	return nil
}

// barredFromSocket puts it into a finding about an app that fails, since the socket of a database or a cache turned it away just now.
func barredFromSocket(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, now []sysinfo.JournalLine, found *Finding) bool {
	s := socketOfWords(ctx, f, l.Site, now, found.Where)
	if s == nil || u.Name == "" {
		return false
	}
	s.Unit, s.App = u.Name, unitWord(u.Name)
	said, err := f.Login(ctx, s)
	if err != nil || said.Trouble != sysinfo.StoreNoRight {
		return false
	}
	why := unreachable(ctx, f, s, said)
	found.Summary += ": " + why.Summary
	found.Where, found.Fix = why.Where, why.Fix
	found.Evidence = append(found.Evidence, why.Evidence...)
	return true
}

// ownsSocket says that a database's service listens at a socket.
func ownsSocket(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, socket string) bool {
	return u.Name != "" && slices.ContainsFunc(storeListens(ctx, f, u), func(at string) bool {
		at, ok := strings.CutPrefix(at, "unix:")
		return ok && realFile(f.Host.Root, at) == realFile(f.Host.Root, socket)
	})
}
