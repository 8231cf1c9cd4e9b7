package checks

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

var (
	uwsgiStranger = whenAsked(`^(?:unable to find )?(user|group|uid|gid) (\S+?)(?: not found\.?)?$`)
	uwsgiAnother  = whenAsked(`probably another instance of uWSGI is running on the same address \(([^)]+)\)`)
	uwsgiNoPid    = whenAsked(`^open\("(/[^"]+)"\): Permission denied|^(?:fopen|open)\(\): Permission denied \[core/utils\.c`)
	uwsgiNoMemory = whenAsked(`^mmap\(\): Cannot allocate memory|^(?:malloc|calloc)\(\): Cannot allocate memory|^MemoryError$|^unable to allocate \d+ bytes`)
	uwsgiNoBind   = whenAsked(`^bind\(\): No such file or directory`)
	uwsgiPid      = whenAsked(`^\s*((?:safe-)?pidfile2?)\s*[=:]\s*(/\S+)`)
	uwsgiStats    = whenAsked(`^\s*(stats(?:-server)?)\s*[=:]\s*(\S+)`)
)

// uwsgiSaid: uWSGI ends at its start, and its last words tell which of its own lines it cannot do (core/utils.c, core/socket.c, core/uwsgi.c).
func uwsgiSaid(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	if err != nil || !strings.Contains(u.Exec, "uwsgi") || !fails(u) && u.Manager == "" {
		return nil
	}
	files := commandFiles(f, &live{}, u)
	for _, l := range reversed(recent(lines)) {
		text := undated(l.Text)
		said := Evidence{Source: l.Source, Text: strings.TrimSpace(l.Text), Time: l.Time}
		var o *obstacle
		if m := uwsgiStranger.FindStringSubmatch(text); m != nil {
			o = uwsgiAccount(ctx, f, files, m[1], m[2])
		} else if m := uwsgiAnother.FindStringSubmatch(text); m != nil {
			o = statsTaken(f, files, m[1])
		} else if m := uwsgiNoPid.FindStringSubmatch(text); m != nil {
			o = pidShut(ctx, f, u, files, m[1])
		} else if m := uwsgiNoInclude.FindStringSubmatch(text); m != nil {
			o = uwsgiIncludeGone(f, u, files, m[1])
		} else if uwsgiMayNot.MatchString(text) {
			o = startedAsAnother(f, u, files)
		} else if uwsgiNoMemory.MatchString(text) {
			o = spaceTooSmall(f, files)
		} else if uwsgiNoBind.MatchString(text) && u.Within() != "" {
			o = uwsgiSocketFolder(ctx, f, u, files)
		}
		if o != nil {
			o.evidence = append([]Evidence{said}, o.evidence...)
			return o
		}
	}
	return nil
}

// undated is what uWSGI said, without the date that it puts before where it writes a log of its own.
func undated(text string) string {
	text = strings.TrimSpace(text)
	if date, said, ok := strings.Cut(text, " - "); ok && len(date) == 24 {
		return said
	}
	return text
}

// uwsgiLine is the first line of some files that sets one of some things; what counts first stands first.
func uwsgiLine(f *sysinfo.Facts, files []string, re pattern) written {
	for _, file := range files {
		if w, ok := lastLineWith(f, file, re, "#", ";"); ok && !strayLink(f.Host.Root, file) {
			return w
		}
	}
	return written{}
}

// uwsgiAccount: a line names a user or a group that this machine does not have.
func uwsgiAccount(ctx context.Context, f *sysinfo.Facts, files []string, kind, name string) *obstacle {
	w := uwsgiLine(f, files, regexp.MustCompile(`^\s*(uid|gid|chown-socket)\s*[=:]\s*(?:`+regexp.QuoteMeta(name)+`|`+regexp.QuoteMeta(name)+`:\S+|\S+:`+regexp.QuoteMeta(name)+`)\s*$`))
	if !w.place.Known() {
		return nil
	}
	r := f.Host.Root
	file, noun := "/etc/passwd", "user"
	if strings.HasPrefix(kind, "g") {
		file, noun = "/etc/group", "group"
	}
	var all []string
	for _, line := range linesIn(r, file) {
		n, _, _ := strings.Cut(line, ":")
		all = append(all, n)
	}
	line := configLine(r, w.place)
	o := &obstacle{where: w.place, says: fmt.Sprintf("%s names %s, and there is no %s of that name", w.match[1], name, noun), evidence: []Evidence{lineOf(r, w.place)}}
	right := spelling.Closest(name, all)
	value := strings.Replace(line, name, right, 1)
	if w.match[1] == "chown-socket" {
		if owner := uwsgiLine(f, files, uidLine); len(owner.match) > 0 {
			if group := gatewaysGroup(ctx, f); group != "" {
				right, value = owner.match[1]+":"+group, "chown-socket = "+owner.match[1]+":"+group
			}
		}
	}
	o.clear = func(x Fix) Fix {
		if right == "" || right == "root" {
			return x.Tell("Write at %s the %s that the app has here (ls -ld of its folder tells whose it is)", w.place, noun)
		}
		x.Undo = setLine(r, w.place, line)
		return x.Do("Name "+right, "%s", setLine(r, w.place, value))
	}
	return o
}

// gatewaysGroup is the group in which the gateway that runs here works; empty where there are several.
func gatewaysGroup(ctx context.Context, f *sysinfo.Facts) string {
	all, err := f.Gateways(ctx)
	users, err2 := f.Users(ctx)
	group := ""
	for _, g := range all {
		if err != nil || err2 != nil || !g.Running() || g.Creds.GID == 0 {
			continue
		}
		if name := users.Group(g.Creds.GID); group == "" || group == name {
			group = name
		} else {
			return ""
		}
	}
	return group
}

// statsTaken: two apps shall have their numbers at one port; the app itself needs none of them.
func statsTaken(f *sysinfo.Facts, files []string, address string) *obstacle {
	w := uwsgiLine(f, files, uwsgiStats)
	r := f.Host.Root
	if len(w.match) == 0 || w.match[2] != address {
		return nil
	}
	return &obstacle{where: w.place, says: "another program has the address of its statistics, " + address, evidence: []Evidence{lineOf(r, w.place)}, clear: func(x Fix) Fix {
		x.Undo = setLine(r, w.place, configLine(r, w.place))
		return x.Do("Leave its statistics out, or give them a port of their own there", "%s", commentOut(r, w.place))
	}}
}

// pidShut: it may not write the file with its number where its line says; who starts it knows the number in any case.
func pidShut(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, files []string, named string) *obstacle {
	w := uwsgiLine(f, files, uwsgiPid)
	r := f.Host.Root
	_, waited := setBy(f, u, "PIDFile")
	if len(w.match) == 0 || named != "" && named != w.match[2] || waited || u.Within() != "" && u.Within() == "uwsgi.service" {
		return nil
	}
	who, _ := servedBy(ctx, f, u)
	return &obstacle{where: w.place, says: fmt.Sprintf("its user %s may not write %s", who, w.match[2]), evidence: []Evidence{lineOf(r, w.place)}, clear: func(x Fix) Fix {
		x.Undo = setLine(r, w.place, configLine(r, w.place))
		return x.Do("Leave it out: nothing here asks for that file", "%s", commentOut(r, w.place))
	}}
}

// uwsgiSocketFolder: the folder of /run in which it shall make its socket is not there.
func uwsgiSocketFolder(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, files []string) *obstacle {
	w := uwsgiLine(f, files, vassalSocket)
	if len(w.match) == 0 {
		return nil
	}
	r := f.Host.Root
	text, _ := r.ReadFile(w.place.File) // it was read a moment ago
	dir := path.Dir(spelledOut(path.Base(w.place.File), string(text), w.match[1]))
	if !inside(dir, "/run") && !inside(dir, "/var/run") || r.Exists(dir) || !plainPath.MatchString(dir) || dir == "/run" {
		return nil
	}
	who, group := servedBy(ctx, f, u)
	if g := gatewaysGroup(ctx, f); g != "" {
		group = g
	}
	return &obstacle{where: w.place, says: dir + ", where it has its socket, does not exist", evidence: []Evidence{lineOf(r, w.place)}, clear: func(x Fix) Fix {
		if at, _ := tmpfilesLine(r, dir); at.Known() {
			return x.Do("Make it, as its line does at every boot", "systemd-tmpfiles --create %s", sh(realFile(r, at.File)))
		}
		return madeAtBoot(r, x, dir, who+" "+group)
	}}
}

// spaceTooSmall: its own limit of the memory that it may map (limit-as, in MiB) is too low for its start.
func spaceTooSmall(f *sysinfo.Facts, files []string) *obstacle {
	w := uwsgiLine(f, files, spaceLine)
	if !w.place.Known() {
		return nil
	}
	r := f.Host.Root
	return &obstacle{where: w.place, says: fmt.Sprintf("it may map no more than %s MiB (limit-as)", w.match[1]), evidence: []Evidence{lineOf(r, w.place)}, clear: func(x Fix) Fix {
		x.Undo = setLine(r, w.place, configLine(r, w.place))
		return x.Do("Take the limit out: MemoryMax= of its unit is what limits memory that is used", "%s", commentOut(r, w.place))
	}}
}
