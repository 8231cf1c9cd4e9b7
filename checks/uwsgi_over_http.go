package checks

import (
	"context"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// overHTTP: a gateway that knows no uwsgi asks a uWSGI that speaks nothing else. What has to change is on uWSGI's side: its http-socket takes
// HTTP at the same address (uwsgi-docs, HTTP.rst). Not while somebody else asks that address in uwsgi.
func overHTTP(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) {
	u := appUnit(ctx, f, l)
	if !slices.Contains([]string{"haproxy", "varnish", "caddy", "traefik"}, l.Site.Gateway.Kind) || u.Name == "" || anyAsks(ctx, f, l.Hop, inUwsgi) {
		return
	}
	for _, file := range uwsgiFiles(f, l, u) {
		w, ok := lastLineWith(f, file, vassalSocket, "#", ";")
		text, err := f.Host.Root.ReadFile(file)
		if !ok || err != nil || !sameSocket(spelledOut(path.Base(file), string(text), w.match[1]), l) || strayLink(f.Host.Root, file) || userLeads(ctx, f, u, realFile(f.Host.Root, file)) {
			continue
		}
		root, line := f.Host.Root, configLine(f.Host.Root, w.place)
		key, _, _ := strings.Cut(strings.TrimSpace(line), "socket")
		found.Where = w.place
		found.Summary += "; uWSGI speaks HTTP at an http-socket"
		found.Evidence = append(found.Evidence, lineOf(root, w.place))
		found.Fix = Fix{Title: "Let uWSGI speak HTTP there", Risk: Medium, Undo: replace(root, w.place, "http-socket", key+"socket") + "; " + u.Command("restart")}.
			Do("Correct "+w.place.String(), "%s", replace(root, w.place, key+"socket", "http-socket")).
			Do("Start it anew with it", "%s%s", u.Command("restart"), warmUp(u))
		return
	}
}

func inUwsgi(h *sysinfo.Hop) bool { return h.Scheme == "uwsgi" }
