package checks

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
	"fix502/sysinfo/nginx"
)

// rateLimited503: a gateway turns visitors away by its own limits.
func rateLimited503() Check {
	return Check{
		ID: "rate-limited-503", Title: "No visitor is turned away by a rate limit", Topic: Platform,
		Means: `A limit of the gateway itself turns requests away that come too fast: nginx's limit_req and limit_conn with a 503 unless another status is
set, HAProxy by a rule about what a stick-table counts. The app never hears of them. The limit may be too tight, or count all visitors as
one: behind a CDN or balancer every request has the same address, unless the visitor's own is read from a header (nginx: real_ip; HAProxy:
req.hdr_ip). Then widen it (nginx: burst, nodelay), count by the visitor's own address, and let it answer 429.`,
		Run: perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
			n := nginxOf(s.Gateway)
			if n == nil {
				return countedOut(ctx, f, s)
			}
			line, ok := says(ctx, f, s, errlog.RateLimited)
			if !ok {
				if a, bad := failsNow(ctx, f, s); bad && a.Status == http.StatusServiceUnavailable {
					if blind := unheard(ctx, f, s); blind != nil && own("nginx", &a) {
						return cmp.Or(limitUnheard(ctx, f, n, s), blind)
					}
					return pass("no request was turned away by limit_req or limit_conn")
				}
				return nil
			}
			if found, one := oneTurnedAway(ctx, f, s); one && !line.now {
				return found
			}
			zone := between(line.Message, `zone "`, `"`)
			found, rate := limited(ctx, f, n, s, zone)
			if line.now && perVisitor(configLine(s.Gateway.Root, rate)) && servedNow(ctx, f, s) {
				line.now = false // a page for which visitors queue one by one; the one this run is about was served
			}
			if line.judge(found); found.When == Intermittent {
				found.Status = Warn // a limit that does its work
			}
			return found
		}),
	}
}

// limited is a limit that turns visitors away, with the line that sets its rate.
func limited(ctx context.Context, f *sysinfo.Facts, n *sysinfo.Nginx, s *sysinfo.Site, zone string) (*Finding, sysinfo.Place) {
	found := &Finding{Confidence: 0.96, Summary: fmt.Sprintf("nginx's own limit, zone %s, turns visitors away", zone)}
	where, rate, pages := limitPlaces(n, s, zone)
	found.Where = where
	for _, p := range []sysinfo.Place{where, rate} {
		if p.Known() {
			found.Evidence = append(found.Evidence, lineOf(s.Gateway.Root, p))
		}
	}
	if found.Fix = letMore(ctx, f, s, zone, where, rate); ofPasswords.MatchString(zone + " " + pages) {
		found.Fix = Fix{Title: "See whom the limit turns away", Risk: Low}.Tell("It stands before a page where passwords are tried, which is what it is for: see in the log who comes so often. If those are people, let a few more in (burst=5 nodelay behind the zone %s), at a rate that still keeps anybody from guessing", zone)
	}
	return found, rate
}

// countedOut: HAProxy itself answers 503 to who comes too often, by what it counts in a stick-table.
func countedOut(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	a, bad := failsNow(ctx, f, s)
	if s.Gateway.Kind != "haproxy" || !bad || a.Status != http.StatusServiceUnavailable || upstreamSpoke(ctx, f, s, a) {
		return nil
	}
	root := s.Gateway.Root
	for _, at := range closingLines(s) {
		line := configLine(root, at)
		if !countsRequests(s, line) {
			continue
		}
		found := &Finding{Status: Fail, Confidence: 0.9, Where: at, Summary: fmt.Sprintf("HAProxy turns away who comes too often: %s", line), Evidence: []Evidence{lineOf(root, at)}, Covers: []ID{"upstream-returned-5xx"}}
		if x, ok := countVisitors(ctx, f, s, found); ok {
			found.Fix = x
			return found
		}
		x := Fix{Title: "Widen the limit, or count each visitor by himself", Risk: Low}
		if track := seekLine(s.Gateway, tracksAll); track.Known() {
			found.Evidence = append(found.Evidence, lineOf(root, track))
			if x = countEach(root, track, x); x.Undo != "" {
				found.Fix = reload(ctx, f, s.Gateway, x).Tell("Behind a CDN or a balancer the visitor's address is in its header instead: req.hdr_ip(X-Forwarded-For,-1)")
				return found
			}
		}
		if wider, ok := widerCount(s, at, x); ok {
			found.Fix = reload(ctx, f, s.Gateway, wider).Tell("If visitors come through a CDN or a balancer, all of them count as its address: count req.hdr_ip(X-Forwarded-For,-1) instead. deny_status 429 keeps anybody from taking the limit for an outage")
			return found
		}
		found.Fix = x.Tell("A page brings its pictures and styles along: let the number at %s be as many requests as a visitor needs, and let it answer 429 (deny_status 429), which nobody takes for an outage. Then: haproxy -c -f %s && systemctl reload haproxy", at, s.Gateway.Config)
		return found
	}
	return nil
}

// countEach lets a line that counts all visitors as one count each by his address, where that needs nothing but another word.
func countEach(root sysinfo.Root, track sysinfo.Place, x Fix) Fix {
	line := configLine(root, track)
	if word := tracksTarget.FindString(line); word != "" {
		x.Undo = setLine(root, track, line)
		return x.Do("Count each visitor by his own address", "%s", replace(root, track, word, strings.TrimSuffix(word, "dst")+"src"))
	}
	return x.Tell("%s counts all visitors as one: mostly the visitor's own address is meant (src; behind a CDN the address from its header: req.hdr_ip(X-Forwarded-For,-1))", track)
}

var tracksTarget = whenAsked(`\btrack-sc\d+\s+dst\b`)

// tracksAll is a line that counts by something that is the same for all visitors.
var tracksAll = whenAsked(`^[^#]*\btrack-sc\d+\s+(dst|dst_port|fe_name|fe_id|be_name|be_id|always_true|int\(|str\(|hdr\(host\)|req\.hdr\(host\))`)

// perVisitor says that a zone counts each visitor's address by itself.
func perVisitor(line string) bool { return containsAny(line, "$binary_remote_addr", "$remote_addr") }

// servedNow says that the page this run is about, or the front page, was answered well.
func servedNow(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) bool {
	all := f.Answers(ctx, s)
	return len(all) > 0 && all[0].Status > 0 && all[0].Status < 500
}

var (
	rateWord = whenAsked(`rate=(\d+)r/([sm])`)
	connWord = whenAsked(`limit_conn\s+(\S+)\s+(\d+)`)
)

// letMore lets more through: a page with all its pictures, several people behind one address. A zone keeps its key: nginx
// does not change that at a reload.
func letMore(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, zone string, where, rate sysinfo.Place) Fix {
	root := s.Gateway.Root
	x := Fix{Title: "Widen the limit", Risk: Low}
	use, sets := configLine(root, where), configLine(root, rate)
	conn := connWord.FindStringSubmatch(use)
	switch {
	case !where.Known() || !rate.Known():
		x = x.Tell("Look for the zone %s in the configuration: nginx -T | grep -n %s; widen it there", zone, zone)
	case conn != nil:
		now, _ := strconv.Atoi(conn[2]) // digits
		many := max(100, 2*now)
		if perVisitor(sets) {
			many = max(20, 2*now)
		}
		x.Undo = setLine(root, where, use)
		x = x.Do(fmt.Sprintf("Let %d requests in at a time", many), "%s", replace(root, where, conn[0], fmt.Sprintf("limit_conn %s %d", conn[1], many)))
	default:
		var undo []string
		old := strings.TrimSuffix(statement(use, "limit_req "), ";")
		bursts := strings.Contains(old, "burst=")
		if more := faster(sets, bursts); more > 0 {
			x = x.Do(fmt.Sprintf("%d requests a second: a page brings its pictures and styles along", more), "%s", replace(root, rate, rateWord.FindString(sets), fmt.Sprintf("rate=%dr/s", more)))
			undo = append(undo, setLine(root, rate, sets))
		}
		if !bursts {
			x = x.Do("Let short bursts through", "%s", replace(root, where, old, old+" burst=20 nodelay"))
			undo = append(undo, setLine(root, where, use))
		}
		x.Undo = undoAll(undo)
	}
	x = reload(ctx, f, s.Gateway, x)
	if !perVisitor(sets) {
		x = x.Tell("The zone %s counts all visitors as one (%s). Mostly each address is meant: $binary_remote_addr; behind a CDN with set_real_ip_from and real_ip_header. A new key needs a restart", zone, rate)
	}
	return x.Tell("limit_req_status 429; and limit_conn_status 429; keep anybody from taking the limit for an outage")
}

// faster is how many requests a second a zone should let through: as many as a page brings along, or twice what it does now; 0 where the rate is not the
// reason, for it turns short bursts away.
func faster(sets string, bursts bool) int {
	m := rateWord.FindStringSubmatch(sets)
	if m == nil {
		return 0
	}
	now, _ := strconv.Atoi(m[1]) // digits
	if m[2] == "m" {
		now /= 60
	}
	switch {
	case now < perSecond:
		return perSecond
	case bursts:
		return 2 * now
	}
	return 0
}

// ofPasswords are the names of pages, and of the zones for them, at which somebody proves who he is.
var ofPasswords = whenAsked(`(?i)log-?[io]n|sign-?in|auth|passw|admin|xmlrpc|session|token`)

// limitPlaces are the line that applies a zone in a site, with the pages of the location where it stands, and the one that sets its rate.
func limitPlaces(n *sysinfo.Nginx, s *sysinfo.Site, zone string) (use, rate sysinfo.Place, pages string) {
	names := func(set nginx.Setting) bool {
		return slices.ContainsFunc(set.Args, func(a string) bool {
			return a == zone || a == "zone="+zone || strings.HasPrefix(a, "zone="+zone+":")
		})
	}
	for _, http := range n.Config.Main.Blocks {
		for _, name := range []string{"limit_req_zone", "limit_conn_zone"} {
			for _, set := range http.Own(name) {
				if names(set) {
					rate = set.Place
				}
			}
		}
		for _, name := range []string{"limit_req", "limit_conn"} {
			for _, set := range http.Own(name) {
				if names(set) {
					use = set.Place
				}
			}
		}
	}
	if srv, ok := s.Extra.(*nginx.Server); ok {
		blocks := []*nginx.Block{srv.Block}
		for i := 0; i < len(blocks); i++ {
			blocks = append(blocks, blocks[i].Blocks...)
			for _, name := range []string{"limit_req", "limit_conn"} {
				for _, set := range blocks[i].Own(name) {
					if names(set) {
						use, pages = set.Place, strings.Join(blocks[i].Args, " ")
					}
				}
			}
		}
	}
	return use, rate, pages
}
