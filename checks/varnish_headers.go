package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// varnishBigHeader: what a backend sends ahead of its page is more than Varnish has room for. FetchError tells of the last pages
// that failed.
func varnishBigHeader(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	if !l.hit || l.answer == nil || l.answer.Status != 503 || !own("varnish", l.answer) {
		return nil
	}
	large, says := "", Evidence{}
	said, err := f.FetchErrors(ctx, l.Site.Gateway)
	if line, _, heard := l.has(errlog.HeaderTooBig); heard { // askAsGateway: its own words are root's to read
		says = quoteLine(line)
	} else if err != nil || len(said) == 0 {
		return nil // varnish-backend-fetch-failed says what could not be read
	} else {
		says = Evidence{Source: "varnishlog -d -i FetchError", Text: said[len(said)-1]}
		if large = oneTooLarge(ctx, f, l, says.Text); large == "" && !containsAny(says.Text, "overflow", "out of workspace") {
			return nil
		}
	}
	x := Fix{Title: "Give the response headers more room", Risk: Low}
	room := roomier(l, measured(ctx, f, l, l.answer.Question.URI))
	for _, p := range room {
		x = x.Do("In the running Varnish, at once", "varnishadm param.set %s %s", p.name, p.value)
	}
	u, _ := f.Unit(ctx, l.Site.Gateway.Unit)
	x, tight := roomAtStart(f, l, u, x, room)
	found := &Finding{Status: Fail, Confidence: 0.95, Where: l.Where, Summary: fmt.Sprintf("the headers of %s are larger than Varnish has room for", l.Address()), Covers: []ID{"varnish-backend-fetch-failed", "upstream-invalid-header"},
		Evidence: []Evidence{says, passLine(l)}, Fix: x.Tell("Then find out why the app sends so much: cookies that grow with every visit, or what a debug mode adds, mostly")}
	if tight.place.Known() {
		found.Where = tight.place
		found.Evidence = append(found.Evidence, Evidence{Source: tight.place.String(), Text: tight.words})
	}
	if large != "" {
		found.Summary = fmt.Sprintf("%s sends more of headers than Varnish takes (http_resp_hdr_len, http_max_hdr): %s", l.Address(), shorten(Quote(large)))
		found.Evidence = append(found.Evidence, Evidence{Source: "varnishlog -d -i BogoHeader", Text: large})
	}
	return found
}

// roomAtStart gives Varnish the same room at its next start, and says where its command gives it less than it has by itself, or where that is to be written.
func roomAtStart(f *sysinfo.Facts, l *live, u sysinfo.Unit, x Fix, room []pair) (Fix, setAtStart) {
	if tight, set := tightAtStart(f, l, u, room); len(set) > 0 {
		return roomWidened(f, x, room, set), tight
	}
	params := ""
	for _, p := range room {
		params += " -p " + p.name + "=" + p.value
	}
	line, set := setBy(f, u, "ExecStart")
	if was := configLine(f.Host.Root, line.Place); set && strings.HasPrefix(line.File, "/etc/") && strings.Contains(was, "varnishd") && !strings.HasSuffix(was, `\`) {
		x.Undo = setLine(f.Host.Root, line.Place, was) + "; systemctl daemon-reload"
		return daemonReload(x.Do("And for its next start", "%s", setLine(f.Host.Root, line.Place, was+params))), setAtStart{place: line.Place, words: was}
	}
	return x.Tell("For its next start write the same behind varnishd in ExecStart (systemctl edit %s): %s", unitWord(l.Site.Gateway.Unit), strings.TrimSpace(params)), setAtStart{}
}

// oneTooLarge is what Varnish says of the headers of an answer, of which FetchError says only that it is no HTTP.
func oneTooLarge(ctx context.Context, f *sysinfo.Facts, l *live, said string) string {
	if bogus := lastBogus(ctx, f, l, said); containsAny(bogus, "Header too long", "Header too large", "Too many headers") {
		return bogus
	}
	return ""
}

// lastBogus is Varnish's last word about a header that it refused, where that is what FetchError tells of; empty otherwise.
func lastBogus(ctx context.Context, f *sysinfo.Facts, l *live, said string) string {
	if !strings.Contains(said, "http format error") {
		return ""
	}
	all := f.BogusHeaders(ctx, l.Site.Gateway)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}
