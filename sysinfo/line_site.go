package sysinfo

import (
	"slices"

	"fix502/sysinfo/errlog"
)

// Wrote says that a line of a log is about a site. Of a server block without a name nginx writes none ("server: ,"),
// and what its visitors called it is the line's host.
func (s *Site) Wrote(line *LogLine) bool {
	if s.Called(line.Site()) {
		return true
	}
	unnamed := func(o *Site) bool {
		return !slices.ContainsFunc(o.Names, func(n string) bool { return n != "" && n != "_" })
	}
	return line.Event.Source == errlog.Nginx && (line.Server == "" || line.Server == "_") && s.Gateway.Kind == "nginx" && unnamed(s) &&
		!slices.ContainsFunc(s.Gateway.Sites, func(o *Site) bool { return !unnamed(o) && o.Called(line.Host) })
}

// Of says that a group's lines are about a site.
func (g *LogGroup) Of(s *Site) bool {
	if len(g.Latest) == 0 {
		return s.Called(g.Site)
	}
	return s.Wrote(&g.Latest[0])
}
