package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// uwsgiLeft is an app of Debian's uwsgi service that is not linked into apps-enabled: the service runs, or says so, and
// this app is not among its children. Its file names the address, or the address is Debian's own for it.
func uwsgiLeft(f *sysinfo.Facts, l *live, out *Finding) bool {
	const available = "/etc/uwsgi/apps-available"
	file := vassalOf(f.Host.Root, l, available)
	if file == "" {
		file = uwsgiByName(f, l, available)
	}
	link := path.Join("/etc/uwsgi/apps-enabled", path.Base(file))
	if file == "" || f.Host.Root.Exists(link) {
		return false
	}
	out.Summary = fmt.Sprintf("uwsgi does not run the app %s: it is in apps-available and not in apps-enabled", strings.TrimSuffix(path.Base(file), path.Ext(file)))
	out.Where = sysinfo.Place{File: file}
	out.Evidence = append(out.Evidence, Evidence{Source: "ls -l " + link, Text: "no such file"})
	out.Fix = Fix{Title: "Enable the app", Risk: Medium, Undo: fmt.Sprintf("rm %s && systemctl restart uwsgi", sh(link))}.
		Do("Link it", "ln -sfn %s %s", sh(file), sh(link)).
		Do("Start uwsgi with it", "systemctl restart uwsgi && sleep 2")
	return true
}

// uwsgiByName is the file of an app whose socket Debian's service chooses: /run/uwsgi/app/NAME/socket.
func uwsgiByName(f *sysinfo.Facts, l *live, dir string) string {
	of, ok := strings.CutPrefix(sysinfo.InRun(l.Unix), "/run/uwsgi/app/")
	name, _, _ := strings.Cut(of, "/")
	if !ok || name == "" {
		return ""
	}
	for _, ext := range []string{".ini", ".yaml", ".xml", ".json"} {
		if file := path.Join(dir, name+ext); f.Host.Root.Exists(file) {
			return file
		}
	}
	return ""
}

// uwsgiUnseen is Debian's uwsgi service behind a socket of which only root may see who listens: the socket's name tells the app, and everybody may read
// the command line of the program that the script started for it.
func uwsgiUnseen(ctx context.Context, f *sysinfo.Facts, l *live) (sysinfo.Unit, bool) {
	file := uwsgiByName(f, l, "/etc/uwsgi/apps-enabled")
	u, ok := f.Unit(ctx, "uwsgi.service")
	procs, err := f.Procs(ctx)
	if file == "" || !ok || !u.SysV() || err != nil || l.reach.Owner != nil || !l.reach.Open() {
		return u, false
	}
	i := slices.IndexFunc(procs, func(p sysinfo.Proc) bool { return slices.Contains(p.Args, file) })
	if i < 0 {
		return u, false
	}
	u.MainPID, u.Exec = procs[i].PID, procs[i].Cmd
	return u, true
}
