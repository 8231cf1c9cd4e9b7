package checks

import (
	"context"
	"path"
	"strings"

	"fix502/sysinfo"
)

var (
	noJava   = whenAsked(`JAVA_HOME(?: environment variable)? is (?:not defined correctly|set to an invalid directory)|(?:No such file or directory|not found).*/bin/java|/bin/java: (?:No such file or directory|not found)`)
	javaHome = whenAsked(`^\s*(?:export\s+|Environment=["']?)?JAVA_HOME=["']?(/[^"'\s;]+)`)
)

// javaGone: a line tells the app where Java is, and an upgrade took that one away (catalina.sh, setclasspath.sh).
func javaGone(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	if err != nil || u.Manager != "" || !fails(u) {
		return nil
	}
	said := lastSaid(recent(lines), noJava)
	if said == nil {
		return nil
	}
	for _, file := range javaFiles(f, u) {
		w, ok := lastLineWith(f, file, javaHome, "#", ";")
		if !ok || f.Host.Root.Exists(path.Join(w.match[1], "bin/java")) {
			continue
		}
		gone := path.Clean(w.match[1])
		o := &obstacle{where: w.place, says: "there is no Java in " + gone + ", its JAVA_HOME"}
		o.evidence = []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}, lineOf(f.Host.Root, w.place)}
		o.clear = func(x Fix) Fix {
			here := javaHere(f.Host.Root)
			if here == "" {
				return x.Tell("Install the Java that the app needs, and name its folder at %s", w.place)
			}
			edit, undo := replacePath(f.Host.Root, w.place, gone, here)
			x.Undo = undo
			return readAnew(x.Do("Name the Java that is here", "%s", edit), w.place)
		}
		return o
	}
	return nil
}

// javaFiles are those in which a service may be told of its Java, the one that counts first.
func javaFiles(f *sysinfo.Facts, u sysinfo.Unit) []string {
	var out []string
	if u.Tomcat() { // its start script reads that one by itself
		out = append(out, "/etc/default/"+unitWord(u.Name))
	}
	for _, s := range reversed(settingFiles(f, u)) {
		if s.systemd {
			out = append(out, s.name)
		}
	}
	return append(out, reversed(append([]string{u.Fragment}, u.DropIns...))...)
}

// javaHere is the Java of this machine: the one that the distribution calls the usual one, else the only one.
func javaHere(r sysinfo.Root) string {
	if usual := "/usr/lib/jvm/default-java"; r.Exists(path.Join(usual, "bin/java")) {
		return usual
	}
	names, _ := r.ReadDir("/usr/lib/jvm") // none: there is none
	only := ""
	for _, n := range names {
		at := path.Join("/usr/lib/jvm", n)
		if _, err := r.Readlink(at); err == nil || !r.Exists(path.Join(at, "bin/java")) {
			continue
		}
		if only != "" {
			return ""
		}
		only = at
	}
	return only
}
