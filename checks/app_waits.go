package checks

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// waits finds what an app waits for that runs and listens nowhere: another service of this machine, as its own words or its start script
// say, or a lock, as the kernel says.
func (a *absence) waits(ctx context.Context) bool {
	f, u := a.f, a.app.Unit
	lines, _ := f.Words(ctx, u) // one that waits may say nothing
	missed, ok := missedService(ctx, f, u, recent(lines))
	if !ok {
		missed, ok = a.awaited(ctx, recent(lines))
	}
	switch {
	case ok:
		startMissed(ctx, f, a.found, missed)
		a.found.Fix = a.found.Fix.Do("Start the app anew, so that it need not wait for its next try", "%s%s", anew(u), warmUp(u))
	case storeInTheWay(ctx, f, a.l, u, a.found), a.locked(ctx):
	default:
		return false
	}
	a.found.Confidence = 0.95
	return true
}

var (
	// awaitsWords are the words of a program that waits for another, with its address or its name.
	awaitsWords = whenAsked(`(?i)\b(?:wait(?:ing|s)? (?:for|until|on)|not (?:yet )?(?:ready|available|reachable|up)|unavailable|retrying|trying again|still down)\b`)
	// awaitsName is such a word before the name of what is waited for.
	awaitsName = whenAsked(`(?i)\bwait(?:ing|s)? (?:for|on) (?:the |service )?([a-z][\w.-]*[a-z0-9])`)
	// asksUntil are the forms by which start scripts wait for a port: bash's own, netcat's, wait-for-it's, curl's.
	asksUntil = []pattern{
		whenAsked(`/dev/tcp/(?:127\.0\.0\.1|localhost)/(\d{2,5})\b`),
		whenAsked(`\b(?:nc|ncat|netcat)\s+(?:-\w+\s+(?:\d+\s+)?)*-\w*z\w*\s+(?:-\w+\s+(?:\d+\s+)?)*(?:127\.0\.0\.1|localhost)\s+(\d{2,5})\b`),
		whenAsked(`\b(?:wait-for(?:-it|-port)?(?:\.sh)?|dockerize|wait-port|wait-on)\b.*?(?:127\.0\.0\.1|localhost):(\d{2,5})\b`),
		whenAsked(`^\s*(?:until|while)\b.*\bcurl\b.*(?:127\.0\.0\.1|localhost):(\d{2,5})\b`),
	}
)

// awaited is the service that an app's words or its start script name as what they wait for, and which does not run.
func (a *absence) awaited(ctx context.Context, lines []sysinfo.JournalLine) (sysinfo.Unit, bool) {
	f, u := a.f, a.app.Unit
	all, err := f.Services(ctx)
	if err != nil {
		return sysinfo.Unit{}, false
	}
	idle := func(digits string) (sysinfo.Unit, bool) {
		port, _ := strconv.Atoi(digits) // it is all figures
		if listenedAt(ctx, f, port) {
			return sysinfo.Unit{}, false
		}
		if store, ok := idleNeighbour(all, digits); ok {
			return store, true
		}
		return idleAt(f, all, port, u)
	}
	if said := lastSaid(lines, awaitsWords); said != nil && !ofARequest.MatchString(said.Text) {
		if m := localPort.FindStringSubmatch(said.Text); m != nil {
			return idle(m[1])
		}
		if ofAnotherMachine(f, said.Text) || asksElsewhere(f, u) {
			return sysinfo.Unit{}, false
		}
		if other, ok := idleNeighbour(all, said.Text); ok {
			return other, true
		}
		if m := awaitsName.FindStringSubmatch(said.Text); m != nil {
			if other, ok := f.Unit(ctx, m[1]+".service"); ok && other.Load != "not-found" && !other.Running() && other.Name != u.Name {
				return other, true
			}
		}
	}
	for _, how := range asksUntil {
		if w, ok := inCommand(f, u, how); ok {
			if other, ok := idle(w.match[1]); ok {
				a.say(lineOf(f.Host.Root, w.place))
				return other, true
			}
		}
	}
	return a.askedStore(ctx)
}

// askedStore is the database that does not run and that a start script asks with the database's own program.
func (a *absence) askedStore(ctx context.Context) (sysinfo.Unit, bool) {
	w, ok := inCommand(a.f, a.app.Unit, storeAsked)
	if !ok || asksElsewhere(a.f, a.app.Unit) {
		return sysinfo.Unit{}, false
	}
	store, ok := storeUnit(ctx, a.f, &sysinfo.Store{Kind: storeAskers[w.match[1]]})
	if !ok || store.Running() {
		return sysinfo.Unit{}, false
	}
	a.say(lineOf(a.f.Host.Root, w.place))
	return store, true
}

var storeAsked = whenAsked(`\b(pg_isready|mysqladmin|mariadb-admin|redis-cli)\b(.*)`)

// locked: a process of the app's waits for a lock on a file that another program holds (flock(2), /proc/locks).
func (a *absence) locked(ctx context.Context) bool {
	f, u := a.f, a.app.Unit
	b, err := f.Host.Root.ReadFile("/proc/locks")
	procs, err2 := f.Procs(ctx)
	if err != nil || err2 != nil {
		return false
	}
	own := map[int]bool{}
	for _, p := range procs {
		if f.UnitOf(p.PID) == u.Name {
			own[p.PID] = true
		}
	}
	for _, held := range locksAwaited(string(b), own) {
		for _, p := range procs {
			if p.PID != held.holder || own[p.PID] {
				continue
			}
			file := lockedFile(f, held.waiting[0], p.PID)
			a.found.Summary += fmt.Sprintf("; it waits for a lock on %s, which %s (pid %d) holds", file, p.Name, p.PID)
			a.say(Evidence{Source: "/proc/locks", Text: fmt.Sprintf("held by %d, awaited by %v", held.holder, held.waiting)},
				Evidence{Source: fmt.Sprintf("ps -p %d", p.PID), Text: p.Cmd, Time: p.Start})
			if path.IsAbs(file) {
				a.found.Where = sysinfo.Place{File: file}
			}
			a.found.Fix = Fix{Title: "Let the lock go", Risk: Medium}.
				Tell("%s (pid %d, %s, since %s) has to end, or to give the lock back: see whose it is and whether its work may be stopped (systemctl status %d); kill %d ends it. %s goes on by itself then",
					p.Name, p.PID, strings.TrimSpace(p.Cmd), p.Start.Format("2006-01-02 15:04:05"), p.PID, p.PID, unitWord(u.Name))
			return true
		}
	}
	return false
}
