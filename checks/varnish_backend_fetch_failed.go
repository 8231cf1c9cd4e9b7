package checks

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/varnish"
)

// varnishBackendFetchFailed: Varnish asked and got no page; why is in its log in memory alone.
func varnishBackendFetchFailed() Check {
	return Check{
		ID: "varnish-backend-fetch-failed", Title: "Varnish gets its pages from the backend", Topic: Upstreams, After: append(connectCauses(), "varnish-backend-unhealthy", "upstream-returned-5xx"),
		Means: `Varnish could not fetch the page ("Guru Meditation", 503): FetchError in varnishlog says why, and nothing is written to a file. "first
byte timeout" is a slow app, "HTC eof" one that hung up, "overflow" headers larger than http_resp_size, "http format error" an answer that is no
HTTP, "fail errno 111" one that does not listen, "busy" that .max_connections are taken.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			b, ok := l.Extra.(*varnish.Backend)
			if !ok || !l.hit || l.answer == nil || l.answer.Status != 503 || !own("varnish", l.answer) {
				return nil
			}
			found := &Finding{Status: Fail, Confidence: 0.7, Where: l.Where, Summary: fmt.Sprintf("Varnish got no page from %s", l.Address()), Evidence: []Evidence{passLine(l)}}
			said, err := f.FetchErrors(ctx, l.Site.Gateway)
			if err == nil && len(said) == 0 || len(l.fresh) > 0 {
				return nil // no fetch failed: a rule of Varnish's own answers so; or it is told as another gateway's line (readFetchError, askAsGateway)
			}
			if err != nil {
				if l.appIsWell(ctx, f) {
					if x, ok := unproxied(l, b, Fix{Risk: Low}, found); ok {
						found.Confidence, found.Summary = 0.9, fmt.Sprintf("Varnish begins with the PROXY protocol, and the app at %s takes that for a bad request", l.Address())
						found.Fix = reload(ctx, f, l.Site.Gateway, x)
						return found
					}
				}
				if n := allTaken(f, l, b); n > 0 && l.appIsWell(ctx, f) {
					found.Evidence = append(found.Evidence, Evidence{Source: "ss -tn state established", Text: fmt.Sprintf("%d connections to port %d", n, l.Port)})
					moreConnectionsTo(ctx, f, l, b, "busy", found)
					found.Confidence = 0.9
					return found
				}
				found.Evidence = append(found.Evidence, Evidence{Source: "varnishlog -d -i FetchError", Text: "could not be read: " + why(err)})
				found.Fix = Fix{Title: "See why", Risk: Low}.Do("The reasons of the last minutes", "varnishlog -d -g raw -i FetchError | tail")
				return found
			}
			last := said[len(said)-1]
			if other := ofAnother(ctx, f, l, b, last); other != nil {
				return other
			}
			found.Confidence = 0.9
			found.Evidence = append(found.Evidence, Evidence{Source: "varnishlog -d -i FetchError", Text: last})
			found.Summary = fmt.Sprintf("%s: %s", found.Summary, meaningOf(last))
			if noStorage(ctx, f, l, last, found) {
				return found
			}
			found.Fix = fetchFix(last, b)
			if emptyDirector(l, last, found) {
				found.Fix = reload(ctx, f, l.Site.Gateway, found.Fix)
				return found
			}
			moreConnectionsTo(ctx, f, l, b, last, found)
			return found
		}),
	}
}

// allTaken is how many connections stand to a backend's port, where they are no fewer than Varnish may have and it answers at once: it does not ask then
// (bin/varnishd/cache/cache_backend.c, "busy"). 0 where that is not so.
func allTaken(f *sysinfo.Facts, l *live, b *varnish.Backend) int {
	most, err := strconv.Atoi(b.Values["max_connections"].Text)
	if err != nil || most == 0 || !l.reach.Local || l.Unix != "" || l.answer.Took > 500*time.Millisecond {
		return 0
	}
	n, err := f.Connections(l.Site.Gateway.Net, map[uint16]bool{uint16(l.Port): true})
	if err != nil || n < most {
		return 0
	}
	return n
}

var fetchedFrom = whenAsked(`backend (?:\w+\.)?(\w+): fail errno 111`)

// ofAnother is what keeps Varnish from another backend than the rules seem to choose: a director takes them in turn.
func ofAnother(ctx context.Context, f *sysinfo.Facts, l *live, b *varnish.Backend, said string) *Finding {
	m := fetchedFrom.FindStringSubmatch(said)
	if m == nil || m[1] == b.Name {
		return nil
	}
	for _, h := range l.Site.Hops {
		if h.Block == m[1] {
			other := *l
			other.Hop, other.reach = h, f.Reach(ctx, h)
			if found := nothingListening(ctx, f, &other); found != nil && found.Status == Fail {
				return found
			}
		}
	}
	return nil
}

// fetchReasons are FetchError texts of bin/varnishd/http1/cache_http1_fetch.c and cache_backend.c.
var fetchReasons = [...]struct{ text, means, todo string }{
	{"overflow", "its headers are larger than Varnish takes", "Send fewer or smaller cookies; or start varnishd with -p http_resp_size=64k -p http_resp_hdr_len=32k"},
	{"http format error", "its answer is no proper HTTP", "Look at what it sends (curl -i): a header without a colon, a second protocol on that port"},
	{"busy", "it has as many connections as max_connections allows", "The app is slow, or .max_connections is small"},
	{"workspace", "its headers do not fit into Varnish's workspace", "Start varnishd with -p workspace_backend=256k"},
	{"timeout", "it stopped in the middle of the answer", "Find what the app waits for; .between_bytes_timeout of this backend is the limit"},
}

// moreConnectionsTo raises max_connections of a backend; a slow page holds each of them.
func moreConnectionsTo(ctx context.Context, f *sysinfo.Facts, l *live, b *varnish.Backend, said string, found *Finding) {
	set, ok := b.Values["max_connections"]
	n, err := strconv.Atoi(set.Text)
	if !strings.Contains(said, "busy") || !ok || err != nil {
		return
	}
	at, root := set.Place, l.Site.Gateway.Root
	old := configLine(root, at)
	found.Where, found.Confidence = at, 0.95
	found.Summary = fmt.Sprintf("Varnish may have %d at a time to %s, and all are taken by slow pages (.max_connections)", n, l.Address())
	found.Evidence = append([]Evidence{lineOf(root, at)}, found.Evidence...)
	_, text, _ := strings.Cut(old, ".max_connections")
	text, _, _ = strings.Cut(text, ";")
	x := Fix{Title: "Allow more connections to this backend", Risk: Low, Workaround: true, Undo: setLine(root, at, old)}
	x = x.Do("As many as the app can work on at a time; look at its workers", "%s", replace(root, at, ".max_connections"+text, fmt.Sprintf(".max_connections = %d", max(100, 4*n))))
	found.Fix = reload(ctx, f, l.Site.Gateway, x).Tell("Then find out what the app's pages wait for, in its own log")
}

func meaningOf(said string) string {
	for _, r := range fetchReasons {
		if strings.Contains(said, r.text) {
			return r.means
		}
	}
	return said
}

func fetchFix(said string, b *varnish.Backend) Fix {
	x := Fix{Title: "Mend what is behind Varnish", Risk: Low}
	for _, r := range fetchReasons {
		if strings.Contains(said, r.text) {
			return x.Tell("%s (%s:%d)", r.todo, b.File, b.Line)
		}
	}
	return x.Tell("Ask the backend yourself, as Varnish does: curl -i http://%s:%d/ (or the page that fails)", b.Host(), b.Port())
}
