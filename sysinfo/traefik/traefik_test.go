package traefik

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fix502/sysinfo/conf/conftest"
)

// said writes a configuration down as the tests compare it.
func said(c *Config) string {
	var b strings.Builder
	for _, e := range c.Entrypoints {
		fmt.Fprintf(&b, "%s %s:%d tls=%v at %d\n", e.Name, e.Host, e.Port, e.TLS, e.Line)
	}
	for _, r := range c.Routers {
		fmt.Fprintf(&b, "%s %v %v -> %s tls=%v at %d\n", r.Name, r.Hosts, r.Prefixes, r.Service, r.TLS, r.Line)
		for _, s := range c.Servers(c.Service(r.Service)) {
			fmt.Fprintf(&b, "  %s %s %d at %s:%d\n", s.Scheme, s.Host, s.Port, s.File, s.Line)
		}
	}
	for _, p := range c.Problems {
		fmt.Fprintf(&b, "! %d %s\n", p.Line, p.Text)
	}
	return b.String()
}

const dynamicYAML = "http:\n" +
	"  routers:\n" +
	"    shop:\n" +
	"      rule: \"Host(`shop.test`, `www.shop.test`) && !PathPrefix(`/old`)\"\n" +
	"      service: both\n" +
	"      tls: {}\n" +
	"    api:\n" +
	"      rule: Host(`shop.test`) && (PathPrefix(`/api`) || Path(`/ping`))\n" +
	"      service: api@file\n" +
	"  services:\n" +
	"    both:\n" +
	"      weighted:\n" +
	"        services:\n" +
	"          - name: shop\n" +
	"            weight: 3\n" +
	"    shop:\n" +
	"      loadBalancer:\n" +
	"        servers:\n" +
	"          - url: http://127.0.0.1:3000\n" +
	"    api: {loadBalancer: {servers: [{url: \"https://api.internal\"}]}}\n"

const dynamicTOML = "[http.routers]\n" +
	"  [http.routers.shop]\n" +
	"    rule = 'Host(`shop.test`)'\n" +
	"    entryPoints = [\"web\"]\n" +
	"    service = \"shop\"\n" +
	"[http.services.shop.loadBalancer]\n" +
	"  passHostHeader = false\n" +
	"[[http.services.shop.loadBalancer.servers]]\n" +
	"  url = \"http://127.0.0.1:3000/\"\n" +
	"[[http.services.shop.loadBalancer.servers]]\n" +
	"  url = \"h2c://127.0.0.1:3001\"\n"

func TestParseReadsWhatTheFileProviderReads(t *testing.T) {
	for name, tt := range map[string]struct {
		files map[string]string
		args  []string
		file  string
		want  string
	}{
		"YAML, with a folder": {map[string]string{"/etc/traefik/traefik.yml": "entryPoints:\n  web:\n    address: :80\n  websecure:\n    address: \":443\"\n    http:\n      tls: {}\nproviders:\n  file:\n    directory: dynamic\n",
			"/etc/traefik/dynamic/shop.yml": dynamicYAML}, nil, "/etc/traefik/traefik.yml",
			"web :80 tls=false at 3\nwebsecure :443 tls=true at 5\n" +
				"shop [shop.test www.shop.test] [] -> both tls=true at 4\n  http 127.0.0.1 3000 at /etc/traefik/dynamic/shop.yml:19\n" +
				"api [shop.test] [/api =/ping] -> api@file tls=false at 8\n  https api.internal 443 at /etc/traefik/dynamic/shop.yml:20\n"},
		"TOML, static and dynamic in one": {map[string]string{"/etc/traefik/traefik.toml": "[entryPoints.web]\n  address = \":8000\"\n[providers.file]\n  filename = \"/etc/traefik/traefik.toml\"\n" + dynamicTOML}, nil, "/etc/traefik/traefik.toml",
			"web :8000 tls=false at 2\nshop [shop.test] [] -> shop tls=false at 7\n  http 127.0.0.1 3000 at /etc/traefik/traefik.toml:13\n  h2c 127.0.0.1 3001 at /etc/traefik/traefik.toml:15\n"},
		"flags": {map[string]string{"/srv/d.toml": dynamicTOML}, []string{"--entryPoints.Web.address=127.0.0.1:80/tcp", "--providers.file.filename", "/srv/d.toml", "--api"}, "",
			"web 127.0.0.1:80 tls=false at 0\nshop [shop.test] [] -> shop tls=false at 3\n  http 127.0.0.1 3000 at /srv/d.toml:9\n  h2c 127.0.0.1 3001 at /srv/d.toml:11\n"},
		"nothing at all": {nil, nil, "", "http :80 tls=false at 0\n"},
		"a slip in YAML": {map[string]string{"/t.yml": "entryPoints:\n  web:\n   address: :80\n  x: [\n"}, nil, "/t.yml", "http :80 tls=false at 0\n! 4 yaml: line 4: did not find expected node content\n"},
		"a slip in TOML": {map[string]string{"/t.toml": "[entryPoints.web]\naddress = :80\n"}, nil, "/t.toml", "! 2 "},
	} {
		got := said(Parse(conftest.Folder(tt.files), tt.args, tt.file))
		if got != tt.want && !(strings.HasSuffix(tt.want, "! 2 ") && strings.Contains(got, tt.want)) {
			t.Errorf("%s: got\n%swant\n%s", name, got, tt.want)
		}
	}
}

func TestFitsByPath(t *testing.T) {
	r := &Router{Prefixes: []string{"/api", "=/ping"}}
	for uri, want := range map[string]bool{"/api/x?y": true, "/ping": true, "/ping/x": false, "/": false} {
		if got := r.Fits(uri); got != want {
			t.Errorf("%s: got %v, want %v", uri, got, want)
		}
	}
}

// A service that has itself as a part, thirty times, is read once, and a huge one is cut.
func TestServersOfPartsEndAndAreFew(t *testing.T) {
	loop := &Service{Servers: []Server{{Host: "a"}}, Parts: slices.Repeat([]string{"loop", "other"}, 30)}
	other := &Service{Servers: []Server{{Host: "b"}}, Parts: slices.Repeat([]string{"loop"}, 30)}
	huge := &Service{Servers: make([]Server, 3*maxServers)}
	c := &Config{Services: map[string]*Service{"loop": loop, "other": other, "huge": huge}}
	if got := c.Servers(loop); len(got) != 2 || got[0].Host != "a" || got[1].Host != "b" {
		t.Errorf("got %d servers, want a and b", len(got))
	}
	if got := len(c.Servers(huge)); got != maxServers {
		t.Errorf("got %d servers, want %d", got, maxServers)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("entryPoints:\n  web: {address: \":80\"}\n"+dynamicYAML, false)
	f.Add("[entryPoints.web]\naddress=\":80\"\n"+dynamicTOML, true)
	f.Add("a: &a [*a, *a]", false)
	f.Fuzz(func(t *testing.T, text string, toml bool) {
		name := map[bool]string{true: "/t.toml", false: "/t.yml"}[toml]
		c := Parse(conftest.Folder(map[string]string{name: text, "/d.yml": text}), nil, name)
		lines := strings.Count(text, "\n") + 1
		for _, r := range c.Routers {
			for _, s := range c.Servers(c.Service(r.Service)) {
				if r.Line < 0 || r.Line > lines || s.Line > lines {
					t.Errorf("router at %d, server at %d of %d lines", r.Line, s.Line, lines)
				}
			}
		}
	})
}
