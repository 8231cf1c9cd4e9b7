package wizard

import (
	"context"
	"slices"
	"strings"

	"fix502/checks"
	"fix502/sysinfo"
)

// front is the content network that visitors of a site come through; nil without one.
func front(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Stop {
	name, how := checks.Front(ctx, f, s)
	if name == "" {
		return nil
	}
	return &Stop{Kind: checks.Quote(name), Status: checks.Pass, Says: checks.Quote(how)}
}

// atStore says that a cause lies at the database or cache behind an app.
func atStore(id checks.ID) bool {
	for _, p := range []string{"database-", "mysql-", "cache-"} {
		if strings.HasPrefix(string(id), p) {
			return true
		}
	}
	return false
}

// behind is the database that a site's app asks, as it answered the app's own credentials; nil where none is known.
func behind(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, causes []checks.Cause) *Stop {
	for _, st := range f.Stores(ctx) {
		if st.Site != s || st.Kind != "mysql" && st.Kind != "postgres" {
			continue
		}
		out := &Stop{Kind: st.Title(), Address: checks.Quote(st.Address()), Status: checks.Pass, Says: "answers", Where: placeOf(st.Where)}
		said, err := f.Login(ctx, st)
		switch {
		case err != nil:
			out.Status, out.Says = checks.Unknown, "could not be asked"
		case said.Trouble != "":
			out.Status, out.Says = checks.Warn, checks.Quote(said.Said)
		}
		if out.Status == checks.Warn && slices.ContainsFunc(causes, func(c checks.Cause) bool { return atStore(c.Check.ID) && c.Finding.At() == s }) {
			out.Status = checks.Fail
		}
		return out
	}
	return nil
}
