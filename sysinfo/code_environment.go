package sysinfo

import (
	"context"
	"maps"
	"path"
	"strings"

	"fix502/sysinfo/apache"
)

// siteEnv are the variables that a site's pages in PHP get: of the .env beside them, of their pool (env[NAME]) and of their gateway
// (fastcgi_param, SetEnv), of which the last counts (PHP's main/fastcgi.c: what comes with a request goes first), and of Debian's envvars,
// which its Apache starts with. nil where others may be there: the pool keeps what its master was started with, or Apache passes on what it
// was.
func (f *Facts) siteEnv(ctx context.Context, s *Site) map[string]placed {
	env := map[string]placed{}
	for _, dir := range []string{path.Dir(s.Root), s.Root} {
		maps.Copy(env, readEnv(s.Gateway.Root, dir+"/.env"))
	}
	for _, h := range s.Hops {
		if _, pool := f.PoolOf(ctx, h); pool != nil {
			if !pool.Get("clear_env").On() {
				return nil
			}
			for name, v := range pool.Env {
				env[name] = fixed(v.Text, v.Place)
			}
		}
		if x, ok := h.Extra.(NginxHop); ok {
			for _, p := range x.Pass.All("param") {
				if len(p.Args) > 1 {
					env[p.Args[0]] = fixed(p.Args[1], p.Place)
				}
			}
		}
	}
	if srv, ok := s.Extra.(*apache.Server); ok {
		if len(srv.All("PassEnv")) > 0 {
			return nil
		}
		maps.Copy(env, readEnv(s.Gateway.Root, "/etc/apache2/envvars"))
		for _, d := range srv.All("SetEnv") {
			env[d.Arg(0)] = fixed(d.Arg(1), d.Place)
		}
		b, _ := s.Gateway.Root.ReadFile(s.Root + "/.htaccess") // none: nothing is set there
		n := 0
		for line := range strings.Lines(string(b)) {
			n++
			if w := strings.Fields(line); len(w) > 2 && strings.EqualFold(w[0], "SetEnv") {
				env[w[1]] = fixed(strings.Trim(w[2], `"`), Place{File: s.Root + "/.htaccess", Line: n})
			}
		}
	}
	return env
}

// fixed is a value that is the same for each request; another is not known.
func fixed(text string, at Place) placed {
	if strings.Contains(text, "$") || strings.Contains(text, "%{") {
		return placed{}
	}
	return placed{text, at}
}
