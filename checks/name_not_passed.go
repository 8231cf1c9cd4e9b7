package checks

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/nginx"
)

// nameNotPassed: what stands behind answers well when it is asked by the visitor's name, and fails by the one that nginx or Apache gives it instead: the host of the
// address (proxy_pass http://backend;), as no line says otherwise. Both are tried.
func nameNotPassed(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	if l.Scheme != "http" || l.Unix != "" || !l.reach.Local || !l.hit || l.answer.Took > time.Second { // each of two questions would take as long
		return nil
	}
	x, ofNginx := l.Extra.(sysinfo.NginxHop)
	_, a, ofApache := l.apacheHop()
	sent, name := f.Sends(ctx, l.Hop), l.asked()
	if !ofNginx && !ofApache || sent == "" || strings.EqualFold(sent, name) {
		return nil
	}
	status := func(host string) int {
		a, err := l.askOnce(ctx, f, sysinfo.Question{Host: host, URI: l.answer.Question.URI})
		if err != nil {
			return 0
		}
		return a.Status
	}
	bad, well := status(sent), status(name)
	if bad < http.StatusInternalServerError || well == 0 || well >= http.StatusBadRequest {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.98, Where: l.Pass, astray: true, Evidence: []Evidence{passLine(l),
		{Source: fmt.Sprintf("GET %s from %s, as %s", l.answer.Question.Page(), l.Address(), sent), Text: fmt.Sprint(bad)},
		{Source: fmt.Sprintf("GET %s from %s, as %s", l.answer.Question.Page(), l.Address(), name), Text: fmt.Sprint(well)}},
		Summary: fmt.Sprintf("%s asks %s by the name %s; by the visitor's own, %s, it answers %d", l.From, l.Address(), sent, name, well)}
	if ofApache {
		found.Fix = Fix{Title: "Pass the visitor's name on", Risk: Low}
		preserveName(ctx, f, l, a, found)
		return found
	}
	if lost, own := headersOutOfForce(l, x); len(lost) > 0 {
		root, texts := l.Site.Gateway.Root, []string{}
		for _, s := range lost {
			texts = append(texts, configLine(root, s.Place))
			found.Evidence = append(found.Evidence, lineOf(root, s.Place))
		}
		found.Where = own.Place
		found.Summary += fmt.Sprintf(". The header at %s takes those of the server block out of force", own.Place)
		edit, undo := addBehind(root, own.Place, own.Name, texts)
		fix := Fix{Title: "Pass the visitor's name on", Risk: Low, Undo: undo}
		found.Fix = reload(ctx, f, l.Site.Gateway, fix.Do("nginx takes headers from a block only where the inner one has none of its own: write them here, too", "%s", edit))
		return found
	}
	found.Fix = passName(ctx, f, l, x)
	return found
}

// headersOutOfForce are the headers of the server block, the Host among them, that do not hold in a hop's location since it has headers of its own, and the last
// of these (ngx_http_proxy_module, proxy_set_header: inherited only where none are defined on the current level).
func headersOutOfForce(l *live, x sysinfo.NginxHop) (lost []nginx.Setting, own nginx.Setting) {
	set := l.family() + "_set_header"
	has := x.Pass.Block.Own(set)
	if len(has) == 0 || x.Pass.Block == x.Pass.Server.Block {
		return nil, own
	}
	for _, s := range x.Pass.Server.Block.Own(set) {
		same := func(o nginx.Setting) bool {
			return len(o.Args) > 0 && len(s.Args) > 0 && strings.EqualFold(o.Args[0], s.Args[0])
		}
		if !slices.ContainsFunc(has, same) && alone(configLine(l.Site.Gateway.Root, s.Place)) {
			lost = append(lost, s)
		}
	}
	if !slices.ContainsFunc(lost, func(s nginx.Setting) bool { return strings.EqualFold(s.Args[0], "Host") }) {
		return nil, own
	}
	return lost, has[len(has)-1]
}
