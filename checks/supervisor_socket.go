package checks

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// keptSocket is the [fcgi-program] whose socket supervisord makes itself, with the owner and the mode that the section says: no group or
// umask of a service has a word in it (supervisord.org, "[fcgi-program:x] Section Values").
func keptSocket(ctx context.Context, f *sysinfo.Facts, l *live) (sysinfo.Unit, bool) {
	all, _ := f.Services(ctx) // none is an answer
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if u := all[name]; u.Section() != "" && l.Unix != "" && u.Props["socket"] == "unix://"+l.Unix {
			return u, true
		}
	}
	return sysinfo.Unit{}, false
}

// keptSocketFix has supervisord make the socket for the gateway's group. It compares no more than the socket's address when it reads its
// files anew (supervisor/datatypes.py), so the group is taken out and put back.
func keptSocketFix(f *sysinfo.Facts, l *live, u sysinfo.Unit, who string, users *sysinfo.Users) (sysinfo.Place, Fix) {
	d, c, root := *l.reach.Denied, l.Site.Gateway.Creds, f.Host.Root
	x := Fix{Title: "Let supervisord give the socket to " + who, Risk: Medium}
	settings := [][2]string{{"socket_mode", "0660"}}
	if d.GID != c.GID && !slices.Contains(c.Groups, d.GID) {
		settings = append(settings, [2]string{"socket_owner", users.Name(d.UID) + ":" + users.Group(c.GID)})
	}
	listen := keptLine(f, u, "socket")
	where, missing, undo := listen, "", []string{}
	for _, kv := range settings {
		at := keptLine(f, u, kv[0])
		if !at.Known() {
			missing += "\n" + kv[0] + "=" + kv[1]
			continue
		}
		where = at
		undo = append(undo, setLine(root, at, configLine(root, at)))
		x = x.Do("Set "+kv[0], "%s", setLine(root, at, kv[0]+"="+kv[1]))
	}
	if missing != "" { // last: the line numbers above stay true
		x = x.Do("Say whose the socket is", "%s", insertAfter(root, listen, missing[1:]))
		undo = append(undo, removeBelow(root, listen, strings.Count(missing, "\n")))
	}
	group, _, _ := strings.Cut(unitWord(u.Name), ":")
	again := fmt.Sprintf("supervisorctl reread && supervisorctl stop %s && supervisorctl remove %s && supervisorctl add %s && sleep 2", sh(group+":*"), sh(group), sh(group))
	x.Undo = undoAll(append([]string{again}, undo...))
	return where, x.Do("Let supervisord make the socket anew; nothing else that it keeps is stopped", "%s", again)
}

// keptLine is the line of a program's own section that sets something.
func keptLine(f *sysinfo.Facts, u sysinfo.Unit, key string) sysinfo.Place {
	set := regexp.MustCompile(`^\s*` + regexp.QuoteMeta(key) + `\s*=`)
	return lastSetting(f, []string{u.Fragment}, func(section, line string) bool { return section == u.Section() && set.MatchString(line) })
}

// manyPrograms says that a service keeps programs that are not its own: what is set for it, all of them get.
func manyPrograms(u sysinfo.Unit) bool {
	return slices.Contains(supervisors(), u.Name) || strings.HasPrefix(u.Name, "user@")
}
