package checks

import (
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// rotation is the line by which logrotate makes a log anew, "create 0640 root adm" (logrotate(8)); one that names nobody leaves a log to whom it was.
type rotation struct {
	at           sysinfo.Place
	mode         fs.FileMode
	owner, group string
	shared       bool // the line is for logs of other programs as well
}

// rotationOf finds the line that is for a log; the last in its block counts, and without one there the one that is for all logs.
func rotationOf(r sysinfo.Root, log string) (rotation, bool) {
	names, _ := r.Glob("/etc/logrotate.d/*") // none is common
	names = slices.DeleteFunc(names, func(name string) bool { return strings.HasSuffix(name, "~") || tabooEnd.MatchString(name) })
	var all, its rotation
	for _, name := range append([]string{"/etc/logrotate.conf"}, names...) {
		var patterns []string
		within, script, theirs := false, false, false
		for at, line := range linesIn(r, name) {
			line, _, _ = strings.Cut(strings.TrimSpace(line), "#")
			w := strings.Fields(strings.NewReplacer("{", " { ", "}", " } ", `"`, "", "'", "").Replace(line))
			switch {
			case len(w) == 0:
			case w[0] == "endscript":
				script = false
			case script:
			case rotationScript.MatchString(w[0]):
				script = true
			case w[0] == "}":
				patterns, within, theirs = nil, false, false
			case !within && strings.HasPrefix(w[0], "/") || w[0] == "{":
				open := slices.Index(w, "{")
				if within = open >= 0; !within {
					open = len(w)
				}
				patterns = append(patterns, w[:open]...)
				theirs = within && slices.ContainsFunc(patterns, func(p string) bool { ok, err := path.Match(p, log); return err == nil && ok })
			case theirs && (w[0] == "create" || w[0] == "nocreate" || w[0] == "copytruncate"):
				its = createWords(at, w)
				its.shared = slices.ContainsFunc(patterns, func(p string) bool {
					return p != log && (path.Dir(p) != path.Dir(log) || strings.Count(p, "/") < 4)
				})
			case !within && w[0] == "create":
				all = createWords(at, w)
				all.shared = true
			}
		}
	}
	if !its.at.Known() {
		its = all
	}
	return its, its.owner != "" && its.group != ""
}

// tabooEnd are endings of files that logrotate passes by (its tabooext), dpkg's and rpm's leftovers mostly.
var tabooEnd = whenAsked(`\.(?:bak|disabled|swp|cfsaved|dpkg-\w+|ucf-\w+|rpm\w+)$`)

// rotationScript is what begins a shell's words in logrotate's file.
var rotationScript = whenAsked(`^(?:prerotate|postrotate|firstaction|lastaction|preremove)$`)

func createWords(at sysinfo.Place, w []string) rotation {
	out := rotation{at: at}
	rest := w[1:]
	if len(rest) > 0 {
		if n, err := strconv.ParseUint(rest[0], 8, 12); err == nil {
			out.mode, rest = fs.FileMode(n).Perm(), rest[1:]
		}
	}
	if w[0] == "create" && len(rest) == 2 {
		out.owner, out.group = rest[0], rest[1]
	}
	return out
}

// rotatedAway: logrotate makes a log anew for somebody else than the service that writes it: it would be shut again the next night. The line is the
// reason why the log is shut now where it has that owner, group and mode.
func rotatedAway(f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, logs []barred, who string, creds sysinfo.Creds, users *sysinfo.Users) {
	for _, b := range logs {
		line, ok := rotationOf(f.Host.Root, b.Path)
		uid, known := users.Creds(line.owner)
		gid, groupKnown := users.GID(line.group)
		if !ok || !b.Mode.IsRegular() || b.need&2 == 0 || !known || !groupKnown {
			continue
		}
		made := b.Info
		made.UID, made.GID, made.Mode = uid.UID, gid, line.mode
		if line.mode == 0 {
			made.Mode = b.Mode.Perm()
		}
		if creds.May(made, 6) {
			continue
		}
		o.evidence = append(o.evidence, lineOf(f.Host.Root, line.at))
		if made.UID == b.UID && made.GID == b.GID && made.Mode == b.Mode.Perm() {
			o.where = line.at
			o.says += ", which logrotate makes anew for " + line.owner
		}
		before := o.clear
		words := []string{"create", "0" + strconv.FormatUint(uint64(made.Mode|0o600), 8), who, line.group}
		o.clear = func(x Fix) Fix {
			x = before(x)
			if line.shared || !ownPlace(f, u, b.Info, who, users) {
				return x.Tell("The line at %s is for logs of other programs as well: give %s a block of its own in /etc/logrotate.d, with '%s', or it is shut again after the next night", line.at, b.Path, strings.Join(words, " "))
			}
			x.Undo = also(x.Undo, setLine(f.Host.Root, line.at, configLine(f.Host.Root, line.at)))
			return x.Do("Let logrotate make the next one for "+who, "%s", setLine(f.Host.Root, line.at, strings.Join(words, " ")))
		}
		return
	}
}
