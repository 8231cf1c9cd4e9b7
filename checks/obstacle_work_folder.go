package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

var (
	moduleSaid = whenAsked(`No module named ['"]?([A-Za-z_]\w*)['"]?`)
	nodeSaid   = whenAsked(`Cannot find module '/([\w.-]+(?:/[\w.-]+)*)'`)
)

// workFolder: a service of systemd's has no WorkingDirectory, so that it works in /, and misses a file that it names from its own folder: a template or a guide
// wrote its unit anew. Where that file lies above the script of the service, or in the one folder that is called after it, that is its folder.
func workFolder(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if dir := u.Folder(); !fails(u) || u.Manager != "" || dir != "" && dir != "/" || goesElsewhere.MatchString(u.Exec) || strings.Contains(u.Exec, "chdir") {
		return nil
	}
	lines, _ := f.Words(ctx, u) // one that says nothing misses nothing
	for _, l := range reversed(latest(lines)) {
		for _, rel := range missedHere(u, strings.TrimSpace(l.Text)) {
			dir := homeWith(f, u, rel)
			if dir == "" {
				continue
			}
			exec, _ := setBy(f, u, "ExecStart")
			o := &obstacle{where: exec.Place, says: fmt.Sprintf("its unit names no WorkingDirectory, so it works in /, and %s lies in %s", rel, dir)}
			o.evidence = []Evidence{{Source: l.Source, Text: strings.TrimSpace(l.Text), Time: l.Time}, {Source: "ls " + path.Join(dir, rel), Text: path.Join(dir, rel)}}
			if exec.Known() {
				o.evidence = append(o.evidence, unitLineSays(f, exec))
			}
			o.clear = func(x Fix) Fix {
				set := "WorkingDirectory=" + dir
				if strings.HasPrefix(exec.File, "/etc/systemd/system/") && !strings.HasSuffix(configLine(f.Host.Root, exec.Place), `\`) {
					x.Undo = removeBelow(f.Host.Root, exec.Place, 1) + "; systemctl daemon-reload"
					return daemonReload(x.Do("Let it work in its own folder", "%s", insertAfter(f.Host.Root, exec.Place, set)))
				}
				return daemonReload(dropIn(x, u.Name, "Let it work in its own folder", "Service", set))
			}
			return o
		}
	}
	return nil
}

// missedHere are the files, named from the folder that a program works in, that it says it misses.
func missedHere(u sysinfo.Unit, text string) []string {
	if m := relativePath.FindStringSubmatch(text); m != nil {
		return []string{path.Clean(m[1])}
	}
	if m := nodeSaid.FindStringSubmatch(text); m != nil && !strings.Contains(u.Exec, "/"+m[1]) { // "node bin/www.js", from /
		return []string{m[1]}
	}
	if m := moduleSaid.FindStringSubmatch(text); m != nil && strings.Contains(u.Exec, " "+m[1]) {
		return []string{m[1] + ".py", m[1] + "/__init__.py"}
	}
	return nil
}

// homeWith is the folder that has a file which a service names from its own: the nearest one above a file of its command, or one called after the service or
// its user where apps lie; empty where there is none, or more than one.
func homeWith(f *sysinfo.Facts, u sysinfo.Unit, rel string) string {
	r := f.Host.Root
	if strings.HasPrefix(rel, "..") {
		return ""
	}
	for w := range strings.FieldsSeq(u.Exec) {
		if w = strings.Trim(w, `"'`); !path.IsAbs(w) || theSystems(path.Dir(w)) {
			continue
		}
		for dir := path.Dir(path.Clean(w)); strings.Count(dir, "/") > 1; dir = path.Dir(dir) {
			if r.Exists(path.Join(dir, rel)) {
				return dir
			}
		}
	}
	var found []string
	word, _, _ := strings.Cut(unitWord(u.Name), "@")
	for _, home := range []string{"/srv", "/opt", "/var/www", "/home", "/var/lib"} {
		for _, name := range []string{word, u.User} {
			for _, dir := range []string{path.Join(home, name), path.Join(home, name, "current"), path.Join(home, name, "app"), path.Join(home, name, word)} {
				if name != "" && name != "root" && r.Exists(path.Join(dir, rel)) && !slices.Contains(found, dir) {
					found = append(found, dir)
				}
			}
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}
