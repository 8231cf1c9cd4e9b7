package checks

import (
	"context"
	"strings"

	"fix502/sysinfo"
)

// notifiedByChild: the program is ready and says so, but it is a child of what systemd started, a shell mostly, and systemd listens to that alone
// (NotifyAccess=main, systemd.service(5)).
func notifiedByChild(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if !strings.HasPrefix(u.Type(), "notify") {
		return nil
	}
	lines, err := f.Journal(ctx, u.Name)
	said := lastSaid(recent(lines), childNotifies)
	if err != nil || said == nil {
		return nil
	}
	o := &obstacle{where: sysinfo.Place{File: u.Fragment}, says: "systemd takes no word that it is ready from a child of the process that it started (NotifyAccess), and ends it when none comes",
		evidence: []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}}}
	for _, key := range []string{"ExecStart", "NotifyAccess"} {
		if l, ok := setBy(f, u, key); ok {
			o.where, o.evidence = l.Place, append(o.evidence, unitLineSays(f, l))
		}
	}
	o.clear = func(x Fix) Fix {
		return daemonReload(unitSet(f, u, x, "Let systemd listen to all processes of this service", "Service", "NotifyAccess", "all"))
	}
	return o
}

var childNotifies = whenAsked(`Got notification message from PID \d+, but reception (?:is )?only permitted for (?:main )?PID`)
