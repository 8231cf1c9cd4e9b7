package sysinfo

import (
	"slices"
	"strings"

	"fix502/sysinfo/haproxy"
	"fix502/sysinfo/nginx"
)

// counts says that a site's gateway counts how often each visitor comes to its front page: by limit_req or limit_conn, or in a stick-table.
func (s *Site) counts() bool {
	switch x := s.Extra.(type) {
	case *nginx.Server:
		block := x.Block
		if p, _ := x.PassFor("/", func(string) bool { return false }); p != nil {
			block = p.Block
		}
		return block.All("limit_req") != nil || block.All("limit_conn") != nil
	case *haproxy.Section:
		return slices.ContainsFunc(slices.Concat(x.All("http-request"), x.All("tcp-request")), func(l haproxy.Line) bool {
			return slices.ContainsFunc(l.Words, func(w string) bool { return strings.HasPrefix(w, "track-sc") })
		})
	}
	return false
}
