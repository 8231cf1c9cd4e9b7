package checks

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// noAccount: the user or group that a unit names does not exist here.
func noAccount(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, key string) *obstacle {
	users, err := f.Users(ctx)
	l, ok := setBy(f, u, key)
	if err != nil || !ok || l.Value == "" || l.Specified() || strings.Trim(l.Value, "0123456789") == "" {
		return nil
	}
	_, isUser := users.Creds(l.Value)
	_, isGroup := users.GID(l.Value)
	if key == "User" && isUser || key == "Group" && isGroup {
		return nil
	}
	o := &obstacle{where: l.Place, evidence: []Evidence{unitLineSays(f, l)}, says: fmt.Sprintf("its %s %s does not exist on this machine", strings.ToLower(key), l.Value)}
	o.clear = func(x Fix) Fix {
		if before, ok := setBefore(f, u, l); ok && inside(l.File, "/etc") && !strings.HasPrefix(before.File, "/etc/") {
			if _, there := users.Creds(before.Value); there && key == "User" {
				x.Undo = setLine(f.Host.Root, l.Place, configLine(f.Host.Root, l.Place)) + "; systemctl daemon-reload"
				return daemonReload(x.Do(fmt.Sprintf("Take the line out: its package has it run as %s, whose its files are", before.Value), "%s", commentOut(f.Host.Root, l.Place)))
			}
		}
		id := formerID(f, u, users, key)
		if here := webUserHere(ctx, f, users, l.Value); here != "" && id == 0 {
			return asWebUser(f, u, users, here, x)
		}
		if now := renamedTo(f, u, users, l.Value); now != "" && key == "User" {
			return daemonReload(unitSet(f, u, x, fmt.Sprintf("Name %s: that is what the account is called now to which the app's files belong", now), "Service", "User", now))
		}
		if key == "Group" {
			x.Undo = "groupdel " + sh(l.Value)
			return x.Do("Make the group again", "%sgroupadd --system%s %s", unlessThere(u, "group", l.Value), option("--gid", id), sh(l.Value))
		}
		x.Undo = "userdel " + sh(l.Value)
		team := ""
		if isGroup {
			team = " --gid " + sh(l.Value)
		}
		return x.Do("Make the user again, as one that nobody can log in as", "%suseradd --system --no-create-home --shell /usr/sbin/nologin%s%s %s", unlessThere(u, "passwd", l.Value), option("--uid", id), team, sh(l.Value))
	}
	return o
}

// setBefore is the line that a later one of a unit's files takes the place of.
func setBefore(f *sysinfo.Facts, u sysinfo.Unit, l sysinfo.UnitLine) (sysinfo.UnitLine, bool) {
	for _, one := range reversed(f.UnitLines(u)) {
		if one.Key == l.Key && one.Place != l.Place && one.Value != "" {
			return one, true
		}
	}
	return sysinfo.UnitLine{}, false
}

// unlessThere keeps the fixes of a template's instances apart: each of them lacks the one account, and the second to be mended finds it made.
func unlessThere(u sysinfo.Unit, list, name string) string {
	if !strings.Contains(u.Name, "@") {
		return ""
	}
	return fmt.Sprintf("getent %s %s >/dev/null || ", list, sh(name))
}

// renamedTo is what a unit's account is called today, where it was given another name and the app's files are still its own.
func renamedTo(f *sysinfo.Facts, u sysinfo.Unit, users *sysinfo.Users, old string) string {
	return renamedOwner(f.Host.Root, users, old, append([]string{u.Folder()}, strings.Fields(u.Exec)...))
}

// renamedOwner is what an account is called today, where it was given another name and owns one of some files; empty else. What is no whole path is left out.
func renamedOwner(r sysinfo.Root, users *sysinfo.Users, old string, files []string) string {
	now := users.Renamed(old)
	who, ok := users.Creds(now)
	for _, name := range files {
		if i, err := r.Stat(name); ok && err == nil && strings.HasPrefix(name, "/") && i.UID == who.UID {
			return now
		}
	}
	return ""
}

// formerID is the number that the account had, where the app's files still bear it and nobody else has it.
func formerID(f *sysinfo.Facts, u sysinfo.Unit, users *sysinfo.Users, key string) int {
	for _, name := range append([]string{u.Folder()}, strings.Fields(u.Exec)...) {
		i, err := f.Host.Root.Stat(name)
		if err != nil || !strings.HasPrefix(name, "/") {
			continue
		}
		if key == "User" && users.Name(i.UID) == strconv.Itoa(i.UID) {
			return i.UID
		}
		if key == "Group" && users.Group(i.GID) == strconv.Itoa(i.GID) {
			return i.GID
		}
	}
	return 0
}

func option(name string, n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" %s %d", name, n)
}
