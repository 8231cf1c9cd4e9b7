package checks

import (
	"context"
	"path"
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
