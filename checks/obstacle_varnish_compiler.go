package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

var (
	compilerFails = whenAsked(`Running C-compiler failed`)
	compilerSaid  = whenAsked(`exec: (\S+): (Permission denied|not found)`)
	jailUser      = whenAsked(`-j\s*unix,(?:\S*,)?user=([\w-]+)`)
)

// compilerBarred: Varnish makes C of its VCL and has a compiler make a program of that, as the user of its jail (varnishd(1), -j), and that one may not run
// it: hardening gave the compilers to a group. The VCL itself was accepted by then.
func compilerBarred(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if !strings.HasPrefix(u.Name, "varnish") {
		return nil
	}
	lines, _ := f.Journal(ctx, u.Name) // unreadable: nobody knows
	said := lastSaid(lastAttempt(lines), compilerSaid)
	if said == nil {
		return nil
	}
	m := compilerSaid.FindStringSubmatch(said.Text)
	who := "vcache"
	if j := jailUser.FindStringSubmatch(u.Exec); j != nil {
		who = j[1]
	}
	file := realFile(f.Host.Root, programHere(f.Host.Root, m[1]))
	o := &obstacle{where: sysinfo.Place{File: file}, evidence: []Evidence{{Source: u.Log(), Text: strings.TrimSpace(said.Text), Time: said.Time}}}
	i, err := f.Host.Root.Stat(file)
	if m[2] == "not found" || file == "" || err != nil {
		o.where, o.says = sysinfo.Place{File: u.Fragment}, fmt.Sprintf("Varnish makes a program of its VCL, and the compiler %s is not there", m[1])
		o.clear = func(x Fix) Fix { return x.Tell("Install it (Debian: apt-get install gcc libc6-dev)") }
		return o
	}
	users, err := f.Users(ctx)
	o.says = fmt.Sprintf("Varnish makes a program of its VCL as %s, who may not run the compiler %s", who, file)
	group := ""
	if err == nil {
		group = users.Group(i.GID)
	}
	o.evidence = append(o.evidence, Evidence{Source: "ls -l " + file, Text: fmt.Sprintf("%s %s:%s", i.Mode.Perm(), "root", group)})
	o.clear = func(x Fix) Fix {
		if group == "" || group == "root" || i.Mode.Perm()&0o010 == 0 {
			x.Undo = fmt.Sprintf("setfacl -x u:%s %s", sh(who), sh(file))
			return x.Do("Let that user alone run it, besides those who may now", "setfacl -m u:%s:rx %s", sh(who), sh(file)).
				Tell("Where the machine says the same of as and ld afterwards, they need the same")
		}
		x.Undo = fmt.Sprintf("gpasswd -d %s %s", sh(who), sh(group))
		return x.Do(fmt.Sprintf("Members of %s may run it: let that user be one", group), "usermod -aG %s %s", sh(group), sh(who))
	}
	return o
}

// compiledInVain says that it was the C compiler that ended a gateway's last start, and no line of its configuration.
func compiledInVain(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) bool {
	if g.Kind != "varnish" || g.Unit == "" || g.Running() {
		return false
	}
	lines, err := f.Journal(ctx, g.Unit)
	return err == nil && lastSaid(lastAttempt(lines), compilerFails) != nil
}
