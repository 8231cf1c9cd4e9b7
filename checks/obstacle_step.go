package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// The exit codes by which systemd says how far it got before the program ran (systemd.exec(5), "Process Exit Codes").
const (
	exitChdir     = 200
	exitExec      = 203
	exitStdout    = 209
	exitGroup     = 216
	exitUser      = 217
	exitStderr    = 222
	exitNamespace = 226
)

// failedStep: systemd could not get everything ready that the unit asks for, so the program was never run.
func failedStep(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if o := commentBehind(f, u); o != nil && fails(u) {
		return o
	}
	switch step := stepOf(ctx, f, u); step {
	case exitChdir:
		return noWay(ctx, f, u, u.Folder(), "WorkingDirectory", 1)
	case exitExec:
		return notRun(ctx, f, u)
	case exitStdout, exitStderr:
		return noOutput(f, u, step)
	case exitGroup:
		return noAccount(ctx, f, u, "Group")
	case exitUser:
		return noAccount(ctx, f, u, "User")
	case exitNamespace:
		return noNamespace(ctx, f, u)
	case exitCredentials:
		return noCredential(f, u)
	default:
		return noOwnFolder(ctx, f, u, step)
	}
}

var stepFailed = whenAsked(`^\S+\.service: Failed at step ([A-Z_]+) spawning (/.*?)?: `)

// stepOf is the exit code of the step that failed: of the main process, or of one that runs before it, of which only the
// journal tells.
func stepOf(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) int {
	if u.CodeKind == "exited" && u.ExitCode >= exitChdir {
		return u.ExitCode
	}
	lines, err := f.Journal(ctx, u.Name)
	if err != nil || u.Result != "exit-code" {
		return 0
	}
	for _, l := range reversed(lastAttempt(lines)) {
		if m := stepFailed.FindStringSubmatch(l.Text); m != nil {
			return map[string]int{"CHDIR": exitChdir, "STDOUT": exitStdout, "STDERR": exitStderr, "EXEC": exitExec, "GROUP": exitGroup, "USER": exitUser, "NAMESPACE": exitNamespace,
				"CREDENTIALS": exitCredentials, "RUNTIME_DIRECTORY": 233, "STATE_DIRECTORY": 238, "CACHE_DIRECTORY": 239, "LOGS_DIRECTORY": 240, "CONFIGURATION_DIRECTORY": 241}[m[1]]
		}
	}
	return 0
}

// noOutput: the folder of the file that the service's output goes to is not there.
func noOutput(f *sysinfo.Facts, u sysinfo.Unit, step int) *obstacle {
	want := map[int]string{exitStdout: "StandardOutput", exitStderr: "StandardError"}[step]
	for _, l := range reversed(f.UnitLines(u)) {
		if l.Key != want || l.Specified() {
			continue
		}
		kind, file, _ := strings.Cut(l.Value, ":")
		dir := path.Dir(file)
		if kind != "file" && kind != "append" && kind != "truncate" || f.Host.Root.Exists(dir) {
			continue
		}
		return &obstacle{says: fmt.Sprintf("its output goes to %s, and that folder does not exist", file), where: l.Place, evidence: []Evidence{unitLineSays(f, l)},
			clear: func(x Fix) Fix {
				x.Undo = "rmdir " + sh(dir)
				return x.Do("Make the folder", "mkdir -p %s", sh(dir))
			}}
	}
	return nil
}

// noNamespace: a path that the service's own view of the files is made of does not exist.
func noNamespace(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	for _, l := range f.UnitLines(u) {
		if !strings.HasSuffix(l.Key, "Paths") || l.Section != "Service" {
			continue
		}
		for word := range strings.FieldsSeq(l.Value) {
			file, _, _ := strings.Cut(strings.TrimPrefix(word, "+"), ":")
			if !path.IsAbs(file) || strings.Contains(file, "%") || f.Host.Root.Exists(file) {
				continue
			}
			return &obstacle{says: fmt.Sprintf("%s names %s, which does not exist", l.Key, file), where: l.Place, evidence: []Evidence{unitLineSays(f, l)},
				clear: func(x Fix) Fix {
					x.Undo = "rmdir " + sh(file)
					return x.Do("Make the folder, for the user that the service runs as", "%s", makeFolder(ctx, f, u, file))
				}}
		}
	}
	return nil
}

// makeFolder is the command that makes a folder which belongs to the user of a service. Where that user may write on the way he
// makes it himself: he could lead root elsewhere by a link.
func makeFolder(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, dir string) string {
	who, group := servedBy(ctx, f, u)
	if who != "root" && userLeads(ctx, f, u, dir) {
		return fmt.Sprintf("runuser -u %s -- mkdir -p %s", sh(who), sh(dir))
	}
	return fmt.Sprintf("install -d -o %s -g %s %s", sh(who), sh(group), sh(dir))
}

// userLeads says that the user of a service may write in a folder on the way to a file: he may put a link there. So may one of whom
// nothing is known.
func userLeads(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, name string) bool {
	c, ok := f.UnitCreds(ctx, u)
	if !ok || c.UID == 0 {
		return !ok
	}
	steps, _ := f.Host.Root.Walk(name) // it ends where nothing is there yet
	return slices.ContainsFunc(steps, func(i sysinfo.Info) bool { return i.Mode.IsDir() && c.May(i, 2) })
}

// servedBy are the names of the user and the group that a service runs as.
func servedBy(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) (who, group string) {
	c, ok := f.UnitCreds(ctx, u)
	users, err := f.Users(ctx)
	if !ok || err != nil {
		return "root", "root"
	}
	return users.Name(c.UID), users.Group(c.GID)
}
