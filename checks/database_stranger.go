package checks

import (
	"context"
	"errors"
	"fmt"

	"fix502/sysinfo"
)

// strangerAnswers is for a database that could not be asked. A wall is before it; or the database of this machine failed, and who answers at its address does not speak as one, so that it cannot be asked: another
// program has its port. Whose that is may be root's to see; the state of the service is everybody's.
func strangerAnswers(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, err error) *Finding {
	if found := walledStore(ctx, f, s); found != nil { // it answers, and only the app's own account could come in
		return found
	}
	u, known := storeUnit(ctx, f, s)
	if known && u.Running() && s.In == "" && s.Unix == "" && ofThisMachine(f.Host.Root, s.Host) && !publishedAt(ctx, f, s) {
		return addressHeld(ctx, f, s, u, err)
	}
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

// addressHeld: the database runs, and another program has its port at the very address at which the app asks: it was there first, and the database
// went on with the addresses that were left (PostgreSQL's "listen_addresses").
func addressHeld(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, u sysinfo.Unit, err error) *Finding {
	at := storeListens(ctx, f, u)
	if portOf(at) == fmt.Sprint(s.Port) || len(at) == 0 {
		return nil
	}
	o := portHeld(ctx, f, u, Evidence{Source: "a connection with the app's settings", Text: why(err)}, s.Port)
	if o == nil {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.95, Where: o.where, Summary: fmt.Sprintf("who answers at %s, where %s for %s is looked for, is another program: %s", s.Address(), s.Title(), s.App, o.says),
		Evidence: append([]Evidence{storeLine(s)}, append(o.evidence, unitSays(u), Evidence{Source: "ss -ltnp", Text: unitWord(u.Name) + " listens at " + listed(at)})...)}
	found.Fix = o.clear(Fix{Title: "Give the database its port back", Risk: Medium})
	if found.Fix.commands() != "" {
		found.Fix = found.Fix.Do("Start the database anew, so that it takes it", "systemctl restart %s && sleep 1", sh(unitWord(u.Name)))
	}
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
