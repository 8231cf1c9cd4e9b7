package checks

import (
	"context"
	"fmt"
	"slices"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// dockerContainerExited: the app lives in a container, and the container does not run.
func dockerContainerExited() Check {
	return Check{
		ID: "docker-container-exited", Title: "The app's container runs", Topic: Upstreams, Needs: "root",
		After: []ID{"oom-killed", "stale-config-not-reloaded"},
		Means: `The app's container has stopped, restarts in a loop, or is paused, so nobody is at its port. docker ps -a shows its exit code: 137 was
killed, mostly for memory; 139 crashed; 143 and 0 were stopped; 1 is an error of its own. docker logs NAME shows its last words. A container without a
restart policy stays down after a reboot. A gateway in a container ends at its start when its app's container, whose name it looks up then, does not
run yet or is in another network: "host not found in upstream".`,
		Run: both(perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			u, ok := appContainer(ctx, f, l)
			switch {
			case !ok:
				return nil
			case !u.loops && !u.down && !u.paused:
				return pass(fmt.Sprintf("container %s is %s", u.Word(), u.Sub))
			case u.paused:
				return &Finding{Status: Fail, Confidence: 0.97, Where: l.Where, Summary: fmt.Sprintf("container %s is paused: it takes connections and answers none", u.Word()), Covers: []ID{"upstream-read-timeout"},
					Evidence: []Evidence{unitSays(u.Unit), passLine(l)}, Fix: Fix{Title: "Let the container go on", Risk: Low, Undo: u.Command("pause")}.Do("Go on", "%s", u.Command("unpause"))}
			}
			found := &Finding{Status: l.broken(), Confidence: 0.96, Where: l.Where, Covers: []ID{"upstream-port-nothing-listening", "bind-address-mismatch", "upstream-returned-5xx", "node-crash", "gunicorn-boot-failure"},
				Summary: fmt.Sprintf("container %s, which should answer at %s, is down: %s", u.Word(), l.Address(), u.StatusText), Evidence: []Evidence{unitSays(u.Unit)}}
			found.Evidence = append(found.Evidence, lastWords(ctx, f, u.Unit)...)
			found.Evidence = append(found.Evidence, passLine(l))
			found.Fix = startContainer(u.Unit)
			if u.loops {
				found.Summary = fmt.Sprintf("container %s, which should answer at %s, ends over and over: it was started again %d times", u.Word(), l.Address(), u.Restarts)
				found.Fix = endsOver(u.Unit)
			}
			if l.Site.Gateway.Container != nil && l.Host != "" && l.Site.Gateway.Kind != "caddy" { // it looks names up when it reads its files, and a container has another address with every start
				found.Fix = reload(ctx, f, l.Site.Gateway, found.Fix)
			}
			if e, ok := endsAtStart(ctx, f, l); !ok || !nameApart(ctx, f, e, found) {
				found.Covers = append(found.Covers, "docker-wrong-port-or-network")
			}
			return withLine(found, l, connectKinds...)
		}), storeExited),
	}
}

// appState is the container that a hop's app lives in, and how it is.
type appState struct {
	sysinfo.Unit
	down, paused bool
	loops        bool // it ends over and over
}

// appContainer is that of a hop; false where its app lives in none, or nothing is known of it.
func appContainer(ctx context.Context, f *sysinfo.Facts, l *live) (appState, bool) {
	u := f.AppFor(ctx, l.Hop).Unit
	byName := l.Site.Gateway.Container != nil && len(l.Addrs) == 0 // an engine has no address for one that does not run
	if l.reach.Err != nil && !byName || !u.Contained() || TakenOut(l.Hop) && !l.hit {
		return appState{}, false
	}
	return appState{Unit: u, loops: endsAgain(f, l, u),
		down:   !u.Running() && (byName || l.reach.Broken() && l.reach.Listener == nil && len(l.reach.Others) == 0),
		paused: u.Sub == "paused" && !u.Running() && (l.silent || l.hit)}, true
}

// endsAgain is a container that its engine started again, by its restart policy, since it refused us or hung up: Podman's is never "restarting", and an engine holds the published port meanwhile.
func endsAgain(f *sysinfo.Facts, l *live, u sysinfo.Unit) bool {
	line, now, _ := l.has(slices.Concat(connectKinds, []errlog.Kind{errlog.PrematureClose, errlog.ReadReset})...)
	return now && u.Restarts > 1 && startedAnew(f, u) && u.Since.After(line.Time.Add(-10*time.Second))
}
