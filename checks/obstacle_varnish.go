package checks

import (
	"context"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

var noSecret = whenAsked(`Cannot open -S file \((/[^()\s]+)\): No such file or directory`)

// secretLost: varnishd is told of a file with the secret that varnishadm has to know (-S), and it is not there: a folder that came out
// of version control never had it. Any new one will do.
func secretLost(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if !strings.HasPrefix(u.Name, "varnish") {
		return nil
	}
	lines, _ := f.Journal(ctx, u.Name) // unreadable: nobody knows
	for _, l := range reversed(lastAttempt(lines)) {
		m := noSecret.FindStringSubmatch(l.Text)
		if m == nil {
			continue
		}
		file := path.Clean(m[1])
		if f.Host.Root.Exists(file) || !f.Host.Root.Exists(path.Dir(file)) || path.Base(path.Dir(file)) != "varnish" {
			return nil
		}
		return &obstacle{where: sysinfo.Place{File: file}, says: file + " is not there, the secret that varnishadm proves itself with", evidence: []Evidence{{Source: u.Log(), Text: l.Text, Time: l.Time}}, clear: func(x Fix) Fix {
			x.Undo = "rm " + sh(file)
			return x.Do("Make a new one, which root alone may read", "(umask 077; set -C; head -c 32 /dev/urandom | base64 > %s)", sh(file)).
				Tell("Who has to ask varnishadm from another machine needs a copy of it")
		}}
	}
	return nil
}

var vclNotLoaded = whenAsked(`dlopen\(\) = .*\.so: failed to map segment from shared object`)

// loadBarred: Varnish makes a program of its VCL and loads it, and the filesystem that its own folder lies on is mounted noexec.
func loadBarred(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if !strings.HasPrefix(u.Name, "varnish") {
		return nil
	}
	const own = "/var/lib/varnish"
	lines, _ := f.Journal(ctx, u.Name) // unreadable: nobody knows
	said := lastSaid(recent(lines), vclNotLoaded)
	m, ok := mountedAt(f, own)
	if said == nil || !ok || !slices.Contains(m.Options, "noexec") || !fails(u) {
		return nil
	}
	at, listed := fstabLine(f, m.Dir)
	o := &obstacle{where: at, says: m.Dir + " is mounted noexec, and Varnish may not load the program there that it makes of its VCL"}
	o.evidence = []Evidence{{Source: u.Log(), Text: strings.TrimSpace(said.Text), Time: said.Time}, {Source: "findmnt " + m.Dir, Text: strings.Join(m.Options, ",")}}
	o.clear = func(x Fix) Fix {
		if !inside(m.Dir, own) { // others' files are on it, too
			return x.Tell("Give Varnish a filesystem of its own at %s that may have programs (a line of /etc/fstab: tmpfs %s tmpfs rw,nosuid,nodev,size=120m,mode=755 0 0), and mount it", own, own)
		}
		x.Undo = "mount -o remount,noexec " + sh(m.Dir)
		x = x.Do("Let programs be run there: nobody but Varnish writes to it", "mount -o remount,exec %s", sh(m.Dir))
		if listed && strings.Count(configLine(f.Host.Root, at), "noexec") == 1 {
			x.Undo = also(x.Undo, replace(f.Host.Root, at, "exec", "noexec"))
			x = x.Do("And at every boot", "%s", replace(f.Host.Root, at, "noexec", "exec"))
		}
		return x
	}
	if listed {
		o.evidence = append(o.evidence, lineOf(f.Host.Root, at))
	}
	return o
}
