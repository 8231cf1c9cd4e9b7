package sysinfo

import (
	"net/http"
	"slices"
	"strings"

	"fix502/sysinfo/apache"
	"fix502/sysinfo/nginx"
)

// closedApart says that the gateway itself turns visitors of a page away, by a rule that the page which was asked about does not meet:
// /beta is closed on purpose, /drain answers a balancer 503, and neither says anything of the rest.
func closedApart(s *Site, asked, uri string) bool {
	switch srv := s.Extra.(type) {
	case *nginx.Server:
		its, sure := srv.Locate(withoutQuery(uri))
		other, sureToo := srv.Locate(withoutQuery(asked))
		return sure && sureToo && its != nil && its != other && slices.ContainsFunc(srv.Returns(), func(r nginx.Return) bool {
			return r.Block == its.Block && r.Code >= 500
		})
	case *apache.Server:
		its, other := srv.Route(uri, s.Gateway.look()), srv.Route(asked, s.Gateway.look())
		closed := its.Code == http.StatusServiceUnavailable || its.Rule != nil && its.Code >= http.StatusInternalServerError
		return its.Sure && closed && other.Sure && other.Code != its.Code
	}
	return false
}

// RuleOf is the RewriteRule by which Apache answers a page itself, where its configuration tells for sure which one.
func RuleOf(s *Site, uri string) (Place, bool) {
	srv, ok := s.Extra.(*apache.Server)
	if !ok {
		return Place{}, false
	}
	r := srv.Route(uri, s.Gateway.look())
	if !r.Sure || r.Rule == nil {
		return Place{}, false
	}
	return r.Rule.Place, true
}

// withoutQuery is the path of a page.
func withoutQuery(uri string) string {
	path, _, _ := strings.Cut(uri, "?")
	return path
}
