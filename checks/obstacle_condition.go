package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// unmetCondition: a Condition of the unit does not hold. systemd then skips the start and calls it a success, so the
// service is "inactive (dead)" with nothing red about it (systemd.unit(5)).
func unmetCondition(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if u.Props["ConditionResult"] != "no" && !asserted(ctx, f, u) {
		return nil
	}
	for _, l := range f.UnitLines(u) {
		file, unless := strings.CutPrefix(strings.TrimLeft(l.Value, "|"), "!")
		kind := strings.TrimPrefix(strings.TrimPrefix(l.Key, "Condition"), "Assert")
		about := kind != l.Key && (strings.HasPrefix(kind, "Path") || kind == "DirectoryNotEmpty" || strings.HasPrefix(kind, "File"))
		if !about || l.Specified() || !path.IsAbs(file) || f.Host.Root.Exists(file) != unless {
			continue
		}
		o := &obstacle{where: l.Place, evidence: []Evidence{unitLineSays(f, l)}}
		if unless {
			o.says = fmt.Sprintf("it must not while %s exists", file)
			o.evidence = append(o.evidence, ageOf(f, file))
			o.clear = func(x Fix) Fix {
				x = x.Tell("%s means that the service must stay down, during a migration or a backup, say: see that this is over", file)
				return setAside(f.Host.Root, x, "Move the file aside", file)
			}
			return o
		}
		o.says = fmt.Sprintf("it needs %s, which is not there", file)
		o.clear = func(x Fix) Fix { return bringBack(f, u, l, file, x) }
		return o
	}
	return nil
}

// asserted says that the last start was refused by an Assert of the unit, which systemd tells in its journal.
func asserted(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) bool {
	lines, err := f.Journal(ctx, u.Name)
	return err == nil && len(lines) > 0 && strings.HasPrefix(lines[len(lines)-1].Text, "Assertion failed for ")
}

func ageOf(f *sysinfo.Facts, file string) Evidence {
	e := Evidence{Source: "ls -l " + file, Text: "it is there"}
	if i, err := f.Host.Root.Stat(file); err == nil {
		e.Text, e.Time = "it is there since "+i.ModTime.Format("2006-01-02 15:04:05"), i.ModTime
	}
	return e
}

// bringBack puts a file back that a unit waits for, from the copy that lies beside it; without one, it lifts the
// condition, so that the app itself says what it lacks.
func bringBack(f *sysinfo.Facts, u sysinfo.Unit, l sysinfo.UnitLine, file string, x Fix) Fix {
	if copied := copyOf(f.Host.Root, file); copied != "" {
		x.Undo = "rm " + sh(file)
		return x.Do(fmt.Sprintf("Put %s back from the copy beside it", path.Base(file)), "cp -anT %s %s", sh(copied), sh(file))
	}
	x = x.Tell("Put %s back, from a backup or another machine. If the service can do without it, start it without this condition:", file)
	if strings.HasPrefix(l.Key, "Assert") && strings.HasPrefix(l.File, "/etc/") {
		x.Undo = setLine(f.Host.Root, l.Place, configLine(f.Host.Root, l.Place)) + "; systemctl daemon-reload"
		return daemonReload(x.Do("Lift the condition", "%s", commentOut(f.Host.Root, l.Place)))
	}
	return daemonReload(dropIn(x, u.Name, "Lift the condition", l.Section, l.Key+"="))
}

func isDir(r sysinfo.Root, name string) bool {
	i, err := r.Stat(name)
	return err == nil && i.Mode.IsDir()
}

// copyEnd is how the name of a copy goes on behind that of the file.
var copyEnd = whenAsked(`(?i)^(?:~|[-._ ]?(?:bak|backup|old|orig|save|off|disabled|copy|prev|previous|dpkg-\w+|rpm\w+|ucf-\w+)(?:[-._]?[\dT:-]+)*|[-._]\d[\d._T:-]*(?:bak|old|orig)?)$`)

// copyOf is the one copy of a file that lies beside it, as people and packages leave them; empty when there is none, or
// more than one.
func copyOf(r sysinfo.Root, file string) string {
	names, err := r.ReadDir(path.Dir(file))
	if err != nil {
		return ""
	}
	found := ""
	if path.Base(file) == ".env" { // .env.example and the like are nobody's settings
		for _, n := range []string{".env.production", ".env.prod", ".env.live", "env"} {
			if other := path.Join(path.Dir(file), n); r.Exists(other) && (n != "env" || !isDir(r, other)) {
				return other
			}
		}
	}
	for _, n := range names {
		rest, ok := strings.CutPrefix(n, path.Base(file))
		if !ok || !copyEnd.MatchString(rest) {
			continue
		}
		if found != "" {
			return ""
		}
		found = path.Join(path.Dir(file), n)
	}
	return found
}
