package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// haproxyBigHeader measures what the app sends where HAProxy refuses it: PH in its log means a broken header as well as one
// that is too long.
func haproxyBigHeader(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	h, ok := l.Site.Gateway.Extra.(*sysinfo.HAProxy)
	line, now, said := l.has(errlog.HAProxyBadResponse)
	if !ok || !said || l.Unix != "" || !l.reach.Open() {
		return nil
	}
	uri := "/"
	if l.hit {
		uri = l.answer.Question.URI
	}
	a, err := l.askApp(ctx, f, sysinfo.Question{TLS: l.Scheme == "https", Host: l.Site.Name, URI: uri})
	global, room, size := h.Config.Global(), l.Settings.BufferSize, headerSize(a)
	set, tuned := global.Get("tune.bufsize")
	if err != nil || size <= room {
		return nil
	}
	root := l.Site.Gateway.Root
	found := &Finding{Status: Fail, Confidence: 0.97, Where: l.Where, Summary: fmt.Sprintf("the headers of %s are %s, and HAProxy has %s for them", uri, kib(size), kib(room)),
		Evidence: []Evidence{quoteLine(line), {Source: l.Address() + ", asked without HAProxy", Text: fmt.Sprintf("%d bytes of headers", size)}, passLine(l)}}
	if !now {
		found.When, found.Status = l.comesAndGoes(line)
	}
	want := doubled(32768, 2*min(size, mostSent), room)
	x := Fix{Title: "Give the response headers more room", Risk: Low}
	if tuned {
		at := set.Place
		found.Where, x.Undo = at, setLine(root, at, configLine(root, at))
		x = x.Do("Raise "+at.String(), "%s", setLine(root, at, fmt.Sprintf("tune.bufsize %d", want)))
	} else if global.File != "" {
		x.Undo = removeBelow(root, global.Place, 1)
		x = x.Do("Say it in the global section; every connection takes that much memory", "%s", insertAfter(root, global.Place, fmt.Sprintf("\ttune.bufsize %d", want)))
	}
	found.Fix = reload(ctx, f, l.Site.Gateway, x).Tell("Then find out why the app sends so much: cookies that grow with every visit, mostly")
	return found
}

// largestHeader is about what the largest header of an answer takes.
func largestHeader(a sysinfo.Answer) int {
	n := 0
	for key, values := range a.Header {
		for _, v := range values {
			n = max(n, len(key)+len(v)+len(": "))
		}
	}
	return n
}

// headerSize is about what the headers of an answer take on the wire.
func headerSize(a sysinfo.Answer) int {
	n := 0
	for key, values := range a.Header {
		for _, v := range values {
			n += len(key) + len(v) + len(": \r\n")
		}
	}
	return n
}
