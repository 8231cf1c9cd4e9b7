package caddy

import (
	"slices"
	"testing"
)

func TestBinds(t *testing.T) {
	for name, text := range map[string]string{
		"Caddyfile": "{\n\tdefault_bind 10.9.0.3 [::1] {\n\t\tprotocols h1 h2\n\t}\n}\nhttp://a.test {\n}\nhttp://b.test {\n\tbind unix//run/b.sock|0222\n}\n",
		"JSON": `{"apps": {"http": {"servers": {
			"a": {"listen": ["10.9.0.3:80", "[::1]:80"], "routes": [{"match": [{"host": ["a.test"]}], "handle": [{"handler": "reverse_proxy", "upstreams": [{"dial": "127.0.0.1:1"}]}]}]},
			"b": {"listen": ["unix//run/b.sock|0222"], "routes": [{"match": [{"host": ["b.test"]}], "handle": [{"handler": "reverse_proxy", "upstreams": [{"dial": "127.0.0.1:2"}]}]}]}}}}}`,
	} {
		c := Parse(folder{"/" + name: text}, "/"+name, Environ{})
		if len(c.Sites) != 2 {
			t.Fatalf("%s: %d sites", name, len(c.Sites))
		}
		a := []string{"10.9.0.3", "[::1]"}
		if name == "JSON" {
			a[1] = "::1"
		}
		slices.SortFunc(c.Sites, func(a, b *Site) int { return len(b.Binds) - len(a.Binds) })
		if got := c.Sites[0].Binds; !slices.Equal(got, a) {
			t.Errorf("%s: a.test at %q, want %q", name, got, a)
		}
		if got := c.Sites[1].Binds; !slices.Equal(got, []string{"unix//run/b.sock|0222"}) {
			t.Errorf("%s: b.test at %q", name, got)
		}
	}
}

// A site that names no port listens at Caddy's own, which the file may set.
func TestOwnPorts(t *testing.T) {
	c := Parse(folder{"/Caddyfile": "{\n\thttp_port 8070\n\thttps_port 8443\n}\nhttp://a.test {\n}\nb.test {\n}\n:8070 {\n}\nc.test:8443 {\n}\n:9000 {\n}\nhttp://d.test:80 {\n}\n"}, "/Caddyfile", Environ{})
	want := []Address{{"http", "a.test", 8070}, {"", "b.test", 8443}, {"http", "", 8070}, {"https", "c.test", 8443}, {"", "", 9000}, {"http", "d.test", 80}}
	for i, s := range c.Sites {
		if s.Addresses[0] != want[i] {
			t.Errorf("%d: got %+v, want %+v", i, s.Addresses[0], want[i])
		}
	}
	if len(c.Sites) != len(want) || !c.Sites[1].Addresses[0].TLS() || c.Sites[2].Addresses[0].TLS() {
		t.Errorf("got %d sites, %+v", len(c.Sites), c.Sites)
	}
}
