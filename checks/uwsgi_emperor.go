package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// vassalsMoved: the Emperor runs and looks into a folder that is not there; one beside it has the file of the app that should listen.
func vassalsMoved(f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) {
	dir, r := f.Emperor(u), f.Host.Root
	if dir == "" || r.Exists(dir) {
		return
	}
	at := emperorPlace(f, u, dir)
	now, file := "", ""
	names, _ := r.ReadDir(path.Dir(dir)) // gone as well: no folder beside it
	for _, name := range names {
		if one := vassalOf(r, l, path.Join(path.Dir(dir), name)); one != "" {
			if now != "" {
				return // which of two only a person knows
			}
			now, file = path.Join(path.Dir(dir), name), one
		}
	}
	found.Summary += fmt.Sprintf("; the Emperor looks for its vassals in %s, which does not exist", dir)
	if at.Known() {
		found.Where = at
		found.Evidence = append(found.Evidence, lineOf(r, at))
	}
	x := Fix{Title: "Name the folder of the vassals", Risk: Medium}
	if now == "" || !at.Known() || strayLink(r, at.File) || !plainPath.MatchString(now) {
		found.Fix = x.Tell("Bring %s back, or name the right folder at %s; then: %s", dir, at, u.Command("restart"))
		return
	}
	found.Confidence = 0.97
	found.Summary += ", and " + file + " has this app"
	edit, undo := replacePath(r, at, dir, now)
	x.Undo = undo
	found.Fix = startAnew(u, readAnew(x.Do("Name "+now+", which is there", "%s", edit), at), "Start the Emperor anew, and all his vassals")
}

// emperorPlace is the line that names the folder of an Emperor's vassals.
func emperorPlace(f *sysinfo.Facts, u sysinfo.Unit, dir string) sysinfo.Place {
	for _, file := range commandFiles(f, &live{}, u) {
		if w, ok := lastLineWith(f, file, emperorLine, "#", ";"); ok && strings.HasPrefix(path.Clean(w.match[1]), dir) {
			return w.place
		}
	}
	if l, ok := setBy(f, u, "ExecStart"); ok && strings.Contains(l.Value, dir) {
		return l.Place
	}
	return sysinfo.Place{}
}

// tyrantRefuses: an Emperor in tyrant mode runs each vassal as the owner of its file, and none as root (core/emperor.c).
func tyrantRefuses(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	said := lastSaid(recent(lines), tyrantSaid)
	i, err2 := f.Host.Root.Stat(u.Fragment)
	users, err3 := f.Users(ctx)
	if err != nil || err2 != nil || err3 != nil || said == nil || i.UID != 0 && i.GID != 0 {
		return nil
	}
	o := &obstacle{where: sysinfo.Place{File: u.Fragment}, says: fmt.Sprintf("the Emperor runs a vassal as the owner of its file (tyrant mode), and %s is root's", u.Fragment),
		evidence: []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}, {Source: "ls -l " + u.Fragment, Text: modeText(i, users)}}}
	c, ok := users.Creds(u.User)
	group := u.Group
	if group == "" {
		group = users.Group(c.GID)
	}
	o.clear = func(x Fix) Fix {
		if !ok || c.UID == 0 || group == "root" {
			return x.Tell("Give %s to the user and the group that the app shall run as (chown USER:GROUP)", u.Fragment)
		}
		x.Undo = fmt.Sprintf("chown -h %s:%s %s", sh(users.Name(i.UID)), sh(users.Group(i.GID)), sh(u.Fragment))
		return x.Do(fmt.Sprintf("Give the file to %s, as whom its own lines let the app run", u.User), "chown -h %s:%s %s", sh(u.User), sh(group), sh(u.Fragment))
	}
	return o
}

var tyrantSaid = whenAsked(`\[emperor-tyrant\] invalid permissions for vassal`)

// emperorNotRoot: a vassal shall run as another user than its Emperor, and only root may become another one.
func emperorNotRoot(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	keeper, ok := f.Unit(ctx, u.Within())
	if !ok || f.Emperor(keeper) == "" || u.User == "" {
		return nil
	}
	lines, err := f.Words(ctx, u)
	said := lastSaid(recent(lines), emperorMayNot)
	w := uwsgiLine(f, commandFiles(f, &live{}, keeper), uidLine)
	if err != nil || said == nil || len(w.match) == 0 || w.match[1] == "root" || w.match[1] == "0" || w.match[1] == u.User {
		return nil
	}
	r := f.Host.Root
	return &obstacle{where: w.place, says: fmt.Sprintf("the Emperor runs as %s, and cannot let it run as %s", w.match[1], u.User),
		evidence: []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}, lineOf(r, w.place)}, clear: func(x Fix) Fix {
			if others := withoutUser(f, f.Emperor(keeper)); others != "" {
				return x.Tell("Let the Emperor start as root (without %s), who gives each vassal its own user: but first write uid = … and gid = … into %s, which would run as root then", w.place, others)
			}
			undo := []string{setLine(r, w.place, configLine(r, w.place))}
			x = x.Do("Let the Emperor start as root, who gives each vassal its own user", "%s", commentOut(r, w.place))
			if g, ok := lastLineWith(f, w.place.File, gidLine, "#", ";"); ok {
				undo = append(undo, setLine(r, g.place, configLine(r, g.place)))
				x = x.Do("And its group", "%s", commentOut(r, g.place))
			}
			x.Undo = undoAll(undo)
			return x
		}}
}

// withoutUser is a file of a folder of vassals that names no user of its own; empty where each does.
func withoutUser(f *sysinfo.Facts, dir string) string {
	names, err := f.Host.Root.ReadDir(dir)
	if err != nil {
		return "each file of " + dir
	}
	for _, name := range names {
		if _, ok := lastLineWith(f, path.Join(dir, name), uidLine, "#", ";"); !ok {
			return path.Join(dir, name)
		}
	}
	return ""
}

var emperorMayNot = whenAsked(`Permission denied \[|cannot set[ug]id\(\) as non-root|Operation not permitted \[`)
