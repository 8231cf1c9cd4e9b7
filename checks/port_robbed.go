package checks

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"time"

	"fix502/sysinfo"
)

var addressTaken = whenAsked(`(?i)address already in use|EADDRINUSE|Connection in use|address in use`)

// robbed is the service that says it cannot have a hop's port, because another program holds it, who answers in its place and badly.
func robbed(ctx context.Context, f *sysinfo.Facts, l *live) (sysinfo.Unit, bool) {
	if l.Unix != "" || l.Port == 0 || l.reach.Owner == nil || l.reach.Owner.PID == 1 || !l.hit && !l.silent {
		return sysinfo.Unit{}, false
	}
	holder := f.UnitOf(l.reach.Owner.PID)
	if l.reach.Owner.State == 'T' { // another's to tell of
		return sysinfo.Unit{}, false
	}
	u, _ := sysinfo.Memo(f, fmt.Sprintf("robbed %p %s", l.Site.Gateway, l.Address()), func() (sysinfo.Unit, error) { return loser(ctx, f, l, holder), nil }) // none is an answer
	return u, u.Name != ""
}

// loser is the service that does not run and said, after the holder of the hop's port had begun, that the port was taken. A holder that
// has served visitors since then is the app itself, and the other one a leftover of before it moved.
func loser(ctx context.Context, f *sysinfo.Facts, l *live, holder string) sysinfo.Unit {
	units, err := f.Services(ctx)
	if err != nil {
		return sysinfo.Unit{}
	}
	begun := l.reach.Owner.Start
	if h := units[holder]; !h.Since.IsZero() && h.Since.Before(begun) {
		begun = h.Since
	}
	if f.ServedSince(ctx, l.Site, begun) {
		return sysinfo.Unit{}
	}
	port := regexp.MustCompile(`[:\s]` + strconv.Itoa(l.Port) + `\b`)
	for _, name := range slices.Sorted(maps.Keys(units)) {
		u := units[name]
		if u.Name != name || name == holder || u.Active != "failed" && u.Restarts == 0 && !u.Looping() || u.Enabled == "disabled" && units[holder].Enabled == "enabled" {
			continue
		}
		lines, _ := f.Words(ctx, u) // of one that cannot be read nothing is known
		if u.Running() {            // gunicorn tries for five seconds before it gives up; one that runs well said something since
			lines = slices.DeleteFunc(slices.Clone(lines[max(0, len(lines)-3):]), func(said sysinfo.JournalLine) bool { return f.Host.Now().Sub(said.Time) > patience })
		}
		if slices.ContainsFunc(latest(lines), func(said sysinfo.JournalLine) bool {
			return addressTaken.MatchString(said.Text) && !said.Time.Before(begun.Truncate(time.Second)) && (port.MatchString(said.Text) || f.Mentions(u, l.Hop))
		}) {
			return u
		}
	}
	return sysinfo.Unit{}
}

// patience is how long a program that tries again and again for its port is silent in between.
const patience = 5 * time.Second

// portRobbed tells of it, where no check of the app's own kind does.
func portRobbed(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	u, ok := robbed(ctx, f, l)
	if !ok {
		return nil
	}
	o := l.reach.Owner
	found := &Finding{Status: l.broken(), Confidence: 0.94, Where: execPlace(f, u), Covers: []ID{"upstream-premature-close", "upstream-protocol-mismatch", "upstream-returned-5xx", "start-limit-hit"},
		Summary:  fmt.Sprintf("%s cannot have %s: %s holds it, and answers in its place", unitWord(u.Name), l.Address(), holder(ctx, f, *o, l.Port)),
		Evidence: []Evidence{holderSays(l), unitSays(u), passLine(l)}}
	found.Evidence = append(found.Evidence, lastWords(ctx, f, u)...)
	found.Fix = freePort(ctx, f, l, u)
	return found
}

// holderSays is who listens at a hop's port, as evidence.
func holderSays(l *live) Evidence {
	return Evidence{Source: "ss -ltnp", Text: fmt.Sprintf("%s is %s (pid %d)", l.Address(), programOf(*l.reach.Owner), l.reach.Owner.PID)}
}

// programOf is what a process runs: its program and the script of it, and no word more, for a password may follow.
func programOf(p sysinfo.Proc) string {
	if len(p.Args) < 2 {
		return p.Name
	}
	for _, word := range p.Args[1:] {
		if path.IsAbs(word) || scriptName.MatchString(word) {
			return p.Args[0] + " " + word
		}
	}
	return p.Args[0]
}

// scriptName is the file of a program that another one reads.
var scriptName = whenAsked(`^[\w./-]+\.(js|mjs|cjs|ts|py|rb|jar|php|pl|sh|dll)$`)

// mayStop says that a service is one of the machine's own apps, and that it is the one that listens: not what keeps others alive, as
// Docker, cron and supervisord do, and nothing that brings the admin here.
func mayStop(u sysinfo.Unit, holder *sysinfo.Proc) bool {
	return u.Manager == "" && u.AdminMade() && u.MainPID == holder.PID && !keepsOthers.MatchString(u.Name) && storeKind(u) == ""
}

var keepsOthers = whenAsked(`(?i)^(ssh|docker|containerd|podman|cron|anacron|at[.d]|supervisor|pm2|systemd-|user@|dbus|getty|network|tailscale|wg-quick|openvpn|cloudflared|.*fpm|emperor)`)

// freePort stops the service that holds a hop's port, and starts the one that it belongs to.
func freePort(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit) Fix {
	o := l.reach.Owner
	other, _ := f.Unit(ctx, f.UnitOf(o.PID))
	x := Fix{Title: "Free the port for " + unitWord(u.Name), Risk: Medium}
	if c, ok := f.Publisher(ctx, *o, l.Port); ok {
		x = x.Tell("Port %d of this machine leads into container %s. If it should keep the port, give %s another one", l.Port, c.Name, unitWord(u.Name))
		return stopContainer(x, c).Do("Start it", "%s%s", anew(u), warmUp(u))
	}
	if byHand(ctx, f, u, o) {
		return x.Tell("%s (pid %d, since %s) belongs to no service: somebody started it by hand, or a job of cron's. If it should keep the port, give %s another one", programOf(*o), o.PID, o.Start.Format(time.DateTime), unitWord(u.Name)).
			Do("Else end it", "kill %d && sleep 1", o.PID).Do("Start it", "%s%s", anew(u), warmUp(u))
	}
	if !mayStop(other, o) {
		whose := cmp.Or(unitWord(other.Name), "no service")
		return x.Tell("Both cannot have port %d. %s (pid %d) belongs to %s: where it should not have the port, end it the way it was started (a container, a job, a program by hand), and then start %s", l.Port, o.Name, o.PID, whose, unitWord(u.Name)).
			Tell("If it should keep it, give %s another port, and write that at %s", unitWord(u.Name), l.Where)
	}
	stop, say, back := stopForGood(other)
	x.Undo = fmt.Sprintf("systemctl stop %s; %s", sh(unitWord(u.Name)), back)
	return x.Tell("Both cannot have port %d. If %s should keep it, give the other one another port, and write that at %s", l.Port, unitWord(other.Name), l.Where).
		Do("Else "+say, "%s", stop).
		Do("Start it", "%s%s", anew(u), warmUp(u))
}

// stopForGood is what ends a service, the next boot's start of it as well where it has one, that in words, and what brings it back.
func stopForGood(u sysinfo.Unit) (stop, say, back string) {
	name := sh(unitWord(u.Name))
	if u.Enabled == "enabled" {
		return "systemctl disable --now " + name, "stop it, also for the next boot", "systemctl enable --now " + name
	}
	return "systemctl stop " + name, "stop it", "systemctl start " + name
}

// byHand says that somebody's login has a process of the very user that a service runs as: a copy of the app from a test, say.
func byHand(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, o *sysinfo.Proc) bool {
	c, ok := f.UnitCreds(ctx, u)
	return ok && c.UID != 0 && c.UID == o.UID && f.ByHand(o.PID)
}
