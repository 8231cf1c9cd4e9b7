package caddy

import (
	"fmt"
	"testing"
)

// Which upstream a request goes to, in the shapes that people give to a Caddyfile.
func TestShapesOfSites(t *testing.T) {
	for text, want := range map[string]string{
		"http://*.test {\n@api host api.test\nhandle @api {\nreverse_proxy :4000\n}\nhandle {\nreverse_proxy :4100\n}\n}":                           "4000",
		"http://*.test {\n@api host blog.test\nhandle @api {\nreverse_proxy :4000\n}\nhandle {\nreverse_proxy :4100\n}\n}":                          "4100",
		"http://api.test {\n@dyn {\nnot path /static/*\n}\nreverse_proxy @dyn :4000\nreverse_proxy :4100\n}":                                        "4000",
		"http://api.test {\nreverse_proxy /static/* :4000\nreverse_proxy :4100\n}":                                                                  "4100",
		"http://api.test {\nreverse_proxy /app* :4000\nreverse_proxy :4100\n}":                                                                      "4000",
		"http://api.test {\n@old header X-Old yes\nreverse_proxy @old :4000\nreverse_proxy :4100\n}":                                                "4100",
		"http://api.test {\n@missing not file\nreverse_proxy @missing :4000\n}":                                                                     "4000",
		"http://api.test {\nmap {host} {up} {\nblog.test 127.0.0.1:4000\napi.test 127.0.0.1:4100\ndefault 127.0.0.1:4200\n}\nreverse_proxy {up}\n}": "4100",
		"http://api.test {\nmap {host} {up} {\nblog.test 127.0.0.1:4000\ndefault 127.0.0.1:4200\n}\nreverse_proxy {up}\n}":                          "4200",
		"http://api.test {\nvars up 127.0.0.1:4000\nreverse_proxy {vars.up}\n}":                                                                     "4000",
		"http://api.test {\nreverse_proxy 127.0.0.1:4000-4001\n}":                                                                                   "4000",
		"http://api.test {\nforward_auth :4000 {\nuri /auth\n}\nreverse_proxy :4100\n}":                                                             "4100",
		"http://api.test {\n@a path *.css\nhandle @a {\nreverse_proxy :4000\n}\nhandle_path /app/* {\nreverse_proxy :4100\n}\n}":                    "4100",
		"http://api.test {\n@x path /*/x\nreverse_proxy @x :4000\nreverse_proxy :4100\n}":                                                           "4000",
		"http://api.test {\nhandle {\nreverse_proxy :4000\n}\nreverse_proxy /app/* :4100\n}":                                                        "4000",
		"http://api.test {\nroute {\nreverse_proxy :4000\nreverse_proxy /app/* :4100\n}\n}":                                                         "4000",
		"http://api.test {\nhandle_path /app/* {\nreverse_proxy /app/* :4000\nreverse_proxy /x* :4100\n}\n}":                                        "4100",
		"http://api.test {\nvars /app/* up 127.0.0.1:4000\nvars up 127.0.0.1:4100\nreverse_proxy {vars.up}\n}":                                      "4000",
	} {
		c := Parse(folder{"/Caddyfile": text}, "/Caddyfile", Environ{})
		got := 0
		if p, n := c.Sites[0].Route("api.test", "/app/x"); p != nil {
			got = p.Upstreams[n].Port
		}
		if fmt.Sprint(got) != want {
			t.Errorf("got %d, want %s of\n%s", got, want, text)
		}
	}
}

// A block for a wildcard is a site for each name that its matchers know, and one for the rest.
func TestHostsOfAWildcard(t *testing.T) {
	const body = "@api host api.test www.api.test\nhandle @api {\nreverse_proxy :4000\n}\nhandle {\nreverse_proxy :4100\n}\n"
	s := Parse(folder{"/Caddyfile": "http://*.test {\n" + body + "}"}, "/Caddyfile", Environ{}).Sites[0]
	if got := fmt.Sprint(s.Hosts()); got != "[api.test www.api.test]" {
		t.Errorf("got %s", got)
	}
	for host, want := range map[string]string{"api.test": "[true true]", "blog.test": "[false true]", "": "[false true]"} {
		if got := fmt.Sprint([]bool{s.Passes[0].Serves(s.Passes[0].Upstreams[0], host), s.Passes[1].Serves(s.Passes[1].Upstreams[0], host)}); got != want {
			t.Errorf("%q: got %s, want %s", host, got, want)
		}
	}
	if s := Parse(folder{"/Caddyfile": "http://api.test {\n" + body + "}"}, "/Caddyfile", Environ{}).Sites[0]; s.Hosts() != nil {
		t.Errorf("a block for one name tells %v apart", s.Hosts())
	}
}
