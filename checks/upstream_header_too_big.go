package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// upstreamHeaderTooBig: the response's headers do not fit the one buffer nginx has for them.
func upstreamHeaderTooBig() Check {
	return Check{
		ID: "upstream-header-too-big", Title: "Response headers fit the gateway's buffer", Topic: Platform,
		Means: `A gateway has little room for the headers of a response: nginx one buffer of 4 or 8 KiB for all of them, Apache 8 KiB for each
(ResponseFieldSize), HAProxy 15 KiB for all (tune.bufsize), Varnish 32 KiB (http_resp_size). When the app sends more, many or large cookies
mostly, the gateway gives up and answers 502 (Varnish 503): often for logged-in visitors only. Raise that one limit for this location; and find
out why the app sends so much. Raising every buffer everywhere only costs memory.`,
		Run: both(perHop(otherBigHeader), logged([]errlog.Kind{errlog.HeaderTooBig}, func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			if l.Site.Gateway.Kind != "nginx" {
				return nil // otherBigHeader
			}
			size := l.Settings.BufferSize
			found := &Finding{Confidence: 0.97, Where: l.Pass, Summary: fmt.Sprintf("the headers of %s are larger than %s_buffer_size (%s)", uriOf(line), l.family(), kib(size))}
			if l.before(line) {
				found.Summary = fmt.Sprintf("the headers of %s were larger than what %s took before it read its files anew", uriOf(line), l.From)
			}
			if l.Settings.BufferWhere.Known() {
				found.Where = l.Settings.BufferWhere
				found.Evidence = append(found.Evidence, lineOf(l.Site.Gateway.Root, found.Where))
			}
			want := max(32<<10, size*2)
			if sent := measured(ctx, f, l, line.URI); sent > size {
				found.Evidence = append(found.Evidence, Evidence{Source: l.Address() + ", asked without nginx", Text: fmt.Sprintf("%d bytes of headers", sent)})
				want = headerRoom(want, sent)
			}
			fam := l.family()
			found.Fix = nginxFix(ctx, f, l, Fix{Title: "Give the response headers more room here", Risk: Low},
				pair{fam + "_buffer_size", kib(want)}, pair{fam + "_buffers", "8 " + kib(want)}, pair{fam + "_busy_buffers_size", kib(2 * want)})
			return found
		})),
	}
}

// measured is how large the headers are that an HTTP app sends with a page, in bytes; 0 where it cannot be asked.
func measured(ctx context.Context, f *sysinfo.Facts, l *live, uri string) int {
	if l.Unix != "" || l.Scheme != "http" && l.Scheme != "https" || uri == "" || !l.reach.Open() {
		return 0
	}
	a, err := l.askApp(ctx, f, sysinfo.Question{TLS: l.Scheme == "https", Host: l.asked(), URI: uri})
	if err != nil {
		return 0
	}
	return headerSize(a)
}

// otherBigHeader asks the gateways that say it in other words than nginx.
func otherBigHeader(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	switch l.Site.Gateway.Kind {
	case "apache":
		return apacheBigHeader(ctx, f, l)
	case "haproxy":
		return haproxyBigHeader(ctx, f, l)
	case "varnish":
		return varnishBigHeader(ctx, f, l)
	}
	return nil
}
