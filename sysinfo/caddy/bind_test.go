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
