package checks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// nginxTempDirPermission: small pages work; uploads and large answers do not.
func nginxTempDirPermission() Check {
	return Check{
		ID: "nginx-temp-dir-permission", Title: "nginx may write its temporary files", Topic: Platform,
		Means: `What does not fit nginx's buffers (an upload, a large page) goes through a temporary directory. Its workers may not write there: after
a change of "user", a restored backup, a chown -R. Small pages work; uploads answer 500, large pages are cut. Give the directory to the
workers' user; mode 777 is never needed.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			gateways, err := f.Gateways(ctx)
			if err != nil {
				return nil, err
			}
			var out []Finding
			for _, g := range gateways {
				n := nginxOf(g)
				if n == nil || !g.Running() || g.Creds.UID <= 0 {
					continue
				}
				fine := 0
				for _, d := range tempDirs(g, n) {
					found, err := mayWrite(ctx, f, g, d)
					switch {
					case err != nil:
						out = append(out, Finding{Status: Unknown, Summary: why(err)})
					case found != nil:
						out = append(out, *found)
					default:
						fine++
					}
				}
				if len(out) == 0 && fine > 0 {
					out = append(out, Finding{Status: Pass, Summary: fmt.Sprintf("the workers may write all %d temporary directories", fine)})
				}
			}
			return out, nil
		},
	}
}

// proveTemp adds the lines of visitors who met it, which make it a cause. Where only root may read them it is one that comes and goes: whoever sends a
// large request meets it.
func proveTemp(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, d usedDir, found *Finding) {
	for _, s := range f.Sites(ctx) {
		line, ok := says(ctx, f, s, errlog.TempDenied)
		if !ok && s.Gateway == g && f.Host.UID != 0 && found.Status == Warn && unread(ctx, f, complaintLogs(s)) != nil {
			found.Status, found.When, found.Confidence, found.Site = Fail, Intermittent, 0.7, s
		}
		if ok && s.Gateway == g && strings.Contains(line.Message, path.Clean(d.path)+"/") {
			found.Status, found.Site = Fail, s
			found.Evidence = append(found.Evidence, quoteLine(line.LogLine))
		}
	}
}

// readOnly: the rights are fine, and the filesystem below takes no writes.
func readOnly(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, d usedDir) (*Finding, error) {
	all, err := filesystems(ctx, f)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		if s.err != nil || !s.space.ReadOnly || !s.on(g.Root, path.Join(d.path, "file")) {
			continue
		}
		found := &Finding{Status: Warn, Confidence: 0.96, Where: sysinfo.Place{File: s.mount}, Summary: fmt.Sprintf("%s can only be read, and nginx keeps %s there", s.mount, d.why),
			Evidence: []Evidence{{Source: "findmnt " + s.mount, Text: "mounted read-only (ro)"}}}
		found.Fix = madeWritable(ctx, f, Fix{Title: "Let " + s.mount + " be written again", Risk: Medium}, s.mount).
			Tell("If /etc/fstab says ro for it, it comes back at the next boot: correct that line")
		proveTemp(ctx, f, g, d, found)
		return found, nil
	}
	return nil, nil
}

// mayWrite judges one directory for the workers' user: search on the way, write and search on itself.
func mayWrite(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, d usedDir) (*Finding, error) {
	steps, err := g.Root.Walk(d.path)
	if errors.Is(err, fs.ErrNotExist) {
		return removedTemp(ctx, f, g, d), nil
	}
	if err != nil {
		return nil, err
	}
	var denied *sysinfo.Info
	for i := range steps {
		bits := uint16(1)
		if i == len(steps)-1 {
			bits = 3
		}
		if !g.Creds.May(steps[i], bits) {
			denied = &steps[i]
			break
		}
	}
	if denied == nil {
		return readOnly(ctx, f, g, d)
	}
	users, _ := f.Users(ctx) // numbers do where names are unknown
	who := users.Name(g.Creds.UID)
	found := &Finding{Status: Warn, Confidence: 0.96, Where: sysinfo.Place{File: denied.Path},
		Summary:  fmt.Sprintf("%s may not write %s, where nginx keeps %s", who, d.path, d.why),
		Evidence: []Evidence{{Source: "ls -ld " + denied.Path, Text: modeText(*denied, users)}, {Source: "nginx worker", Text: fmt.Sprintf("runs as %s (uid %d)", who, g.Creds.UID)}}}
	proveTemp(ctx, f, g, d, found)
	last := steps[len(steps)-1]
	found.Fix = letWorkersIn(*denied, denied.Path != last.Path, d, who, users)
	if denied.Path == path.Dir(last.Path) && !g.Creds.May(last, 3) && last.UID == 0 { // a chown -R went over all of them
		at := sh(denied.Path)
		found.Fix.Undo += "; " + fmt.Sprintf("find %s -mindepth 1 -maxdepth 1 -type d -user %s -exec chown -R root {} +", at, sh(who))
		found.Fix = found.Fix.Do("And give them back the folders in it, which are root's", "find %s -mindepth 1 -maxdepth 1 -type d -user root -exec chown -R %s {} +", at, sh(who))
	}
	return found, nil
}

// letWorkersIn gives a directory to nginx's workers, or lets them through one on the way. What many programs share is given to none of them.
func letWorkersIn(i sysinfo.Info, onWay bool, d usedDir, who string, users *sysinfo.Users) Fix {
	at := sh(i.Path)
	x := Fix{Title: "Give the directory to nginx's workers", Risk: Low}
	switch {
	case notEverybodys(i):
		x.Title = "Open " + i.Path + " again"
		return openTemp(x, i)
	case !onWay && (sharedDir(i) || theSystems(i.Path)):
		return x.Tell("%s is not nginx's alone: name a directory of its own at %s, which %s owns, and reload nginx", i.Path, d.place, who)
	}
	if onWay { // somebody's home, say, that is closed to all others
		x.Title, x.Undo = "Let nginx's workers through the directory", fmt.Sprintf("setfacl -x u:%s %s || chmod o-x %s", sh(who), at, at)
		return x.Do("Let them through, nobody else, and no more than that", "setfacl -m u:%s:x %s || chmod o+x %s", sh(who), at, at)
	}
	x.Undo = fmt.Sprintf("chown %s:%s %s; chmod %04o %s", users.Name(i.UID), users.Group(i.GID), at, i.Mode.Perm(), at)
	return x.Do("Give it to "+who, "chown -R %s %s", sh(who), at).Do("Let its owner write", "chmod u+rwx %s", at)
}
