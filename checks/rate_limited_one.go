package checks

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
	"fix502/sysinfo/nginx"
)

// oneTurnedAway says that all lines of nginx's limits about a site are about one address out there that asked too fast, and that it was told so with 429:
// a robot, and no outage. An address that brings more than one browser, or the only one that comes at all, may be everybody.
func oneTurnedAway(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) (*Finding, bool) {
	logs, err := f.Logs(ctx)
	if err != nil {
		return nil, false
	}
	who, count := "", 0
	for _, g := range logs.Groups {
		if g.Kind != errlog.RateLimited || len(g.Latest) == 0 || !g.Of(s) {
			continue
		}
		one, ok := oneRobot(s, g)
		if !ok || who != "" && who != one {
			return nil, false
		}
		who, count = one, count+g.Count
	}
	if who == "" {
		return nil, false
	}
	return pass(fmt.Sprintf("nginx's own limit told one address alone to come more slowly, with 429: %s, %d times", who, count)), true
}

// oneRobot is the one address that all lines of a group are about, where nginx answers it 429.
func oneRobot(s *sysinfo.Site, g *sysinfo.LogGroup) (string, bool) {
	who := g.Latest[0].Client
	a, err := netip.ParseAddr(who)
	if err != nil || a.IsPrivate() || a.IsLoopback() || sysinfo.CDN(a) != "" {
		return "", false
	}
	if by, _, _, many := comers(s); many[a.Unmap()] || len(by) < 2 {
		return "", false
	}
	for i := range g.Latest {
		if l := &g.Latest[i]; l.Client != who || limitStatus(s, l) != http.StatusTooManyRequests {
			return "", false
		}
	}
	return who, true
}

// slowedDown says that a group of lines is of a limit at its work, which answers 429: that is for the robot that hears it, and no failure of the site's.
func slowedDown(ctx context.Context, f *sysinfo.Facts, g *sysinfo.LogGroup) bool {
	if g.Kind != errlog.RateLimited || len(g.Latest) == 0 {
		return false
	}
	return slices.ContainsFunc(f.Sites(ctx), func(s *sysinfo.Site) bool {
		return g.Of(s) && !slices.ContainsFunc(g.Latest, func(l sysinfo.LogLine) bool { return limitStatus(s, &l) != http.StatusTooManyRequests })
	})
}

// limitStatus is what nginx answers where a limit turns a page away: 503 where no line says otherwise.
func limitStatus(s *sysinfo.Site, line *sysinfo.LogLine) int {
	srv, ok := s.Extra.(*nginx.Server)
	if !ok {
		return http.StatusServiceUnavailable
	}
	block, name := srv.Block, "limit_req_status"
	if strings.HasPrefix(line.Message, "limiting connections") {
		name = "limit_conn_status"
	}
	uri, _, _ := strings.Cut(line.URI, "?")
	if at, sure := srv.Locate(uri); sure && at != nil {
		block = at.Block
	}
	status, err := strconv.Atoi(block.Get(name).Value())
	if err != nil {
		return http.StatusServiceUnavailable
	}
	return status
}
