package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// leastSure is how sure a line's likeliest cause must be to be worth its name, where nothing else is known.
const leastSure = 0.5

// LineOfVisit is the cause that the gateway's own line about our visit speaks for, where the page fails and no check has found why: what
// "explain" would say of that line, and no more. Nil when the line says nothing.
func LineOfVisit(ctx context.Context, f *sysinfo.Facts) *Cause {
	list := All()
	for _, s := range f.Sites(ctx) {
		if _, bad := failsNow(ctx, f, s); !bad {
			continue
		}
		fresh := f.Fresh(ctx, s)
		for i := len(fresh) - 1; i >= 0; i-- {
			line := fresh[i]
			leads := meaning(&line.Event).leads
			if line.Status > 0 || noiseID(line.Kind) != "" || !s.Wrote(&line) || len(leads) == 0 || leads[0].Confidence < leastSure {
				continue
			}
			at := slices.IndexFunc(list, func(c Check) bool { return c.ID == leads[0].ID })
			if at < 0 {
				continue
			}
			return &Cause{Check: list[at], Finding: fromLine(s, line, leads[0])}
		}
	}
	return nil
}

// saidFirst are the first words of a log line, which say what failed.
func saidFirst(line sysinfo.LogLine) string {
	said, _, _ := strings.Cut(ownPart(line.Message), " while ")
	if said = strings.TrimSpace(said); said == "" {
		said = strings.TrimSpace(ownPart(line.Text))
	}
	return said
}

func fromLine(s *sysinfo.Site, line sysinfo.LogLine, lead Candidate) Finding {
	found := Finding{Status: Fail, Confidence: lead.Confidence * 0.7, Where: s.Where, Site: s,
		Summary:  fmt.Sprintf("%s wrote of this visit: %s; what stands behind that no check could prove", s.Gateway.Title(), saidFirst(line)),
		Evidence: []Evidence{quoteLine(line)},
		Fix:      Fix{Title: "See what stands behind the line", Risk: Low}.Tell("fix502 explain %s tells how this comes about, what looks alike, and how to tell them apart. The line itself is in the evidence", lead.ID)}
	for _, h := range s.Hops {
		if h.Address() == line.Upstream.Address || "unix:"+h.Unix == line.Upstream.Address || h.Label != "" && h.Label == line.Upstream.Address {
			found.Where, found.Hop = h.Where, h
		}
	}
	return found
}
