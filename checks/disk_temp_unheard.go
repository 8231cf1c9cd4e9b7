package checks

import (
	"context"
	"slices"

	"fix502/sysinfo"
)

// tempUnheard is a site whose nginx keeps its temporary files where there is no room, when only root may read who met it: whoever sends a large request
// does, or asks for a large page.
func tempUnheard(ctx context.Context, f *sysinfo.Facts, s *filesystem) *sysinfo.Site {
	if f.Host.UID == 0 || !s.full() && !s.noInodes() {
		return nil
	}
	for _, site := range f.Sites(ctx) {
		if slices.ContainsFunc(s.uses, func(d usedDir) bool { return d.g == site.Gateway && d.temporary() }) && site.Gateway.Running() && unread(ctx, f, complaintLogs(site)) != nil {
			return site
		}
	}
	return nil
}

// temporary says that nginx keeps there what does not fit its buffers.
func (d usedDir) temporary() bool {
	for _, t := range tempFamilies {
		if d.why == t.why {
			return true
		}
	}
	return false
}
