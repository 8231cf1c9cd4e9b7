package haproxy

import (
	"slices"
	"testing"
)

// What decides which backend gets a request, in the shapes that people give to it.
func TestShapesOfRules(t *testing.T) {
	const servers = "backend bk_a.test\n\tserver d 127.0.0.1:4300\nbackend api\n\tserver a 127.0.0.1:4000\nbackend bk_shop.test\n\tserver b 127.0.0.1:4100\nbackend shop\n\tserver c 127.0.0.1:4200\nbackend loop\n\tserver l abns@inner send-proxy\nfrontend in\n\tbind abns@inner accept-proxy\n\tdefault_backend api\n"
	for rule, want := range map[string]string{
		"use_backend bk_%[req.hdr(host),lower]\n\tdefault_backend api":                        "bk_shop.test",
		"use_backend %[req.hdr(host),lower,field(1,.)]\n\tdefault_backend api":                "shop",
		"use_backend bk_%[req.hdr(host)] unless { path / }\n\tdefault_backend api":            "api",
		"use_backend bk_%[req.hdr(host)] if { path /x } || { path / }\n\tdefault_backend api": "bk_shop.test",
		"use_backend none_%[req.hdr(host),lower]\n\tdefault_backend api":                      "api",
		"acl other hdr(host) -i other.test\n\tuse_backend api unless other":                   "api",
		"acl other hdr(host) -i shop.test\n\tuse_backend api unless other":                    "",
		"acl other hdr(host) -i other.test\n\tuse_backend api if ! other":                     "api",
		"use_backend bk_shop.test if { hdr(host) -i shop.test }\n\tuse_backend api":           "bk_shop.test",
	} {
		c := Parse(folder{"/h.cfg": "frontend web\n\tbind :80\n\t" + rule + "\n" + servers}, []string{"/h.cfg"}, nil)
		r, _, _ := c.Proxies("frontend")[0].Route(Request{Host: "shop.test", Path: "/"})
		if r.Backend != want {
			t.Errorf("%s: got %q, want %q", rule, r.Backend, want)
		}
	}
	c := Parse(folder{"/h.cfg": servers}, []string{"/h.cfg"}, nil)
	if in := c.Inner(c.Backend("loop")); in == nil || in.Name != "in" || c.Inner(c.Backend("api")) != nil {
		t.Errorf("got %v", in)
	}
	c = Parse(folder{"/h.cfg": "frontend web\n\tbind :80\n\tacl other hdr(host) -i other.test\n\tuse_backend api unless other\n" + servers}, []string{"/h.cfg"}, nil)
	if got := c.Proxies("frontend")[0].Rules()[0].Hosts; !slices.Equal(got, nil) {
		t.Errorf("a rule that leaves a host out is for %v", got)
	}
}
