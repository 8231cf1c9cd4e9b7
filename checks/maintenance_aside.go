package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// namesSite are the lines by which Apache and nginx say which names a site has.
var namesSite = whenAsked(`(?im)^[ \t]*(?:ServerName|ServerAlias|server_name)[ \t]+([^#;\n]*)`)

// siteAside: the site that was asked for is there and not enabled any more, so the one that takes strangers' names answers for it, and that
// one says 503 to them on purpose: it is no maintenance of this site's.
func siteAside(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, host string) *Finding {
	g := s.Gateway
	file := asideFile(g, host)
	if file == "" {
		return nil
	}
	enabled := path.Join(path.Dir(path.Dir(file)), "sites-enabled")
	found := &Finding{Status: Fail, Confidence: 0.95, Where: sysinfo.Place{File: file}, Covers: []ID{"upstream-returned-5xx", "haproxy-all-servers-down", "varnish-backend-unhealthy"},
		Summary:  fmt.Sprintf("%s's site %s is not enabled: %s answers for it, as for every name that it does not know", g.Title(), host, s.Where),
		Evidence: []Evidence{{Source: file, Text: "has " + host + ", and is not among the files that " + g.Title() + " reads"}, {Source: "ls " + enabled, Text: "no link to " + path.Base(file)}}}
	link := path.Join(enabled, path.Base(file))
	x := Fix{Title: "Enable the site again", Risk: Low, Undo: "rm " + sh(link)}.Tell("If it was switched off on purpose, all is as it should be: take its name out of the DNS")
	found.Fix = reload(ctx, f, g, x.Do("Enable it", "ln -s %s %s", sh("../sites-available/"+path.Base(file)), sh(link)))
	return found
}

// asideFile is the one file of root's in Debian's folder of sites that has a host's name, where no site that is loaded has it.
func asideFile(g *sysinfo.Gateway, host string) string {
	dir := map[string]string{"apache": "/etc/apache2/sites-available", "nginx": "/etc/nginx/sites-available"}[g.Kind]
	if dir == "" || host == "" || !onlyRoots(g.Root, dir) || slices.ContainsFunc(g.Sites, func(s *sysinfo.Site) bool { return s.Called(host) && s.Name != "" && s.Name != "_" }) {
		return ""
	}
	all, err := g.Root.Glob(dir + "/*")
	if err != nil {
		return ""
	}
	var files []string
	for _, name := range all {
		b, err := g.Root.ReadFile(name)
		if err != nil || !onlyRoots(g.Root, name) || g.Kind == "apache" && path.Ext(name) != ".conf" {
			continue
		}
		for _, m := range namesSite.FindAllStringSubmatch(string(b), -1) {
			if slices.Contains(strings.Fields(m[1]), host) {
				files = append(files, name)
				break
			}
		}
	}
	if len(files) != 1 || slices.Contains(configFiles(g), files[0]) || slices.ContainsFunc(configFiles(g), func(c string) bool { return realFile(g.Root, c) == files[0] }) {
		return ""
	}
	return files[0]
}
