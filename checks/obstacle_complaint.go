package checks

import (
	"context"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

var (
	refusedFile = whenAsked(`(?i)permission denied|PermissionError|EACCES|isn't writable|can't chdir to`)
	absentFile  = whenAsked(`(?i)no such file or directory|FileNotFoundError|ENOENT|isn't writable|doesn't exist|can't chdir to`)
	ofARequest  = whenAsked(`\b(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE) |HTTP/[0-9]`) // written by visitors
)

// complaints are the forms in which programs name the file that they could not use: "Permission denied: '/p'" (Python),
// "EACCES: permission denied, open '/p'" (Node), "Permission denied @ rb_sysopen - /p" (Ruby), "open /p: permission denied" (Go,
// shells, C), "/p (Permission denied)" (Java), "'/p' isn't writable" (gunicorn). A path elsewhere in the line is none.
var complaints = []pattern{
	whenAsked(`(?i)(?:permission denied|no such file or directory)(?:: |,? (?:\w+ )?| @ \w+ - )['"\x60]?(/[^\s'":;,()\x60]+)`),
	whenAsked(`(?i)(?:^|[\s'"(\x60=:])(/[^\s'":;,()\x60]+)['"\x60]?\)?(?:: (?:bind: |failed to open stream: |\[Errno \d+\] )?| failed \(\d+: | \()(?:permission denied|no such file or directory)`),
	whenAsked(`'(/[^']+)' (?:isn't writable|doesn't exist)`),
	whenAsked(`Cannot find module '(/[^']+)'`),
	whenAsked(`couldn't (?:chdir to|exec) (/\S+): EACCES`),
	whenAsked(`can't chdir to '(/[^']+)'`),                                 // gunicorn/config.py says so of a folder that is not there and of one that is closed
	whenAsked(`(/\S+) doesn't exist\. Can't create (?:pidfile|workertmp)`), // gunicorn/pidfile.py, workers/workertmp.py
}

// complainedOf is the file that a program says it may not use or does not find; empty where its words name none.
func complainedOf(text string) string {
	for _, c := range complaints {
		if m := c.FindStringSubmatch(text); m != nil {
			return path.Clean(m[1])
		}
	}
	return ""
}

// goesOnWithout are the words of a program that goes on without a file.
var goesOnWithout = whenAsked(`(?i)\bwarn(?:ing)?\b|\busing (?:the |its )?defaults?\b|\bignor(?:ed|ing)\b|\bfall(?:ing|s)? ?back\b|\bskipp(?:ed|ing)\b`)

// missesFile: the program itself says which file it may not use, or which folder of its own files is not there.
func missesFile(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	if err != nil || !fails(u) && u.Result == "success" {
		return nil
	}
	return namesFile(ctx, f, u, latest(lines))
}

// namesFile is what is wrong with the file that lines of a program complain of, the last of them first.
func namesFile(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, lines []sysinfo.JournalLine) *obstacle {
	otherwise := false // it ended for a reason that it named later
	for _, line := range reversed(lines) {
		text := line.Text
		if ofARequest.MatchString(text) || otherwise && goesOnWithout.MatchString(text) {
			continue
		}
		otherwise = otherwise || complains.MatchString(text) && !strings.HasPrefix(text, u.Name+": ")
		o := &obstacle{where: execPlace(f, u), evidence: []Evidence{{Source: line.Source, Text: text, Time: line.Time}}}
		if o := relativeFile(ctx, f, u, text, o); o != nil {
			return o
		}
		for _, c := range complaints {
			if m := c.FindStringSubmatch(text); m != nil {
				file := path.Clean(m[1])
				if strings.Contains(text, "doesn't exist. Can't create") { // gunicorn names the folder
					return noFolder(ctx, f, u, o, file)
				}
				if o := unusable(ctx, f, u, o, file, text); o != nil {
					return o
				}
			}
		}
	}
	return nil
}

// unusable says what is wrong with a file that a program complains about.
func unusable(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, file, text string) *obstacle {
	dir := path.Dir(file)
	if o := hiddenFrom(ctx, f, u, o, file, text); o != nil {
		return o
	}
	if takesNoWrites.MatchString(text) { // unitLimits tells of it
		return nil
	}
	if absentFile.MatchString(text) && f.Host.Root.Exists(dir) && itsOwn(ctx, f, u, file) {
		if o := putBack(f, o, file); o != nil {
			return o
		}
	}
	if o := misnamed(f, u, o, file); o != nil {
		return o
	}
	if absentFile.MatchString(text) && !f.Host.Root.Exists(dir) && (ownFile(file) || itsData(file)) && strings.Count(file, "/") > 2 {
		return noFolder(ctx, f, u, o, dir)
	}
	if absentFile.MatchString(text) && !f.Host.Root.Exists(file) && f.Host.Root.Exists(dir) && itsData(file) && isFolder(f, u, file, text) && itsOwn(ctx, f, u, file) {
		return noFolder(ctx, f, u, o, file)
	}
	if !refusedFile.MatchString(text) {
		return nil
	}
	said := o.evidence[0].Time
	switch {
	case !f.Host.Root.Exists(file) && dir == "/var/log" && path.Ext(file) == ".log":
		return noLog(ctx, f, u, o, file)
	case !f.Host.Root.Exists(file):
		return shutOut(ctx, f, u, o, dir, 3) // it would be made there
	case ownFile(file) || strings.Contains(text, "writable"):
		return shutOut(ctx, f, u, o, file, 6)
	}
	if o := shutOut(ctx, f, u, o, file, 4); o != nil || !openedLater(ctx, f, u, file, said).IsZero() {
		return o
	}
	return shutOut(ctx, f, u, o, file, 6) // it may read it, and might as it complained: it wants to write
}

// itsOwn says that a file is a service's own: it lies in its folder, or in one that bears its name, or its unit names it. What a program
// prints alone makes no file its own.
func itsOwn(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, file string) bool {
	who, _ := servedBy(ctx, f, u)
	if inWorkDir(f, u, file) || bearsName(file, u, who) {
		return true
	}
	named := wholeWord(file)
	return !theSystems(file) && slices.ContainsFunc(f.UnitLines(u), func(l sysinfo.UnitLine) bool { return named.MatchString(l.Value) })
}

// toldByRoot says that a file of root's tells a service of a path: its unit, or its settings.
func toldByRoot(f *sysinfo.Facts, u sysinfo.Unit, name string) bool {
	at := namedIn(f, u, name)
	return at.Known() && onlyRoots(f.Host.Root, at.File) && !theSystems(name)
}

// othersOn says that somebody else than root and the service's user may write on the way to a file: he may put a link there.
func othersOn(steps []sysinfo.Info, users *sysinfo.Users, who string) bool {
	return slices.ContainsFunc(steps, func(i sysinfo.Info) bool {
		return i.UID != 0 && users.Name(i.UID) != who || i.Mode.Perm()&0o022 != 0
	})
}

// itsData says that a file lies where services have what they write.
func itsData(file string) bool {
	for _, dir := range []string{"/var/lib", "/var/log", "/var/cache", "/run"} {
		if inside(file, dir) {
			return true
		}
	}
	return strings.Contains(file, "/logs/")
}

// ownFile says that a program makes a file of that name by itself.
func ownFile(name string) bool {
	return containsAny(path.Ext(name), ".log", ".pid", ".sock", ".socket", ".lock", ".db", ".sqlite", ".sqlite3", ".err", ".out")
}
