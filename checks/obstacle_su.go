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
	// suRefused is what su and PAM say of an account that may not be become: it has expired, or a rule of /etc/pam.d/su keeps it out.
	suRefused = whenAsked(`^FAILED SU \(to |^(?:\S+/)?su: (?:Permission denied|Authentication failure|Authentication token .*|User account has expired)|[Aa]ccount .*has expired`)
	// suPowerless is what su says where it is root, and lacks what root needs to become another.
	suPowerless = whenAsked(`^(?:\S+/)?(?:su|runuser): cannot set (?:groups|group id|user id): Operation not permitted`)
	becomesUser = whenAsked(`^[-@:+!]*((?:/\S+/)?su)\s`)
	suUser      = whenAsked(`\s(?:-l\s+|--login\s+|-\s+)?([a-z_][\w-]*)\s`)
)

// suBarred: a service becomes its user by su, and may not: the account has expired, or PAM refuses it, or the unit took the rights from it.
func suBarred(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	l, ok := setBy(f, u, "ExecStart")
	if err != nil || !ok || u.Manager != "" || !fails(u) || !throughLogin.MatchString(l.Value) {
		return nil
	}
	if said := lastSaid(recent(lines), suPowerless); said != nil {
		return suWithoutRights(f, u, said)
	}
	said, m := lastSaid(recent(lines), suRefused), becomesUser.FindStringSubmatch(l.Value)
	if _, other := setBy(f, u, "User"); said == nil || m == nil || other {
		return nil
	}
	with := runuserOf(f)
	o := &obstacle{where: l.Place, evidence: []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}, unitLineSays(f, l)},
		says: "it is started by su, which asks whether the account may be used: it has expired, or a rule of /etc/pam.d/su keeps it out"}
	o.clear = func(x Fix) Fix {
		if with == "" || !inside(l.File, "/etc") {
			return x.Tell("Let systemd itself become the user: User= in the unit (systemctl edit %s), and the command without su", unitWord(u.Name))
		}
		x.Undo = replace(f.Host.Root, l.Place, with+" ", m[1]+" ") + "; systemctl daemon-reload"
		say := "Start it by runuser, which starts programs for root and asks no account: the account stays as it is, and nobody can log in by it (better in the long run: User= in the unit)"
		return daemonReload(x.Do(say, "%s", replace(f.Host.Root, l.Place, m[1]+" ", with+" ")))
	}
	return o
}

// runuserOf is where this machine has runuser(1).
func runuserOf(f *sysinfo.Facts) string {
	for _, file := range []string{"/usr/sbin/runuser", "/sbin/runuser", "/usr/bin/runuser"} {
		if f.Host.Root.Exists(file) {
			return file
		}
	}
	return ""
}

// suWithoutRights is the line of a unit that takes from su what it needs, though it is root.
func suWithoutRights(f *sysinfo.Facts, u sysinfo.Unit, said *sysinfo.JournalLine) *obstacle {
	l, ok := setBy(f, u, "CapabilityBoundingSet")
	if !ok || strings.HasPrefix(l.Value, "~") {
		return nil
	}
	need := strings.Fields(l.Value)
	for _, c := range []string{"CAP_SETGID", "CAP_SETUID"} {
		if !slices.Contains(need, c) {
			need = append(need, c)
		}
	}
	return &obstacle{veil: true, where: l.Place, evidence: []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}, unitLineSays(f, l)},
		says: fmt.Sprintf("%s=%s takes from su the rights to become another user", l.Key, l.Value),
		clear: func(x Fix) Fix {
			return daemonReload(unitSet(f, u, x, "Give it those two rights, and no more (better in the long run: User= in the unit, and no su)", "Service", l.Key, strings.Join(need, " ")))
		}}
}

// suHome is the home of the user that a service becomes by su, where that is one of the people's.
func suHome(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) string {
	l, ok := setBy(f, u, "ExecStart")
	if !ok || !throughLogin.MatchString(l.Value) {
		return ""
	}
	users, err := f.Users(ctx)
	m := suUser.FindStringSubmatch(l.Value)
	if err != nil || m == nil || users.Home(m[1]) == "" {
		return ""
	}
	return path.Clean(users.Home(m[1]))
}
