package sysinfo

import (
	"slices"
	"strings"
	"time"

	"fix502/sysinfo/apache"
	"fix502/sysinfo/errlog"
)

func (a *Apache) answers(g *Gateway, scheme, addr string, port int, host string) *Site {
	srv := a.Config.Match(scheme, addr, port, host)
	for _, s := range g.Sites {
		if srv != nil && s.Extra == any(srv) {
			return s
		}
	}
	return nil
}

// look is how a route sees the files of a gateway.
func (g *Gateway) look() apache.Look {
	return apache.Look{Exists: func(name string) bool {
		i, err := g.Root.Stat(name)
		return err == nil && (i.Mode.IsDir() || !strings.HasSuffix(name, "/"))
	}, Agents: []string{ourselves, browser}}
}

// browser is what most visitors' browsers call themselves.
const browser = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"

// FcgidProgram is the program that Apache's mod_fcgid starts for a page of a site; "" where it starts none.
func (s *Site) FcgidProgram(uri string) string {
	srv, ok := s.Extra.(*apache.Server)
	if !ok {
		return ""
	}
	return srv.Fcgid(uri, s.Gateway.look())
}

func (a *Apache) passes(s *Site, uri string) *Hop {
	srv, ok := s.Extra.(*apache.Server)
	if !ok {
		return nil
	}
	p := srv.Route(uri, s.Gateway.look()).Pass
	if p == nil {
		return nil
	}
	i := slices.IndexFunc(s.Hops, func(h *Hop) bool { x, ok := h.Extra.(ApacheHop); return ok && x.Pass == p })
	if i < 0 {
		return nil
	}
	return s.Hops[i]
}

func (a *Apache) sends(h *Hop) string {
	x, ok := h.Extra.(ApacheHop)
	if !ok {
		return h.Host
	}
	if d := x.Pass.Server.Get("ProxyPreserveHost"); d != nil && d.On() {
		return h.Site.Name
	}
	return h.Host
}

func (a *Apache) sample(h *Hop) []string {
	x, ok := h.Extra.(ApacheHop)
	if !ok {
		return nil
	}
	try := usualPages[:]
	if x.Pass.Path != "" && !x.Pass.Regex {
		try = append([]string{x.Pass.Path}, try...)
	}
	for _, uri := range append(try, "/") {
		if r := x.Pass.Server.Route(uri, h.Site.Gateway.look()); r.Pass == x.Pass && (r.File == "" || h.Site.Gateway.Root.Exists(r.File)) {
			return []string{uri}
		}
	}
	return nil
}

// apacheLoaded finds when the running configuration was read: its main log says so after each start and reload. Its
// oldest child tells only what a reload leaves running.
func (f *Facts) apacheLoaded(g *Gateway) {
	if g.Loaded.Before(g.Started) {
		g.Loaded = g.Started
	}
	for _, l := range g.Logs {
		if at := f.resumed(g, l); at.After(g.Loaded) {
			g.Loaded = at
		}
	}
}

// resumed is the time of the last "resuming normal operations" near the end of a log.
func (f *Facts) resumed(g *Gateway, l LogFile) time.Time {
	text, err := g.Root.Tail(l.Path, 256<<10)
	if err != nil {
		return time.Time{}
	}
	p := errlog.NewParser(f.zone())
	var at time.Time
	for line := range strings.Lines(text) {
		if strings.Contains(line, "resuming normal operations") {
			at = p.Parse(strings.TrimSpace(line)).Time
		}
	}
	return at
}
