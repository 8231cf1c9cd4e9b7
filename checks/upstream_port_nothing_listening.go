package checks

import (
	"context"
	"fmt"
	"strings"
	"syscall"

	"fix502/sysinfo"
)

// upstreamPortNothingListening is the commonest 502 of all: the app is down, or listens on another port than
// the gateway asks.
func upstreamPortNothingListening() Check {
	return Check{
		ID: "upstream-port-nothing-listening", Title: "Every app listens where the gateway asks", Topic: Upstreams,
		After: []ID{"bind-address-mismatch", "localhost-ipv6-mismatch", "docker-localhost-upstream", "gunicorn-boot-failure", "node-crash",
			"unit-not-enabled-after-reboot", "oom-killed", "start-limit-hit", "fpm-not-running", "fpm-pool-config-error", "fpm-transport-mismatch", "stale-config-not-reloaded"},
		Means: `The gateway connects to an address and port where nobody listens, so the kernel refuses at once (errno 111).
The app was never started, has crashed, or listens on another port than the one in the gateway's configuration. The gateway's
log cannot tell which: the app's own log or its unit's journal can. Longer timeouts do not help, there is nothing to wait for.`,
		Run: perHop(nothingListening),
	}
}

func nothingListening(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	service, socket := f.SocketService(l.Hop)
	if l.Unix != "" && l.Scheme == "fastcgi" && socket == "" || l.reach.Err != nil || l.Down {
		return nil
	}
	if l.reach.Listener != nil {
		if found := behindForwarder(ctx, f, l); found != nil {
			return found
		}
		if found := portRobbed(ctx, f, l); found != nil {
			return found
		}
		return pass(fmt.Sprintf("%s is listened on%s", l.Address(), by(l.reach.Owner)))
	}
	gone := l.reach.Errno == syscall.ECONNREFUSED || l.Unix != "" && l.reach.Errno == syscall.ENOENT
	if !gone || len(l.reach.Others) > 0 || l.Unix != "" && l.reach.Errno == syscall.ENOENT && len(l.reach.Others) > 0 {
		return nil
	}
	if l.Scheme == "fastcgi" {
		if p, _ := f.PoolOf(ctx, l.Hop); p != nil {
			return nil // a PHP-FPM that should be there: fpm-not-running tells more
		}
	}
	out := &Finding{Status: l.broken(), Summary: fmt.Sprintf("nothing listens on %s, where %s sends %s", l.Address(), l.From, l.Location), Where: l.Where,
		Confidence: 0.95, Evidence: []Evidence{passLine(l)}}
	out.Evidence = append(out.Evidence, kernelSays(l))
	if line, _, ok := l.has(connectKinds...); ok {
		out.Evidence = append(out.Evidence, quoteLine(line))
	}
	app := f.AppFor(ctx, l.Hop)
	pool, elsewhere := nearest(ctx, f, l)
	switch {
	case socket != "":
		out.Summary = fmt.Sprintf("nothing listens on %s: %s, which systemd should hold it for %s, is down", l.Address(), socket, unitWord(service))
		out.Evidence = append(out.Evidence, Evidence{Source: "systemctl status " + socket, Text: socket + " does not listen"})
		out.Fix = Fix{Title: "Let systemd listen there again", Risk: Low, Undo: "systemctl disable --now " + sh(socket)}.
			Do("Now and at every boot", "systemctl enable --now %s", sh(socket))
	case l.Scheme == "fastcgi" && elsewhere && !pool.unix() && pool.fpm.Running():
		return mismatch(ctx, f, l, pool, fmt.Sprintf("%s asks %s, but %s listens on %s", l.From, l.Address(), pool.fpm.Name(), pool.address()))
	case l.Unix != "" && strings.HasPrefix(app.Addr, "unix:"):
		return nil // socket-path-mismatch
	case app.Dark && !app.Listens():
		out.Evidence = append(out.Evidence, unitSays(app.Unit), Evidence{Source: "ss -ltnp", Text: "where " + app.Unit.Name + " listens needs root to see"})
		out.Fix = Fix{Title: "See where the app listens", Risk: Low}.Do("As root: its listeners", "ss -ltnp").
			Tell("If %s listens on another port, correct %s; if it does not listen, its journal says why: journalctl -u %s", unitWord(app.Unit.Name), l.Where, unitWord(app.Unit.Name))
	case app.Unit.Running() && !app.Listens():
		out.Confidence = 0.85
		out.Summary = fmt.Sprintf("%s runs, but does not listen on %s", unitWord(app.Unit.Name), l.Address())
		out.Evidence = append(out.Evidence, unitSays(app.Unit))
		out.Evidence = append(out.Evidence, lastWords(ctx, f, app.Unit)...)
		out.Fix = Fix{Title: "Let " + unitWord(app.Unit.Name) + " start anew", Risk: Medium}.
			Tell("It was started %s: it may still be on its way. If not, its log says what it waits for: %s", app.Unit.Since.Format("15:04:05"), app.Unit.Log()).
			Do("Restart it", "%s && sleep 2", anew(app.Unit))
		explainDown(ctx, f, l, app.Unit, out)
		vassalAside(f, l, app.Unit, out)
	case app.Unit.Name != "" && !app.Listens():
		out.Evidence = append(out.Evidence, unitSays(app.Unit))
		out.Evidence = append(out.Evidence, lastWords(ctx, f, app.Unit)...)
		out.Fix = startUnit(app.Unit)
		byHandOnly(f, app.Unit, out)
		ownMistake(ctx, f, l, app.Unit, out)
		explainDown(ctx, f, l, app.Unit, out)
		startBrothers(ctx, f, l, app.Unit, out)
		if lines, _ := f.Words(ctx, app.Unit); failedItself(app.Unit) && !neverRan(app.Unit) {
			if missed, ok := missedService(ctx, f, append(lines, sysinfo.JournalLine{Text: app.Unit.Props["Environment"]})); ok {
				startBefore(ctx, f, out, app.Unit, missed)
			} else {
				storeInTheWay(ctx, f, l, app.Unit, out)
			}
		}
	case app.Unit.Name != "":
		out.Summary = fmt.Sprintf("%s asks %s, but %s listens on %s", l.From, l.Address(), unitWord(app.Unit.Name), app.Addr)
		out.Evidence = append(out.Evidence, unitSays(app.Unit))
		if !restoreEnvironment(f, app.Unit, out) {
			out.Fix = pointTo(ctx, f, l, app.Addr)
		}
	case uwsgiLeft(f, l, out):
	default:
		if addr, because := rightful(ctx, f, l); addr != "" {
			out.Summary += "; " + because
			out.Fix = pointTo(ctx, f, l, addr)
			return out
		}
		out.Confidence = 0.9
		out.Fix = Fix{Title: "Start the app that should listen on " + l.Address(), Risk: Low}.
			Tell("No service on this machine names %s. Find the app's own start command (its README, pm2 list, supervisorctl status, docker ps -a) and start it, or correct %s", l.Address(), l.Where)
	}
	return out
}

// by names a process for people.
func by(p *sysinfo.Proc) string {
	if p == nil {
		return ""
	}
	return fmt.Sprintf(" by %s (pid %d)", p.Name, p.PID)
}

// kernelSays is the kernel's own list of listeners as evidence.
func kernelSays(l *live) Evidence {
	if l.Unix != "" {
		return Evidence{Source: "ss -lx", Text: "no listening socket is bound to " + l.Unix}
	}
	return Evidence{Source: "ss -ltn", Text: fmt.Sprintf("no listener for %s", l.Address())}
}

func unitSays(u sysinfo.Unit) Evidence {
	text := fmt.Sprintf("%s is %s (%s)", u.Name, u.Active, u.Sub)
	switch {
	case u.Manager != "" && u.StatusText != "":
		text = unitWord(u.Name) + ": " + u.StatusText
	case u.Manager != "" && u.Keeper != "":
		text = unitWord(u.Name) + " is not kept: " + strings.Split(u.Name, ":")[0] + " itself does not run"
	case u.Manager != "":
		text = unitWord(u.Name) + " is " + u.Sub
	case u.Load == "masked" || u.Enabled == "masked":
		text += ", masked"
	case u.Result != "" && u.Result != "success":
		text += ", result " + u.Result
		if u.CodeKind != "" {
			text += fmt.Sprintf(", main process %s with status %d", u.CodeKind, u.ExitCode)
		}
	}
	if u.Restarts > 0 {
		text += fmt.Sprintf(", restarted %d times by systemd", u.Restarts)
	}
	if u.Enabled == "disabled" && u.Manager == "" {
		text += ", not enabled at boot"
	}
	return Evidence{Source: u.Status(), Text: text, Time: u.Since}
}

// lastWords are the lines of a unit's journal that tell why it went down: the last of them, without systemd's own
// routine.
func lastWords(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) []Evidence {
	lines, err := f.Words(ctx, u)
	if err != nil {
		return []Evidence{{Source: u.Log(), Text: "could not be read: " + why(err)}}
	}
	var out []Evidence
	for i := len(lines) - 1; i >= 0 && len(out) < 3; i-- {
		if line := lines[i]; telling(line) {
			out = append([]Evidence{{Source: line.Source, Text: line.Text, Time: line.Time}}, out...)
		}
	}
	return out
}

// telling leaves out what systemd says of every start and stop.
func telling(l sysinfo.JournalLine) bool {
	text := strings.TrimSpace(l.Text)
	if len(text) < 4 || text == "}" || strings.HasPrefix(text, "Node.js v") || strings.HasPrefix(text, "at ") {
		return false
	}
	for _, w := range []string{"Started ", "Starting ", "Reloading ", "Reloaded ", "Stopped ", "Stopping ", "Consumed ", "Scheduled restart", "Deactivated successfully", "Main process exited", "Failed with result", "Failed to start", "NOTICE: fpm is running", "NOTICE: ready to handle", "systemd monitor interval"} {
		if strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// startUnit brings a service up, and keeps it up over the next boot where that makes sense.
func startUnit(u sysinfo.Unit) Fix {
	name := sh(unitWord(u.Name))
	x := Fix{Title: "Start " + unitWord(u.Name), Risk: Low, Undo: u.Command("stop")}
	if u.Manager != "" {
		return x.Do("Start it", "%s%s", u.Command("start"), warmUp(u))
	}
	if u.Load == "masked" || u.Enabled == "masked" || u.Enabled == "masked-runtime" {
		x = x.Do("It is masked: somebody forbade its start. Allow it again", "systemctl unmask %s", name)
		x.Undo += "; systemctl mask " + name
	}
	if u.Active == "failed" || u.Result == "start-limit-hit" {
		x = x.Do("Forget the failed starts, so that systemd tries again", "systemctl reset-failed %s", name)
	}
	if u.Enabled == "disabled" && u.SysV() { // --now is for systemd's own units
		x.Undo = fmt.Sprintf("systemctl stop %s; systemctl disable %s", name, name)
		return x.Do("Start it at every boot", "systemctl enable %s", name).Do("Start it now", "systemctl start %s%s", name, warmUp(u))
	}
	if u.Enabled == "disabled" || u.Load == "masked" || u.Enabled == "masked" {
		x.Undo = strings.Replace(x.Undo, u.Command("stop"), "systemctl disable --now "+name, 1)
		return x.Do("Start it now and at every boot", "systemctl enable --now %s%s", name, warmUp(u))
	}
	return x.Do("Start it", "systemctl start %s%s", name, warmUp(u))
}

// warmUp gives a service that does not tell when it is ready the time to get there.
func warmUp(u sysinfo.Unit) string {
	if t := u.Type(); t == "simple" || t == "exec" || t == "oneshot" || u.SysV() || u.Manager != "" {
		return " && sleep 2"
	}
	return ""
}
