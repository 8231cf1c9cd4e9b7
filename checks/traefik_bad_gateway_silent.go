package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// traefikBadGatewaySilent: Traefik says "Bad Gateway" to visitors and nothing to its log.
func traefikBadGatewaySilent() Check {
	return Check{
		ID: "traefik-bad-gateway-silent", Title: "Traefik reaches its services", Topic: Upstreams, After: connectCauses(),
		Means: `Traefik answers "Bad Gateway" and logs the reason only at level DEBUG; "no available server" (503) means that a health check has taken every
server out. A wrong port or network in a container's labels (loadbalancer.server.port, traefik.docker.network) is the usual one, a wrong url in the
file provider the next: what listens at the server's address decides.`,
		Run: both(traefikUnread, perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			x, ok := l.Extra.(sysinfo.TraefikHop)
			if !ok {
				return nil
			}
			if !l.hit || l.answer == nil {
				return pass(fmt.Sprintf("Traefik hands on what %s answers", l.Address()))
			}
			if l.answer.Status == 503 && strings.Contains(string(l.answer.Body), "no available server") && x.Service.Health.Set() && l.reach.Open() {
				return traefikCheckFails(ctx, f, l, x)
			}
			if !ownTraefik(l.answer) {
				return nil
			}
			x2 := Fix{Title: "Let Traefik say why", Risk: Low}
			return &Finding{Status: Fail, Confidence: 0.5, Where: l.Where, Summary: fmt.Sprintf("Traefik gets no proper answer from %s, and its log level hides why", l.Address()), Evidence: []Evidence{passLine(l)},
				Fix: x2.Do("Who listens there", "ss -ltnp").Tell("log.level DEBUG in %s (a restart), then one request: the line with the status has the error. Take it out again afterwards", orFlags(l.Site.Gateway))}
		})),
	}
}

// ownTraefik says that an error page is Traefik's own (pkg/proxy/httputil, StatusCode).
func ownTraefik(a *sysinfo.Answer) bool {
	switch strings.TrimSpace(string(a.Body)) {
	case "Bad Gateway", "Gateway Timeout", "Internal Server Error", "no available server":
		return a.Header.Get("Server") == ""
	}
	return false
}

func orFlags(g *sysinfo.Gateway) string {
	if g.Config == "" {
		return "its flags (--log.level=DEBUG)"
	}
	return g.Config
}

// traefikCheckFails: the app answers, and the health check asks it for a page that it does not have.
func traefikCheckFails(ctx context.Context, f *sysinfo.Facts, l *live, x sysinfo.TraefikHop) *Finding {
	root, uri := l.Site.Gateway.Root, x.Service.Health
	at := uri.Place
	found := &Finding{Status: Fail, Confidence: 0.95, Where: at, Summary: fmt.Sprintf("the app at %s answers, but Traefik's health check of it (%s) fails", l.Address(), uri.Text),
		Evidence: []Evidence{lineOf(root, at), {Source: "GET " + l.answer.Question.Page(), Text: "503 no available server"}}, Covers: []ID{"upstream-returned-5xx"}}
	page, err := l.pageOfApp(ctx, f, uri.Text)
	if x, ok := checkBehind(ctx, f, l, uri.Text, page.Status, found); err == nil && ok {
		return withFix(found, x)
	}
	fix := Fix{Title: "Let the check ask for a page that the app has", Risk: Low, Undo: setLine(root, at, configLine(root, at))}
	a, err := l.frontPage(ctx, f)
	if err != nil || a.Status < 200 || a.Status > 399 || uri.Text == "/" {
		return withFix(found, fix.Tell("Ask for %s yourself and correct it at %s; it has to answer with 2xx or 3xx", uri.Text, at))
	}
	fix = fix.Do(fmt.Sprintf("%s fails, / gives %d: let the check ask for /", uri.Text, a.Status), "%s", replace(root, at, uri.Text, "/"))
	text, _ := root.ReadFile(at.File)                                                                     // its line was read from there
	if name := a.Question.Host; nameOfSite.MatchString(name) && refusedNameless(ctx, f, l, l.Address()) { // the check asks by the server's address unless its "hostname" says otherwise
		key, _, _ := strings.Cut(configLine(root, at), "path")
		line := map[bool]string{true: "hostname = \"" + name + "\"", false: "hostname: " + name}[strings.HasSuffix(at.File, ".toml")]
		if key != "" || strings.Contains(string(text), "hostname") { // all of it in one line; or some check has a name
			return withFix(found, fix.Tell("By the server's address the app refuses /: give the check at %s the name %s (hostname)", at, name))
		}
		fix.Undo = also(fix.Undo, removeBelow(root, at, 1))
		fix = fix.Do(fmt.Sprintf("By the server's address the app refuses it: let the check ask for %s", name), "%s", insertAfter(root, at, line))
	}
	return withFix(found, reload(ctx, f, l.Site.Gateway, fix).Do("Give the checks time to pass", "sleep 5"))
}

// traefikUnread tells of providers whose routers stand in no file: in the labels of containers, in a cluster, in a key-value store.
func traefikUnread(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
	gateways, err := f.Gateways(ctx)
	if err != nil {
		return nil, nil // the hops say so
	}
	var out []Finding
	for _, g := range gateways {
		t, ok := g.Extra.(*sysinfo.Traefik)
		if !ok {
			continue
		}
		for _, p := range t.Config.Providers {
			out = append(out, Finding{Status: Unknown, Where: p.Place,
				Summary: fmt.Sprintf("could not look: provider %s, whose routers and services stand in no file of Traefik's", p.Text)})
		}
	}
	return out, nil
}
