package checks

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// answersCounted: nginx is told to try the next server after answers of the app itself (http_500 and its kin in fastcgi_next_upstream, proxy_next_upstream),
// and each of them counts as a failure of the server. One page that always ends so takes all servers out, for all pages
// (ngx_http_upstream.c, ngx_http_upstream_test_next; http_403 and http_404 never count).
func answersCounted(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) bool {
	next := l.setting("next_upstream")
	counts := slices.DeleteFunc(slices.Clone(next.Args), func(w string) bool {
		return !strings.HasPrefix(w, "http_") || w == "http_403" || w == "http_404"
	})
	root, at := l.Site.Gateway.Root, next.Place
	place := sysinfo.Place{File: at.File, Line: at.Line}
	line := configLine(root, place)
	if !next.Set() || len(counts) == 0 || line == "" {
		return false
	}
	for _, h := range l.Site.Hops {
		if h.Block == l.Block && h.Pass == l.Pass && !h.Down && !f.Reach(ctx, h).Open() {
			return false // one that is away is the reason
		}
	}
	found.Where, found.Confidence = place, 0.9
	found.Summary += fmt.Sprintf(": %s counts an answer %s of the app as a failure of the server", next.Name, strings.Join(counts, ", "))
	found.Evidence = append(found.Evidence, lineOf(root, place))
	page, said := answeredSo(l.Site, counts)
	if page != "" {
		found.Confidence = 0.95
		found.Summary += fmt.Sprintf(", and %s answers so", page)
		found.Evidence = append(found.Evidence, said)
	}
	kept := slices.DeleteFunc(slices.Clone(next.Args), func(w string) bool { return slices.Contains(counts, w) })
	if len(kept) == 0 {
		kept = []string{"error", "timeout"}
	}
	was, is := strings.Join(next.Args, " "), strings.Join(kept, " ")
	x := Fix{Title: "Let an app's own error be its visitor's alone", Risk: Low, Undo: setLine(root, place, line)}
	if strings.Count(line, was) == 1 {
		x = x.Do("Ask the next server only when one cannot be reached or stays silent; the reload forgets the failures, too", "%s", replace(root, place, was, is))
	} else {
		x, x.Undo = x.Tell("Take %s out of %s", strings.Join(counts, " and "), place), ""
	}
	x = reload(ctx, f, l.Site.Gateway, x)
	if page != "" {
		x = x.Tell("Then see why %s fails, in the app's own log", page)
	}
	found.Fix = x
	return true
}

// answeredSo is the page that was last answered with one of nginx's words for a status ("http_500"), by an access log of the site.
func answeredSo(s *sysinfo.Site, words []string) (page string, said Evidence) {
	var status []string
	for _, w := range words {
		status = append(status, strings.TrimPrefix(w, "http_"))
	}
	line := regexp.MustCompile(`(?m)^.*"(?:` + http.MethodGet + `|` + http.MethodPost + `|` + http.MethodHead + `|` + http.MethodPut + `) (/[^\s?"]*)[^"]*" (?:` + strings.Join(status, "|") + `) .*$`)
	for name, text := range accessTails(s) {
		if all := line.FindAllStringSubmatch(text, -1); len(all) > 0 {
			last := all[len(all)-1]
			return last[1], Evidence{Source: name, Text: shorten(last[0])}
		}
	}
	return "", Evidence{}
}
