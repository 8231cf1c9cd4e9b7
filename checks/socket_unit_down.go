package checks

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// heldBySystemd: a socket unit that should listen for the app does not. It was stopped, or it gave up: its service does not exist under that name, or
// failed again and again as visitors came (systemd.socket(5)).
func (a *absence) heldBySystemd(ctx context.Context, service, socket string) {
	a.found.Summary = fmt.Sprintf("nothing listens on %s: %s, which systemd should hold it for %s, is down", a.l.Address(), socket, unitWord(service))
	a.say(Evidence{Source: "systemctl status " + socket, Text: socket + " does not listen"})
	a.found.Fix = Fix{Title: "Let systemd listen there again", Risk: Low, Undo: "systemctl disable --now " + sh(socket)}.
		Do("Now and at every boot", "systemctl enable --now %s", sh(socket))
	units, err := a.f.Services(ctx)
	if err != nil {
		return
	}
	u, known := units[service]
	switch {
	case (!known || u.Load == "not-found") && !strings.Contains(service, "@"):
		a.servedByOther(ctx, units, service, socket)
	case failedItself(u) && !u.Running():
		a.serviceFails(ctx, u, socket)
	}
}

// servedByOther: the service that the socket is for has another name now; the unit that needs the socket is it.
func (a *absence) servedByOther(ctx context.Context, units map[string]sysinfo.Unit, service, socket string) {
	a.found.Summary += "; there is no " + service
	held, _ := a.f.SocketUnit(a.l.Hop)
	var meant []sysinfo.Unit
	var line sysinfo.UnitLine
	for _, name := range slices.Sorted(maps.Keys(units)) {
		u := units[name]
		for _, l := range a.f.UnitLines(u) {
			if name == u.Name && slices.Contains([]string{"Requires", "Sockets", "BindsTo", "Also"}, l.Key) && slices.Contains(strings.Fields(l.For(u)), socket) {
				meant, line = append(meant, u), l
				break
			}
		}
	}
	if len(held.Lines) > 0 {
		a.found.Where = sysinfo.Place{File: held.Lines[0].File}
	}
	if len(meant) != 1 {
		a.found.Fix = Fix{Title: "Name the service of " + socket, Risk: Low}.
			Tell("Write Service= with the name of the app's service below [Socket] in %s, then: systemctl daemon-reload && systemctl restart %s", a.found.Where.File, socket)
		return
	}
	a.found.Summary += fmt.Sprintf(", and %s is the one that needs the socket", meant[0].Name)
	a.say(unitLineSays(a.f, line))
	a.found.Confidence = 0.97
	x := Fix{Title: "Tell systemd which service the socket is for", Risk: Low}
	x = daemonReload(dropIn(x, socket, "Name the service that is there", "Socket", "Service="+meant[0].Name))
	a.found.Fix = x.Do("Forget that it failed", "systemctl reset-failed %s", sh(socket)).Do("Let systemd listen, now and at every boot", "systemctl enable --now %s", sh(socket))
}

// serviceFails: the socket gave up since its service ends at each start. What is in the service's way goes first.
func (a *absence) serviceFails(ctx context.Context, u sysinfo.Unit, socket string) {
	a.say(unitSays(u))
	a.say(lastWords(ctx, a.f, u)...)
	plain := a.found.Fix
	a.found.Fix = startUnit(u)
	ownMistake(ctx, a.f, a.l, u, a.found)
	a.settings(ctx)
	explainDown(ctx, a.f, a.l, u, a.found)
	a.found.Fix = a.found.Fix.Do("Let systemd listen again: it gave up as the service failed too often", "systemctl reset-failed %s 2>/dev/null || true", sh(socket)).Do(plain.Steps[0].Say, "%s", plain.Steps[0].Command)
	a.found.Fix.Title = "Let " + unitWord(u.Name) + " start, and systemd listen for it again"
}
