package checks

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// stalePids are the words of programs that will not start because a file of theirs holds the number of a process: gunicorn and
// unicorn, Rails, Node's and Go's pidfile libraries.
var stalePids = []pattern{
	whenAsked(`lready running on PID:?\s?(\d+) \(or pid ?(?:file )?[='"]*(/[^'"\s)]+)['"]? is stale\)`),
	whenAsked(`()server is already running(?:\.| \(pid: \d+, file:) ?(?:Check )?(/[^\s'")]+\.pid)`),
	whenAsked(`(?i)()pid ?file '?"?(/[^\s'":,)]+)'?"?(?: already)? exists`),
}

// stalePid: a process that was killed left the file with its number behind, the number belongs to another program now, and the
// service takes that one for itself.
func stalePid(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Journal(ctx, u.Name)
	if err != nil || !fails(u) && u.Result == "success" {
		return scriptPid(ctx, f, u)
	}
	for _, l := range reversed(lines[max(0, len(lines)-40):]) {
		for _, re := range stalePids {
			m := re.FindStringSubmatch(l.Text)
			if m == nil || ofARequest.MatchString(l.Text) || !isOwnPid(ctx, f, u, m[2]) {
				continue
			}
			holder, alive := heldBy(ctx, f, m[2])
			if alive && f.UnitOf(holder.PID) == u.Name {
				return nil // it does run
			}
			whose := "no process has that number"
			if alive {
				whose = fmt.Sprintf("that is %s now", holder.Name)
			}
			return leftPid(f, m[2], whose, Evidence{Source: u.Log(), Text: strings.TrimSpace(l.Text), Time: l.Time})
		}
	}
	return scriptPid(ctx, f, u)
}

func leftPid(f *sysinfo.Facts, file, whose string, said Evidence) *obstacle {
	return &obstacle{says: fmt.Sprintf("a process that was killed left %s behind, and the service takes the number in it for itself; %s", file, whose),
		where: sysinfo.Place{File: file}, evidence: []Evidence{said, {Source: "cat " + file, Text: pidIn(f, file) + ": " + whose}},
		clear: func(x Fix) Fix { return x.Do("Take the file away: it is made anew at the start", "rm %s", sh(file)) }}
}

// scriptPid: a service's start script ended well and started nothing, since the process whose number its pid file holds is alive, and
// is another's: it began after the number was written. kill -0 in such a script knows no names.
func scriptPid(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if u.Sub != "exited" {
		return nil
	}
	for _, script := range append(scripts(f, u), "/etc/init.d/"+unitWord(u.Name)) {
		w, ok := lastLineWith(f, script, pidFileNamed, "#")
		if !ok || !onlyRoots(f.Host.Root, script) {
			continue
		}
		i, err := f.Host.Root.Lstat(w.match[1])
		holder, alive := heldBy(ctx, f, w.match[1])
		if err == nil && i.Mode.IsRegular() && alive && f.UnitOf(holder.PID) != u.Name && holder.Start.After(i.ModTime) {
			return leftPid(f, w.match[1], fmt.Sprintf("that is %s now", holder.Name), lineOf(f.Host.Root, w.place))
		}
	}
	return nil
}

var pidFileNamed = whenAsked(`^\s*\w*PID\w*=["']?(/[\w./-]+\.pid)\b`)

// isOwnPid says that a file is a pid file of this service's: its user has made it, or the unit names it.
func isOwnPid(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, file string) bool {
	i, err := f.Host.Root.Lstat(file)
	if err != nil || !i.Mode.IsRegular() || path.Ext(file) != ".pid" || strings.Trim(pidIn(f, file), "0123456789") != "" {
		return false
	}
	creds, ok := f.UnitCreds(ctx, u)
	named := ok && creds.UID != 0 && creds.UID == i.UID
	for _, l := range f.UnitLines(u) {
		named = named || wholePath(file).MatchString(l.Value)
	}
	return named
}

// pidIn is the number in a file.
func pidIn(f *sysinfo.Facts, file string) string {
	b, _ := f.Host.Root.ReadFile(file) // unreadable: no number
	line, _, _ := strings.Cut(strings.TrimSpace(string(b)), "\n")
	return line
}

// heldBy is the process whose number a file holds.
func heldBy(ctx context.Context, f *sysinfo.Facts, file string) (sysinfo.Proc, bool) {
	n, err := strconv.Atoi(pidIn(f, file))
	procs, _ := f.Procs(ctx) // none: nobody's
	for _, p := range procs {
		if err == nil && p.PID == n {
			return p, true
		}
	}
	return sysinfo.Proc{}, false
}
