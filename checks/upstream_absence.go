package checks

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// An absence is an address where nobody listens, and the app that is known to belong there.
type absence struct {
	f     *sysinfo.Facts
	l     *live
	app   sysinfo.App
	found *Finding
}

func newAbsence(ctx context.Context, f *sysinfo.Facts, l *live) *absence {
	found := &Finding{Status: l.broken(), Summary: fmt.Sprintf("nothing listens on %s, where %s sends %s", l.Address(), l.From, l.Location), Where: l.Where,
		Confidence: 0.95, Evidence: []Evidence{passLine(l), kernelSays(l)}}
	if l.lone() {
		found.Summary = fmt.Sprintf("nothing listens on port %d, where visitors ask; no web server stands before the app", l.Port)
	}
	if line, _, ok := l.has(connectKinds...); ok {
		found.Evidence = append(found.Evidence, quoteLine(line))
	}
	app := f.AppFor(ctx, l.Hop)
	if !app.Listens() && f.Unwanted(ctx, app.Unit) {
		if addr, _ := movedSite(ctx, f, l); addr != "" { // a server that runs has the site: what nobody started did not have it
			app = sysinfo.App{}
		}
	}
	return &absence{f, l, app, found}
}

func (a *absence) say(e ...Evidence) { a.found.Evidence = append(a.found.Evidence, e...) }

// standIn: the address is one where nobody answers on purpose, written where a name did not resolve so that the gateway starts (cureName).
func (a *absence) standIn() {
	a.found.Summary = fmt.Sprintf("%s leads nowhere: %s stands in for an app whose name did not resolve", a.l.Location, nowhere)
	a.found.Fix = Fix{Title: "Write the app's address", Risk: Low}.
		Tell("At %s write where the app is, by its address or by a name that resolves (getent ahosts NAME); all other pages of %s work meanwhile", a.l.Where, a.l.From)
}

// unseen: without root nobody knows where the app listens.
func (a *absence) unseen() {
	u := a.app.Unit
	a.say(unitSays(u), Evidence{Source: "ss -ltnp", Text: "where " + u.Name + " listens needs root to see"})
	a.found.Fix = Fix{Title: "See where the app listens", Risk: Low}.Do("As root: its listeners", "ss -ltnp").
		Tell("If %s listens on another port, correct %s; if it does not listen, its journal says why: journalctl -u %s", unitWord(u.Name), a.l.Where, unitWord(u.Name))
}

// deaf: the app runs, or is being started, and listens nowhere.
func (a *absence) deaf(ctx context.Context) {
	u := a.app.Unit
	a.found.Confidence = 0.85
	a.found.Summary = fmt.Sprintf("%s runs, but does not listen on %s", unitWord(u.Name), a.l.Address())
	a.say(unitSays(u))
	a.say(lastWords(ctx, a.f, u)...)
	x, again := Fix{Title: "Let " + unitWord(u.Name) + " start anew", Risk: Medium}, anew(u)
	switch {
	case u.Sub == "exited": // systemd.service(5), RemainAfterExit=
		a.found.Summary = fmt.Sprintf("the start of %s ended, and nothing that listens on %s came of it", unitWord(u.Name), a.l.Address())
	case u.Starting():
		a.found.Summary = fmt.Sprintf("%s is being started since %s, and does not listen on %s yet", unitWord(u.Name), u.Since.Format("15:04:05"), a.l.Address())
		x = x.Tell("What it waits for its log may say: %s", u.Log())
		again = strings.Replace(again, "systemctl restart", "systemctl --no-block restart", 1) // else it is waited for, maybe for ever
	case u.Since.IsZero(): // supervisord tells how long, and not since when
		x = x.Tell("It may still be on its way. If not, its log says what it waits for: %s", u.Log())
	default:
		x = x.Tell("It was started %s: it may still be on its way. If not, its log says what it waits for: %s", u.Since.Format("15:04:05"), u.Log())
	}
	a.found.Fix = x.Do("Restart it", "%s && sleep 2", again)
	if !a.settings(ctx) && !a.waits(ctx) {
		explainDown(ctx, a.f, a.l, u, a.found)
	}
	vassalAside(a.f, a.l, u, a.found)
	vassalsMoved(a.f, a.l, u, a.found)
}

// settings finds a line of the app's own that keeps it from listening.
func (a *absence) settings(ctx context.Context) bool {
	f, l, u, found := a.f, a.l, a.app.Unit, a.found
	if _, hers := u.OfUser(); hers {
		return false
	}
	lines, err := f.Words(ctx, u)
	ended := err == nil && (fails(u) || u.Result == "exit-code")
	done := ended && (lostVariable(ctx, f, l, u, lines, found) || pluginGone(f, l, u, lines, found)) || oddSetting(ctx, f, l, u, found) ||
		ended && (brokenJSON(f, u, lines, found) || brokenYAML(f, u, lines, found) || moduleSet(f, u, lines, found) || uwsgiFileGone(f, l, u, lines, found) || uwsgiCallableMeant(f, l, u, lines, found) || pythonName(f, u, lines, found) || otherBind(f, l, u, lines, found))
	found.Fix = asKept(u, found.Fix)
	return done
}

// down: the app does not run; what stands in its way is found where it can be.
func (a *absence) down(ctx context.Context) {
	f, l, u := a.f, a.l, a.app.Unit
	if user, ok := u.OfUser(); ok {
		a.ofUser(ctx, user)
		return
	}
	a.say(unitSays(u))
	if k, ok := keeperDown(ctx, f, u); ok {
		a.found.Summary += fmt.Sprintf("; %s, which keeps %s, does not run", unitWord(k.Name), unitWord(u.Name))
		a.say(unitSays(k))
	}
	a.say(lastWords(ctx, f, u)...)
	a.found.Fix = startSeen(ctx, f, u)
	plain := a.found.Summary
	byHandOnly(f, u, a.found)
	unknownToKeeper(f, u, a.found)
	ownMistake(ctx, f, l, u, a.found)
	if fails(u) || u.Result == "exit-code" {
		a.settings(ctx)
	}
	explainDown(ctx, f, l, u, a.found)
	startBrothers(ctx, f, l, u, a.found)
	if !failedItself(u) || neverRan(u) {
		return
	}
	lines, err := f.Words(ctx, u) // without them the environment alone may tell
	for word := range strings.FieldsSeq(u.Props["Environment"]) {
		lines = append(lines, sysinfo.JournalLine{Text: word})
	}
	if missed, ok := missedService(ctx, f, u, lines); ok {
		startBefore(ctx, f, a.found, u, missed)
	} else if last := lastComplaint(recent(lines), u); storeInTheWay(ctx, f, l, u, a.found) || a.found.Summary != plain || toldAtEnd(ctx, f, l, u, a.found) {
		return
	} else if last != nil {
		a.found.Where = execPlace(f, u)
		endsBy(ctx, f, l, u, a.found, last)
	} else if errors.Is(err, sysinfo.ErrNeedsRoot) && u.Restarts > 0 {
		a.found.Fix = Fix{Title: "See as root why " + unitWord(u.Name) + " ends over and over", Risk: Low}.
			Tell("Run fix502 again with sudo: systemd has started it %s in vain, and what it said then only root may read (%s). One start more would end in the same way", plural(u.Restarts, "time more", "times more"), u.Log())
	}
}

// nobodys: no service here is known to be the app.
func (a *absence) nobodys(ctx context.Context) {
	if unitAside(ctx, a.f, a.l, a.found) {
		return
	}
	if addr, because := rightful(ctx, a.f, a.l); addr != "" {
		a.found.Summary += "; " + because
		a.found.Fix = pointTo(ctx, a.f, a.l, addr)
		pointMoved(ctx, a.f, a.l, addr, a.found)
		return
	}
	if a.l.Address() == nowhere {
		a.standIn()
		return
	}
	a.found.Confidence = 0.9
	if haproxyAside(ctx, a.f, a.l, a.found) || nearlyNamed(ctx, a.f, a.l, a.found) || leftOut(a.f, a.l, a.found) || fileLost(a.f, a.l, a.found) || unsaved(ctx, a.f, a.l, a.found) || plainGone(a.f, a.l, a.found) {
		return
	}
	a.found.Fix = Fix{Title: "Start the app that should listen on " + a.l.Address(), Risk: Low}.
		Tell("No service and no crontab that could be read here names %s. Find what starts the app (its README, a script of a deploy, docker ps -a) and start it, or correct %s", a.l.Address(), a.l.Where)
}
