package checks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"fix502/sysinfo"
)

// appRunDir: the folder in which an app is told to make its socket does not exist.
func appRunDir(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	dir := path.Dir(sysinfo.InRun(l.Unix))
	if l.Unix == "" || l.Scheme == "fastcgi" || l.reach.Err != nil || l.reach.Listener != nil || len(l.reach.Others) > 0 || l.Site.Gateway.Foreign || l.Site.Gateway.Chroot != "" {
		return nil // the path of a gateway that locks itself in is another one outside
	}
	if _, err := f.Host.Root.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	u := f.AppFor(ctx, l.Hop).Unit
	at, told := toldSocket(f, l, u)
	kept := strings.HasPrefix(u.Manager, "supervisorctl") && u.Keeper == "" && strings.HasPrefix(dir, "/run/")
	if u.Name == "" || u.Manager != "" && !kept || !told || u.Active == "inactive" || makes(f, u, dir) {
		return nil // a service that ended took its folder with it
	}
	found := &Finding{Status: l.broken(), Confidence: 0.97, Where: at, Summary: fmt.Sprintf("%s cannot make its socket: the folder %s does not exist", unitWord(u.Name), dir),
		Covers:   []ID{"upstream-port-nothing-listening", "socket-path-mismatch", "gunicorn-boot-failure", "node-crash", "start-limit-hit", "socket-file-deleted", "ruby-java-worker-death"},
		Evidence: []Evidence{lineOf(f.Host.Root, at), {Source: "ls -d " + dir, Text: "no such folder"}, unitSays(u)}}
	found.Evidence = append(found.Evidence, lastWords(ctx, f, u)...)
	found.Evidence = append(found.Evidence, passLine(l))
	x := Fix{Title: "Make " + dir + ", now and at every boot", Risk: Low}
	if who, group := servedBy(ctx, f, u); kept || inEverybodys(dir) { // supervisord makes none, and systemd none in /tmp
		x = madeAtBoot(f.Host.Root, x, dir, who+" "+group)
	} else if name, ok := strings.CutPrefix(dir, "/run/"); ok {
		x = madeAtStart(x, u, name)
	} else {
		x.Title = "Make " + dir
		x.Undo = "rmdir " + sh(dir)
		x = x.Do("Make the folder, for the user that the service runs as", "%s", makeFolder(ctx, f, u, dir))
	}
	if u.Active == "failed" && !kept {
		x = x.Do("Forget the failed starts", "systemctl reset-failed %s", sh(unitWord(u.Name)))
	}
	found.Fix = x.Do("Start it anew", "%s%s", anew(u), warmUp(u))
	return withLine(found, l, connectKinds...)
}

// madeAtStart lets systemd make a folder of a service's below /run, by its name there.
func madeAtStart(x Fix, u sysinfo.Unit, name string) Fix {
	return daemonReload(dropIn(x, u.Name, "Let systemd make the folder whenever it starts the service: /run is empty after a boot", "Service", "RuntimeDirectory="+name))
}

// toldSocket is the line by which a service is told the path of its socket, the whole of it or as seen from the service's own folder.
func toldSocket(f *sysinfo.Facts, l *live, u sysinfo.Unit) (sysinfo.Place, bool) {
	if u.Name == "" {
		return sysinfo.Place{}, false
	}
	files := append(append([]string{u.Fragment}, u.DropIns...), uwsgiFiles(f, l, u)...)
	for _, line := range f.UnitLines(u) {
		if line.Key == "EnvironmentFile" {
			files = append(files, strings.TrimPrefix(line.Value, "-"))
		}
	}
	files = append(files, scripts(f, u)...)
	for w := range strings.FieldsSeq(u.Exec) {
		if ext := path.Ext(w); ext == ".py" || ext == ".js" || ext == ".rb" || ext == ".conf" || ext == ".toml" {
			files = append(files, path.Join("/", relativeTo(u, w)))
		}
	}
	names := []string{strings.TrimPrefix(l.Unix, "/var")}
	if short, ok := strings.CutPrefix(l.Unix, strings.TrimSuffix(u.Folder(), "/")+"/"); ok && u.Folder() != "" && strings.Contains(short, "/") {
		names = append(names, short)
	}
	for _, name := range names {
		for _, file := range files {
			if n := lineNaming(f.Host.Root, file, name); n > 0 {
				return sysinfo.Place{File: file, Line: n}, true
			}
		}
	}
	return sysinfo.Place{}, false
}

// relativeTo is a path on a service's command line, seen from the folder that it starts in.
func relativeTo(u sysinfo.Unit, name string) string {
	if path.IsAbs(name) {
		return name
	}
	return path.Join(u.Folder(), name)
}

// lineNaming is the number of the first line, other than a comment, that says something; 0 when none does.
func lineNaming(r sysinfo.Root, file, words string) int {
	b, err := r.ReadFile(file)
	if err != nil || len(b) > 256<<10 {
		return 0
	}
	n := 0
	for line := range strings.Lines(string(b)) {
		if n++; strings.Contains(line, words) && !strings.HasPrefix(strings.TrimSpace(line), "#") {
			return n
		}
	}
	return 0
}
