package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

var (
	deniedToRoots = whenAsked(`(?i)permission denied.*['" ]/root(/|['"]|$)|['" ]/root(/[^ ]*)?['"]?:? permission denied`)
	userLine      = whenAsked(`^user\s*=`)
	variablesLine = whenAsked(`^environment\s*=`)
)

// rootsHome: supervisord starts a program as another user and leaves it HOME as it is, which is root's: "the user will be
// changed, but not the environment" (supervisord.org, Subprocess Environment). So it looks for its own files in /root.
func rootsHome(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	home := homeOf(ctx, f, u.User)
	own := u.Exec + " " + u.Props["WorkingDirectory"] + " " + u.Props["Environment"]
	if u.Section() == "" || home == "" || home == "/root" || strings.Contains(own, "HOME=") || strings.Contains(own, "/root") {
		return nil
	}
	lines, _ := f.Words(ctx, u) // unreadable: then nothing is known of a refusal
	said := lastSaid(recent(lines), deniedToRoots)
	at := lineIn(f, u, userLine)
	if said == nil || !at.Known() {
		return nil
	}
	text := `HOME="` + home + `",USER="` + u.User + `"`
	o := &obstacle{says: "supervisord runs it as " + u.User + " and leaves it root's HOME, since nothing in its settings names another", where: at,
		evidence: []Evidence{lineOf(f.Host.Root, at), {Source: said.Source, Text: said.Text, Time: said.Time}}}
	o.clear = func(x Fix) Fix {
		command := sedLines(f.Host.Root, at, 'a', "environment="+text)
		x.Undo = fmt.Sprintf("sed -i %dd %s", at.Line+1, sh(realFile(f.Host.Root, at.File)))
		if old := lineIn(f, u, variablesLine); old.Known() { // the last one counts, and nothing of a former one
			command, x.Undo = addVariables(f.Host.Root, valueEnd(f.Host.Root, old), text)
		}
		x.Undo += "; " + takenUp(unitWord(u.Name))
		return x.Do("Name the user's own", "%s", command).Do("Let supervisord read it", "%s", takenUp(unitWord(u.Name)))
	}
	return o
}

// addVariables writes more of them behind the last line of a program's, before what is a comment there.
func addVariables(r sysinfo.Root, at sysinfo.Place, text string) (edit, undo string) {
	line := configLine(r, at)
	value, comment, noted := strings.Cut(line, " ;")
	value = strings.TrimRight(value, ", \t")
	if !strings.HasSuffix(value, "=") { // environment= alone, and nothing behind
		value += ","
	}
	if value += text; noted {
		value += " ;" + comment
	}
	return setLine(r, at, value), setLine(r, at, line)
}

// lineIn is a line of a program's part of supervisord's file.
func lineIn(f *sysinfo.Facts, u sysinfo.Unit, is pattern) sysinfo.Place {
	return lastSetting(f, []string{u.Fragment}, func(section, line string) bool { return section == u.Section() && is.MatchString(line) })
}

// homeOf is a user's home, where it is a folder of this machine whose name needs no care in supervisord's file.
func homeOf(ctx context.Context, f *sysinfo.Facts, user string) string {
	users, err := f.Users(ctx)
	if err != nil {
		return ""
	}
	home := users.Home(user)
	if i, err := f.Host.Root.Stat(home); !path.IsAbs(home) || strings.ContainsAny(home, `"%\`) || err != nil || !i.Mode.IsDir() {
		return ""
	}
	return home
}
