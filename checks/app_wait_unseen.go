package checks

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fix502/sysinfo"
)

// shortWait is a time limit below which honest work is cut off, whatever the app waits for.
const shortWait = 5 * time.Second

// unseenWait is why nobody but root sees what an app waits for: the connections of its workers, its database's sessions and the firewall on
// the way tell; nil where that was looked at, or where the app is another machine's.
func unseenWait(ctx context.Context, f *sysinfo.Facts, l *live) error {
	if f.Host.UID == 0 || f.Host.Files || !l.reach.Local && l.Unix == "" {
		return nil
	}
	workers := appWorkers(ctx, f, l)
	if len(workers) == 0 {
		return fmt.Errorf("the app's workers at %s: %w", l.Address(), sysinfo.ErrNeedsRoot)
	}
	_, err := f.Peers(ctx, workers, l.Port)
	return err
}

// unseenTaker is why only root can say whether an app that does not answer is slow: connections wait at its port and nobody has taken them, and the port may be
// a container's, of which the engine's rules of the firewall hand nothing on any more; nil elsewhere.
func unseenTaker(ctx context.Context, f *sysinfo.Facts, l *live) error {
	if !l.reach.Local || !l.reach.Open() || l.reach.Listener.Queue == 0 || len(appWorkers(ctx, f, l)) > 0 || !f.Unlisted(ctx) {
		return nil
	}
	return fmt.Errorf("%d connections wait at %s, and who should take them: %w", l.reach.Listener.Queue, l.Address(), sysinfo.ErrNeedsRoot)
}

// lookAsRoot is all that can be advised of a time limit where nobody could look at what the app waits for: a longer one would only make
// visitors wait longer for a database behind a firewall. No steps where the limit itself is too short, or where that was seen.
func lookAsRoot(ctx context.Context, f *sysinfo.Facts, l *live, limit time.Duration) (Fix, bool) {
	if limit < shortWait || unseenWait(ctx, f, l) == nil {
		return Fix{}, false
	}
	return Fix{Title: "Look as root at what the app waits for", Risk: Low}.
		Tell("Run fix502 again with sudo before a time limit is changed: only root sees the connections of the app's workers, what its database does, and whether a rule of the firewall stops what the app sends there"), true
}

// filterUnseen is what is said of a firewall that only root may read, where an app is waited for in vain: it may be what keeps it from its database.
func filterUnseen(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, a sysinfo.Answer) *Finding {
	if a.Status != 504 && !a.TimedOut() {
		return nil
	}
	if _, err := filters(ctx, f); errors.Is(err, sysinfo.ErrNeedsRoot) {
		return &Finding{Site: s, Status: Unknown, Summary: why(err)}
	}
	return nil
}
