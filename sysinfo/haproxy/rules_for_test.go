package haproxy

import (
	"strings"
	"testing"
)

// The rules that are looked up by a name are those that take it, in their order.
func TestRulesForAName(t *testing.T) {
	c := parse(t, `frontend web
	bind :80
	acl shop hdr(host) -i shop.test Www.Shop.test
	acl shop hdr(host) -i kiosk.test
	acl mixed hdr(host) -i a.test
	acl mixed hdr_end(host) -i .a.test
	use_backend one if { path_beg /x }
	use_backend two if { path_beg /y } shop
	use_backend three if shop OR { hdr(host) -i blog.test }
	use_backend four if mixed
	use_backend five if ! shop
	use_backend six if { hdr(host) -i shop.test } !mixed
	use_backend seven unless { hdr(host) -i shop.test }
	default_backend last
`)
	web := c.Proxies("frontend")[0]
	for host, want := range map[string]string{
		"shop.test":  "one two three six last",
		"kiosk.test": "one two three seven last",
		"blog.test":  "one three five seven last",
		"b.a.test":   "one four five seven last",
		"other.test": "one five seven last",
	} {
		var got, all []string
		for _, r := range web.RulesFor(host) {
			got = append(got, r.Backend)
		}
		for _, r := range web.Rules() {
			if web.Takes(r, host) {
				all = append(all, r.Backend)
			}
		}
		if strings.Join(got, " ") != want || strings.Join(all, " ") != want {
			t.Errorf("%s: looked up %v, asked one by one %v, want %s", host, got, all, want)
		}
	}
}
