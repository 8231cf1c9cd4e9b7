package checks

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// appWall is a hardening setting of an app's own service that keeps it from living at all, or from listening where the
// gateway asks. The program only sees a file that is not there, or a call that fails.
func appWall(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	if l.reach.Listener != nil || !l.reach.Broken() || l.Scheme == "fastcgi" {
		return nil
	}
	app := f.AppFor(ctx, l.Hop)
	u := app.Unit
	if u.Name == "" || u.Manager != "" || app.Listens() || app.Dark && !justAgain(f, u) {
		return nil
	}
	w := cmp.Or(saysNoCode(ctx, f, u), lowPortWall(ctx, f, u, l), hidden(f, u, suHome(ctx, f, u)), fixedFolder(f, u, l), forbiddenCall(f, u, l))
	if w == nil {
		return veiledApp(ctx, f, l, u)
	}
	found := &Finding{Status: l.broken(), Confidence: 0.97, Where: sysinfo.Place{File: u.Fragment}, Summary: fmt.Sprintf("%s of %s %s", w.setting, u.Name, w.does),
		Covers:   behindWall,
		Evidence: []Evidence{{Source: "systemctl show " + unitWord(u.Name), Text: w.setting + "=" + u.Props[w.setting]}}}
	if at, ok := setBy(f, u, w.setting); ok {
		found.Where = at.Place
		found.Evidence = append(found.Evidence, unitLineSays(f, at))
	}
	found.Evidence = append(found.Evidence, unitSays(u))
	found.Evidence = append(found.Evidence, lastWords(ctx, f, u)...)
	found.Evidence = append(found.Evidence, passLine(l))
	x := Fix{Title: "Loosen " + w.setting + " of " + unitWord(u.Name), Risk: Medium}
	const say = "Admit what the app needs, and no more"
	if at, ok := setBy(f, u, w.setting); ok && w.hides != "" && inside(at.File, "/etc") && plainPath.MatchString(w.hides) {
		x = daemonReload(doorIn(f, u, x, at, cmp.Or(itsFolder(f, u, path.Join(w.hides, "x")), folderOf(u, w.hides))))
	} else if w.setting == "SystemCallFilter" {
		x = daemonReload(wholeFilter(f, u, w.setting, x))
	} else if w.add != nil {
		x = daemonReload(dropIn(x, u.Name, say, "Service", w.add...))
	} else {
		x = daemonReload(unitSet(f, u, x, say, "Service", w.setting, w.better))
	}
	if u.Active == "failed" {
		x = x.Do("Forget the failed starts", "systemctl reset-failed %s", sh(unitWord(u.Name)))
	}
	found.Fix = x.Do("Start it anew: a sandbox is put up at the start only", "%s%s", anew(u), warmUp(u))
	return withLine(found, l, connectKinds...)
}

// veiledApp is a setting of which the program itself tells: it names the file that it may not have, and others may.
func veiledApp(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit) *Finding {
	o := obstacleOf(ctx, f, u)
	if o == nil || !o.veil {
		return nil
	}
	found := &Finding{Status: l.broken(), Covers: behindWall, Evidence: []Evidence{unitSays(u), passLine(l)}}
	o.explain(found, u)
	found.Summary = unitWord(u.Name) + " does not start: " + o.says
	return withLine(found, l, connectKinds...)
}

// behindWall are the causes that an app's own wall looks like.
var behindWall = []ID{"socket-path-mismatch", "socket-file-deleted", "fpm-stale-socket", "upstream-port-nothing-listening", "node-crash", "gunicorn-boot-failure", "run-dir-missing", "ruby-java-worker-death", "unit-not-enabled-after-reboot"}

// fails says that a service does not stay up, by its program's or by systemd's doing.
func fails(u sysinfo.Unit) bool { return u.Active == "failed" || u.Looping() || u.Restarts > 0 }

// hidden: what the service is started from lies where it may not look.
func hidden(f *sysinfo.Facts, u sysinfo.Unit, home string) *wall {
	if !fails(u) {
		return nil
	}
	for _, file := range append([]string{u.Props["WorkingDirectory"], home}, strings.Fields(u.Exec)...) {
		if !path.IsAbs(file) {
			continue
		}
		if v := u.Props["ProtectHome"]; (v == "yes" || v == "tmpfs") && (inside(file, "/home") || inside(file, "/root") || inside(file, "/run/user")) {
			return &wall{setting: "ProtectHome", better: "no", does: "hides " + file + " from it"}
		}
		if l, ok := veil(f, u, file, "no such file or directory"); ok && l.Key == "TemporaryFileSystem" && f.Host.Root.Exists(file) {
			return &wall{setting: l.Key, better: "", does: "hides " + file + " from it", hides: file}
		}
		for _, p := range strings.Fields(u.Props["InaccessiblePaths"]) {
			if inside(file, strings.TrimLeft(p, "-+")) {
				return &wall{setting: "InaccessiblePaths", better: strings.Join(without(strings.Fields(u.Props["InaccessiblePaths"]), p), " "), does: "hides " + file + " from it", hides: file}
			}
		}
	}
	return nil
}

// folderOf is the folder of a service's own files, where a file lies in it; else that file alone.
func folderOf(u sysinfo.Unit, file string) string {
	if dir := path.Clean(scriptFolder(u)); path.IsAbs(dir) && inside(file, dir) && !theSystems(dir) {
		return dir
	}
	return file
}

// fixedFolder: the socket would have to be made in a folder that is read-only for the service.
func fixedFolder(f *sysinfo.Facts, u sysinfo.Unit, l *live) *wall {
	if l.Unix == "" || !strings.Contains(u.Exec, l.Unix) && !u.Running() {
		return nil
	}
	if line, ok := veil(f, u, l.Unix, "read-only file system"); ok && line.Key != "ProtectSystem" {
		dir := path.Dir(l.Unix)
		return &wall{setting: line.Key, add: []string{"ReadWritePaths=" + dir}, does: "lets it write no socket into " + dir}
	}
	if u.Props["ProtectSystem"] != "strict" {
		return nil
	}
	open := []string{"/dev", "/proc", "/sys"}
	add := []string{"ReadWritePaths=" + path.Dir(l.Unix)}
	if u.Props["PrivateTmp"] == "yes" {
		open = append(open, "/tmp", "/var/tmp")
	} else if !inside(l.Unix, "/tmp") && !inside(l.Unix, "/var/tmp") {
		add = append(add, "PrivateTmp=yes") // strict closes /tmp as well, which most programs need
	}
	for w := range strings.FieldsSeq(u.Props["ReadWritePaths"]) {
		open = append(open, strings.TrimLeft(w, "-+"))
	}
	for key, base := range map[string]string{"RuntimeDirectory": "/run", "StateDirectory": "/var/lib", "CacheDirectory": "/var/cache", "LogsDirectory": "/var/log"} {
		for name := range strings.FieldsSeq(u.Props[key]) {
			name, _, _ = strings.Cut(name, ":")
			open = append(open, path.Join(base, name))
		}
	}
	for _, dir := range open {
		if inside(sysinfo.InRun(l.Unix), dir) {
			return nil
		}
	}
	return &wall{setting: "ProtectSystem", add: add, does: "lets it write no socket into " + path.Dir(l.Unix)}
}

// sigsys is the signal of a call that a seccomp filter forbids.
const sigsys = 31

// forbiddenCall: the kernel refuses the program a call that it cannot live without.
func forbiddenCall(f *sysinfo.Facts, u sysinfo.Unit, l *live) *wall {
	killed := u.CodeKind == "killed" || u.CodeKind == "dumped"
	switch {
	case u.Props["MemoryDenyWriteExecute"] == "yes" && fails(u) && (killed && compiles(u.Exec) || onlyCompiles(u.Exec)):
		return &wall{setting: "MemoryDenyWriteExecute", better: "no", does: "keeps it from compiling its own code while it runs, without which it cannot start"}
	case u.Props["SystemCallFilter"] != "" && u.Props["SystemCallFilter"] != "~" && fails(u) && killed && u.ExitCode == sigsys:
		return &wall{setting: "SystemCallFilter", better: "", does: "forbids a call that it makes (killed by signal SYS)"}
	case cannotCall(u, "socket", "bind", "listen", "clone") != "":
		return &wall{setting: "SystemCallFilter", better: "", does: "forbids it the system call " + cannotCall(u, "socket", "bind", "listen", "clone") + ", without which no server runs"}
	case !admits(u.Props["RestrictAddressFamilies"], l.afamily()):
		return walled(f, u, l)
	}
	return nil
}

// compiles says that a program makes machine code at run time (a JIT), as these do.
func compiles(exec string) bool {
	return nodeApp.MatchString(exec) || containsAny(exec, "java", "dotnet", "luajit", "php", "ruby", "chrome", "mono")
}

// onlyCompiles says that a program runs no other way than by such code: V8 and Java's machine, but where they are told to do without.
func onlyCompiles(exec string) bool {
	return (nodeApp.MatchString(exec) || containsAny(exec, "/java ")) && !containsAny(exec, "--jitless", "-Xint")
}

// cannotCall is the first of some system calls that a filter does not let a service make. systemctl names them one by one, without the groups of which
// they are made up: "~a b" are those that are forbidden, "a b" those that are allowed, each perhaps with the error that it gets (a:EPERM).
func cannotCall(u sysinfo.Unit, calls ...string) string {
	list, forbids := strings.CutPrefix(u.Props["SystemCallFilter"], "~")
	named := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		name, _, _ := strings.Cut(w, ":")
		named[name] = true
	}
	for _, c := range calls {
		if len(named) > 0 && named[c] == forbids {
			return c
		}
	}
	return ""
}

// noCode are the words of a program that may not have memory for code that it makes itself: Java's, V8's (which takes it for a lack of memory), .NET's and LuaJIT's.
var noCode = whenAsked(`(?i)failed to mark memory page as executable|failed to mark memory page|unable to allocate executable|mprotect\(.*PROT_EXEC|code range.*(?:permission|not permitted)|SetPermissions|failed to allocate (?:executable|code) memory|MemoryChunk allocation failed during deserialization`)

// saysNoCode is MemoryDenyWriteExecute, of a program that says so and ends by itself.
func saysNoCode(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *wall {
	if u.Props["MemoryDenyWriteExecute"] != "yes" || !fails(u) {
		return nil
	}
	lines, err := f.Words(ctx, u)
	if err != nil || lastSaid(recent(lines), noCode) == nil {
		return nil
	}
	return &wall{setting: "MemoryDenyWriteExecute", better: "no", does: "keeps it from compiling its own code while it runs, without which it cannot start"}
}
