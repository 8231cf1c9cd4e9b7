package checks

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
)

// reverseElsewhere: redirects of the app are not turned back, for the ProxyPassReverse of its path names another address, or there is none: visitors are
// sent to an address that only this machine knows (mod_proxy, ap_proxy_location_reverse_map). It breaks no page by itself.
func reverseElsewhere(ctx context.Context, f *sysinfo.Facts, l *live, x sysinfo.ApacheHop) *Finding {
	srv, ok := l.Site.Extra.(*apache.Server)
	if !ok || !x.Pass.Is("ProxyPass") || x.Pass.Regex || !strings.HasPrefix(l.Scheme, "http") {
		return nil
	}
	root, path, target := l.Site.Gateway.Root, x.Pass.Path, x.Pass.URL
	if _, behind, unix := strings.Cut(target, "|"); unix { // unix:/run/shop.sock|http://shop/: redirects know the latter alone
		target = behind
	}
	var wrong *apache.Directive
	for _, d := range srv.Own("ProxyPassReverse") {
		switch {
		case d.Arg(1) == "" && sameOrigin(d.Arg(0), target), sameOrigin(d.Arg(1), target), strings.Contains(d.Arg(0)+d.Arg(1), "${"):
			return nil
		case d.Arg(0) == path && d.Arg(1) != "" && configLine(root, d.Place) != "":
			wrong = d
		}
	}
	fix := Fix{Title: "Let redirects of the app be turned back", Risk: Low}
	if wrong != nil {
		line := configLine(root, wrong.Place)
		found := &Finding{Status: Warn, Confidence: 0.9, Where: wrong.Place, Evidence: []Evidence{lineOf(root, wrong.Place), passLine(l)},
			Summary: fmt.Sprintf("ProxyPassReverse has %s where ProxyPass has %s: redirects of the app lead visitors to an address that only this machine knows", wrong.Arg(1), target)}
		if strings.Count(line, wrong.Arg(1)) != 1 {
			found.Fix = fix.Tell("Write %s at %s", target, wrong.Place)
			return found
		}
		fix.Undo = replace(root, wrong.Place, target, wrong.Arg(1))
		found.Fix = reload(ctx, f, l.Site.Gateway, fix.Do("Name the same address as ProxyPass does", "%s", replace(root, wrong.Place, wrong.Arg(1), target)))
		return found
	}
	to := l.sentTo()
	if to == "" || !sameOrigin(to, target) {
		return nil
	}
	text := fmt.Sprintf("ProxyPassReverse %s %s", path, target)
	fix.Undo = removeBelow(root, l.Pass, 1)
	return &Finding{Status: Warn, Confidence: 0.9, Where: l.Pass, Evidence: []Evidence{{Source: "GET " + l.asked() + l.answer.Question.Path(), Text: "Location: " + to, Time: l.answer.At}, passLine(l)},
		Summary: fmt.Sprintf("a redirect sends visitors to %s, the app's own address, for no ProxyPassReverse turns it back", to),
		Fix:     reload(ctx, f, l.Site.Gateway, fix.Do("Turn them back", "%s", insertAfter(root, l.Pass, text)))}
}

// sentTo is where a page that was asked for sends its visitors, when the site is not called that; empty for others.
func (l *live) sentTo() string {
	if l.answer == nil || l.answer.Status < 300 || l.answer.Status > 399 {
		return ""
	}
	to := l.answer.Header.Get("Location")
	u, err := url.Parse(to)
	if err != nil || u.Host == "" || u.Hostname() == l.asked() || slices.Contains(l.Site.Names, u.Hostname()) {
		return ""
	}
	return to
}

// sameOrigin says that two addresses are of one server: "http://127.0.0.1:3000/a" and "http://127.0.0.1:3000".
func sameOrigin(a, b string) bool {
	u, err := url.Parse(a)
	v, err2 := url.Parse(b)
	return err == nil && err2 == nil && u.Host != "" && strings.EqualFold(u.Scheme, v.Scheme) && strings.EqualFold(u.Host, v.Host)
}
