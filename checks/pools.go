package checks

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

// stranded says that a FastCGI hop leads nowhere: no listener, and no pool is configured to be there.
func stranded(ctx context.Context, f *sysinfo.Facts, l *live) bool {
	if l.Scheme != "fastcgi" || l.reach.Err != nil || l.reach.Listener != nil || len(l.reach.Others) > 0 ||
		l.reach.Errno != syscall.ENOENT && l.reach.Errno != syscall.ECONNREFUSED {
		return false
	}
	if _, socket := f.SocketService(l.Hop); socket != "" {
		return false // fcgiwrap and its like: systemd should hold the socket
	}
	p, _ := f.PoolOf(ctx, l.Hop)
	return p == nil && refusedElsewhere(ctx, f, l) == nil
}

// candidate is a pool that the gateway could ask instead.
type poolCandidate struct {
	fpm  *sysinfo.FPM
	pool *phpfpm.Pool
	at   phpfpm.Address
}

func (c poolCandidate) unix() bool { return c.at.Network == "unix" }

// address is the pool's address as a gateway writes it.
func (c poolCandidate) address() string {
	if c.unix() {
		return "unix:" + c.at.Path
	}
	host := c.at.Host
	if host == "" || host == "0.0.0.0" {
		host = "127.0.0.1"
	}
	return fmt.Sprintf("%s:%d", host, c.at.Port)
}

// nearest is the pool that most likely serves the site: one that runs, of the user or name that fits the site,
// with a name like the one asked for.
func nearest(ctx context.Context, f *sysinfo.Facts, l *live) (poolCandidate, bool) {
	best, err := sysinfo.Memo(f, "nearest pool to "+l.Address()+" of "+l.Site.Name, func() (poolCandidate, error) {
		var best poolCandidate
		score := -1
		words, web := socketWords(l.Unix), webUser(ctx, f)
		for _, c := range candidates(ctx, f) {
			n := likeness(l, words, web, len(othersAsk(ctx, f, l, c)) > 1, c)
			if c.fpm.Running() {
				n += 100
			}
			if n > score {
				best, score = c, n
			}
		}
		if score < 0 {
			return best, errNoPool
		}
		return best, nil
	})
	return best, err == nil
}

var errNoPool = errors.New("no pool listens anywhere")

// candidates are all pools that listen somewhere, gathered once.
func candidates(ctx context.Context, f *sysinfo.Facts) []poolCandidate {
	out, _ := sysinfo.Memo(f, "pools that listen", func() ([]poolCandidate, error) {
		var out []poolCandidate
		all, _ := f.FPM(ctx) // none: no candidate
		for _, p := range all {
			for _, pool := range p.Config.Pools {
				if at, ok := pool.Listen(); ok {
					out = append(out, poolCandidate{p, pool, at})
				}
			}
		}
		return out, nil
	})
	return out
}

// mismatch is what the three causes with a pool elsewhere have in common.
func mismatch(ctx context.Context, f *sysinfo.Facts, l *live, c poolCandidate, summary string) *Finding {
	found := &Finding{Status: l.broken(), Confidence: 0.96, Where: l.Where, Summary: summary,
		Evidence: []Evidence{passLine(l), {Source: c.at.Place.String(), Text: configLine(f.Host.Root, c.at.Place)}}}
	if c.fpm.Running() {
		found.There = c.fpm.Name() + " listens on " + strings.TrimPrefix(c.address(), "unix:")
		found.Evidence = append(found.Evidence, Evidence{Source: "ps", Text: fmt.Sprintf("%s runs since %s and listens on %s", c.fpm.Name(), c.fpm.Master.Start.Format(time.DateTime), c.address())})
	} else {
		found.Evidence = append(found.Evidence, unitSays(c.fpm.Unit))
	}
	if path := staleListener(ctx, f, c); path != "" {
		found.Evidence = append(found.Evidence, Evidence{Source: "ss -lx", Text: path})
	}
	found.Fix = pointTo(ctx, f, l, c.address())
	if x, ok := l.Extra.(sysinfo.NginxHop); l.Unix != "" && c.unix() && (strings.HasPrefix(l.Raw, "$") || ok && l.Pass == l.Where && strings.Contains(x.Pass.Value, "$")) {
		found.Fix = askedFor(f, l, c)
	} else if c.unix() && sharedRule(l) && len(othersAsk(ctx, f, l, c)) == 0 {
		fitsNoRule(f, l, c, found)
	}
	whose, others := poolOfAnother(ctx, f, l, c)
	own := c.fpm.Running() && calledAfter(l.Site.Name, c.pool.Name) // the site's own pool is here, and what was put aside another one
	if file, back := poolAside(f, l, c); file != "" && !own {
		bringPool(f, l, c, found, file, back)
		return withLine(found, l, connectKinds...)
	}
	if others {
		ownPoolGone(l, c, whose, found)
	}
	poolTwice(f, l, c, found)
	if others {
		return withLine(found, l, connectKinds...)
	}
	if !c.fpm.Running() {
		found.Fix = fpmStart(c.fpm, found.Fix)
	}
	openPool(ctx, f, l, c, found)
	return withLine(found, l, connectKinds...)
}

// askedFor moves a pool to where the gateway asks: the line there names a socket for each site, so it is the pool that does
// not fit in.
func askedFor(f *sysinfo.Facts, l *live, c poolCandidate) Fix {
	at := c.at.Place
	old := configLine(f.Host.Root, at)
	x := Fix{Title: fmt.Sprintf("Let pool %s listen where %s asks", c.pool.Name, l.Site.Name), Risk: Medium, Undo: setLine(f.Host.Root, at, old)}
	return fpmRestart(c.fpm, x.Do(fmt.Sprintf("Correct %s: %s has one rule for the sockets of all its sites", at, l.Pass), "%s", setLine(f.Host.Root, at, "listen = "+l.Unix)))
}

// mayUse says whether the gateway's worker may use the candidate's socket.
func mayUse(f *sysinfo.Facts, l *live, c poolCandidate) bool {
	g := l.Site.Gateway
	if !c.unix() || g.Creds.UID < 0 {
		return true
	}
	steps, err := f.Host.Root.Walk(c.at.Path)
	return err != nil || g.Creds.May(steps[len(steps)-1], 2)
}

// staleListener tells when a pool's file was edited after it started: then it listens elsewhere than it says.
func staleListener(ctx context.Context, f *sysinfo.Facts, c poolCandidate) string {
	if c.unix() && f.ListensAt(ctx, c.at.Path) {
		return "LISTEN " + c.at.Path
	}
	return ""
}
