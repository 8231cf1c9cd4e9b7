package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// notRun: the kernel could not run the program, or one that runs before it.
func notRun(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	program, _, _ := strings.Cut(u.Exec, " ")
	key, lines := "ExecStart", []sysinfo.JournalLine(nil)
	lines, _ = f.Journal(ctx, u.Name) // without it, the command of the unit is what failed
	for _, l := range reversed(lines) {
		if m := stepFailed.FindStringSubmatch(l.Text); m != nil && m[1] == "EXEC" && startedBy(f, u, m[2]) {
			if m[2] != program {
				key = "ExecStartPre"
			}
			program = m[2]
			break
		}
	}
	if o := notExecuted(ctx, f, u, program, key); o != nil {
		return o
	}
	if o := noWay(ctx, f, u, program, key, 1); o != nil {
		return o
	}
	return cannotRun(f, program)
}

// cannotRun is what is wrong with a program itself that the kernel is told to run; nil where nothing is seen.
func cannotRun(f *sysinfo.Facts, program string) *obstacle {
	for _, look := range []func(*sysinfo.Facts, string) *obstacle{noInterpreter, interpreterGone, noFormat} {
		if o := look(f, program); o != nil {
			return o
		}
	}
	return nil
}

// startedBy says that a unit starts a program: what an app prints about another one moves nobody.
func startedBy(f *sysinfo.Facts, u sysinfo.Unit, program string) bool {
	own, _, _ := strings.Cut(u.Exec, " ")
	return program != "" && (program == own || slices.ContainsFunc(f.UnitLines(u), func(l sysinfo.UnitLine) bool {
		word, _, _ := strings.Cut(strings.TrimLeft(l.Value, "@-:+!|"), " ")
		return strings.HasPrefix(l.Key, "Exec") && word == program
	}))
}

// noInterpreter: the program is a script with the line ends of Windows; the name of its interpreter ends in one.
func noInterpreter(f *sysinfo.Facts, program string) *obstacle {
	if !windowsEnds(f.Host.Root, program) {
		return nil
	}
	return &obstacle{says: fmt.Sprintf("%s has the line ends of Windows, and the kernel takes them for a part of its interpreter's name", program), where: sysinfo.Place{File: program, Line: 1},
		clear: func(x Fix) Fix { return unixEnds(x, program) }}
}

// windowsEnds says that the first line of a script names an interpreter and a carriage return.
func windowsEnds(r sysinfo.Root, script string) bool {
	b, err := r.ReadFile(script)
	line, _, ok := strings.Cut(string(b), "\n")
	return err == nil && ok && strings.HasPrefix(line, "#!") && strings.HasSuffix(line, "\r")
}

// unixEnds takes the carriage returns of Windows out of a file.
func unixEnds(x Fix, file string) Fix {
	x.Undo = `sed -i 's/$/\r/' ` + sh(file)
	return x.Do("Give the file the line ends of Unix", `sed -i 's/\r$//' %s`, sh(file))
}
