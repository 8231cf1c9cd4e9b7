package checks

import (
	"context"
	"errors"
	"fmt"

	"fix502/sysinfo"
)

// strangerAnswers: the database of this machine failed, and who answers at its address does not speak as one, so that it cannot be asked: another
// program has its port. Whose that is may be root's to see; the state of the service is everybody's.
func strangerAnswers(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, err error) *Finding {
	u, known := storeUnit(ctx, f, s)
	if !known || publishedAt(ctx, f, s) || u.Active != "failed" || s.Of != nil || s.In != "" || s.Unix != "" || !ofThisMachine(f.Host.Root, s.Host) || errors.Is(err, sysinfo.ErrOffline) ||
		errors.Is(err, sysinfo.ErrFilesOnly) || errors.Is(err, sysinfo.ErrNeedsRoot) || errors.Is(err, sysinfo.ErrNotHere) {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.93, Where: sysinfo.Place{File: u.Fragment},
		Summary:  fmt.Sprintf("%s is not running: no %s for %s; who answers at %s in its place is another program", unitWord(u.Name), s.Title(), s.App, s.Address()),
		Evidence: append([]Evidence{storeLine(s), {Source: "a connection with the app's settings", Text: why(err)}, unitSays(u)}, lastWords(ctx, f, u)...)}
	bringUp(ctx, f, u, found)
	return found
}

// publishedAt says that a container has the port at which a store is asked: the service of that name may be left from before.
func publishedAt(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store) bool {
	all, _ := f.Listeners(ctx, nil) // unreadable: whose port it is nobody can tell
	for _, l := range all {
		if p, known := f.OwnerOf(ctx, l); known && l.Network == "tcp" && int(l.Addr.Port()) == s.Port {
			if _, ok := f.Publisher(ctx, p, s.Port); ok {
				return true
			}
		}
	}
	return false
}
