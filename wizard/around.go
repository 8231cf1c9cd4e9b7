package wizard

import (
	"context"

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
		for _, c := range causes {
			if out.Status == checks.Warn && c.Check.Topic == checks.Upstreams && c.Finding.Where == st.Where {
				out.Status = checks.Fail
			}
		}
		return out
	}
	return nil
}
