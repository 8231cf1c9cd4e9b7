package checks

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// errorPageMasksStatus: what visitors see is not what happened.
func errorPageMasksStatus() Check {
	return Check{
		ID: "error-page-masks-status", Title: "Visitors see the status that happened", Topic: Platform,
		Means: `error_page replaces the gateway's own 502 by another page. When that page is missing, visitors get a 404; with "=200" they get a success,
and monitoring sleeps on. Apache does the same with an ErrorDocument on another address (302). The 502 behind it is real: the error log has it, the visible status has not. This is a symptom; mend what the
log names, and let the error page keep its status.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if l.answer == nil || !l.hit {
				return nil
			}
			page, code := l.mask()
			if page == "" || l.answer.Status >= 500 {
				return nil
			}
			at := l.errorPage()
			found := &Finding{Status: Warn, Where: at, Summary: fmt.Sprintf("visitors get %d where a %d happened: the error page %s stands in between", l.answer.Status, code, page),
				Evidence: []Evidence{lineOf(l.Site.Gateway.Root, at)}}
			return withLine(found, l, append(slices.Clone(connectKinds), brokenKinds...)...)
		}),
	}
}

// mask is the page that replaces a gateway's failure at this hop, and the status it replaces.
func (l *live) mask() (page string, code int) {
	x, ok := l.Extra.(sysinfo.NginxHop)
	if !ok {
		page, code, _ = l.errorDocument()
		return page, code
	}
	for _, set := range x.Pass.ErrorPages() {
		for _, a := range set.Args {
			if n, err := strconv.Atoi(a); err == nil && n >= 502 && n <= 504 {
				return set.Args[len(set.Args)-1], n
			}
		}
	}
	return "", 0
}

func (l *live) errorPage() sysinfo.Place {
	x, ok := l.Extra.(sysinfo.NginxHop)
	if !ok {
		_, _, at := l.errorDocument()
		return at
	}
	for _, set := range x.Pass.ErrorPages() {
		if s := strings.Join(set.Args, " "); strings.Contains(s, "502") || strings.Contains(s, "504") || strings.Contains(s, "503") {
			return set.Place
		}
	}
	return sysinfo.Place{}
}

// steppedIn says that a named location passes on to an app of its own: it answers where another one does not.
func (l *live) steppedIn(name string) bool {
	return slices.ContainsFunc(l.Site.Hops, func(h *sysinfo.Hop) bool {
		return h != l.Hop && h.Address() != l.Address() && h.Location == "location "+name
	})
}

// masked says that an answer looks like no failure and is one: an error page took the place of what our own question
// brought about.
func (l *live) masked(a sysinfo.Answer) bool {
	if a.Status == 0 || a.Status >= 500 {
		return false
	}
	page, _ := l.mask()
	if page == "" || strings.HasPrefix(page, "@") && a.Status < 400 && l.steppedIn(page) { // made to live without this one
		return false
	}
	last := l.unheard && l.Block == "" && l.reach.Broken() && (a.Status == http.StatusNotFound || l.isFile(page, a)) // the error page is missing, too; or it is what came
	for _, line := range l.fresh {
		if about(line, a) && (slices.Contains(connectKinds, line.Kind) || slices.Contains(brokenKinds, line.Kind)) {
			last = true
		}
	}
	return last && (a.Status >= 400 || l.Block == "")
}

// isFile says that an answer is, byte for byte, the file that nginx sends for an address of its own.
func (l *live) isFile(uri string, a sysinfo.Answer) bool {
	x, ok := l.Extra.(sysinfo.NginxHop)
	if !ok || len(a.Body) == 0 {
		return false
	}
	loc, sure := x.Pass.Server.Locate(uri)
	if !sure {
		return false
	}
	block := x.Pass.Server.Block
	if loc != nil {
		block = loc.Block
	}
	file, err := l.Site.Gateway.Root.ReadFile(path.Join(x.Pass.Server.Root(block).Value(), uri))
	return err == nil && bytes.Equal(file[:min(len(file), sysinfo.BodyLimit)], a.Body)
}
