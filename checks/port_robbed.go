package checks

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

var addressTaken = whenAsked(`(?i)address already in use|EADDRINUSE|Connection in use|address in use`)

// robbed is the service that says it cannot have a hop's port, because another program holds it, who answers in its place and badly.
func robbed(ctx context.Context, f *sysinfo.Facts, l *live) (sysinfo.Unit, bool) {
	if l.Unix != "" || l.Port == 0 || l.reach.Owner == nil || l.reach.Owner.PID == 1 || !l.hit && !l.silent {
		return sysinfo.Unit{}, false
	}
	holder := f.UnitOf(l.reach.Owner.PID)
	if !strings.HasSuffix(holder, ".service") || l.reach.Owner.State == 'T' { // an old process of the app's own, or one that is stopped, is another's to tell of
		return sysinfo.Unit{}, false
	}
	u, _ := sysinfo.Memo(f, fmt.Sprintf("robbed %p %s", l.Site.Gateway, l.Address()), func() (sysinfo.Unit, error) { return loser(ctx, f, l, holder), nil }) // none is an answer
	return u, u.Name != ""
}

// loser is the service that says in its last words that the hop's port was taken before it came.
func loser(ctx context.Context, f *sysinfo.Facts, l *live, holder string) sysinfo.Unit {
	units, err := f.Services(ctx)
	if err != nil {
		return sysinfo.Unit{}
	}
	port := regexp.MustCompile(`(^|\D)` + strconv.Itoa(l.Port) + `(\D|$)`)
	for _, name := range slices.Sorted(maps.Keys(units)) {
		u := units[name]
		if u.Name != name || name == holder || u.Restarts == 0 && u.Active != "failed" {
			continue
		}
		lines, _ := f.Words(ctx, u) // of one that cannot be read nothing is known
		if slices.ContainsFunc(lines[max(0, len(lines)-60):], func(said sysinfo.JournalLine) bool {
			return addressTaken.MatchString(said.Text) && (port.MatchString(said.Text) || strings.Contains(u.Exec, strconv.Itoa(l.Port)))
		}) {
			return u
		}
	}
	return sysinfo.Unit{}
}

// portRobbed tells of it, where no check of the app's own kind does.
func portRobbed(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	u, ok := robbed(ctx, f, l)
	if !ok {
		return nil
	}
	o := l.reach.Owner
	found := &Finding{Status: l.broken(), Confidence: 0.94, Where: execPlace(f, u), Covers: []ID{"upstream-premature-close", "upstream-protocol-mismatch", "upstream-returned-5xx", "start-limit-hit"},
		Summary:  fmt.Sprintf("%s cannot have %s: %s (pid %d) holds it, and answers in its place", unitWord(u.Name), l.Address(), o.Name, o.PID),
		Evidence: []Evidence{holderSays(l), unitSays(u), passLine(l)}}
	found.Evidence = append(found.Evidence, lastWords(ctx, f, u)...)
	found.Fix = freePort(f, l, u)
	return found
}

// holderSays is who listens at a hop's port, as evidence.
func holderSays(l *live) Evidence {
	return Evidence{Source: "ss -ltnp", Text: fmt.Sprintf("%s is %s (pid %d)", l.Address(), l.reach.Owner.Cmd, l.reach.Owner.PID)}
}

// freePort stops the service that holds a hop's port, and starts the one that it belongs to.
func freePort(f *sysinfo.Facts, l *live, u sysinfo.Unit) Fix {
	holder := f.UnitOf(l.reach.Owner.PID)
	x := Fix{Title: "Free the port for " + unitWord(u.Name), Risk: Medium, Undo: "systemctl enable --now " + sh(unitWord(holder))}
	return x.Tell("Both cannot have port %d. If %s should keep it, give the other one another port, and write that at %s", l.Port, unitWord(holder), l.Where).
		Do("Else stop it, also for the next boot", "systemctl disable --now %s", sh(unitWord(holder))).
		Do("Start it", "%s%s", anew(u), warmUp(u))
}
