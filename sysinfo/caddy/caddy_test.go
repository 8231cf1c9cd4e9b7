package caddy

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fix502/sysinfo/conf/conftest"
)

type folder = conftest.Folder

const file = `{
	admin localhost:2020
	log {
		output file /var/log/caddy/caddy.log
	}
}

(proxied) {
	reverse_proxy localhost:3000 {
		transport http {
			dial_timeout 2s
			response_header_timeout 30s
		}
		fail_duration 10s
	}
}

http://shop.test, www.shop.test:8443 {
	root * /var/www/shop
	handle /api/* {
		reverse_proxy https://10.0.0.9 unix//run/api.sock
	}
	php_fastcgi unix//run/php/php8.2-fpm.sock # PHP
	log {
		output file /var/log/caddy/shop.log {
			roll_size 1gb
		}
	}
	file_server
}

{$BLOG:blog.test} {
	import proxied
	reverse_proxy @ws {
		to h2c://127.0.0.1:9000
	}
}

import sites/*
`

func TestCaddyfile(t *testing.T) {
	c := Parse(folder{"/etc/caddy/Caddyfile": file, "/etc/caddy/sites/a": ":8080 {\n\treverse_proxy 127.0.0.1:4000\n}\n"}, "/etc/caddy/Caddyfile", Environ{})
	if len(c.Problems) > 0 || len(c.Sites) != 3 || c.Admin != "localhost:2020" || c.Logs[0].Output != "/var/log/caddy/caddy.log" {
		t.Fatalf("problems %v, %d sites, admin %s, logs %v", c.Problems, len(c.Sites), c.Admin, c.Logs)
	}
	shop, blog, other := c.Sites[0], c.Sites[1], c.Sites[2]
	if want := []Address{{"http", "shop.test", 80}, {"", "www.shop.test", 8443}}; !slices.Equal(shop.Addresses, want) {
		t.Errorf("got %v, want %v", shop.Addresses, want)
	}
	if shop.Root != "/var/www/shop" || len(shop.Passes) != 2 || shop.Logs[0].Output != "/var/log/caddy/shop.log" {
		t.Fatalf("shop: %+v", shop)
	}
	api := shop.Passes[0]
	if api.Matcher != "/api/*" || api.Upstreams[0].Port != 443 || api.Upstreams[0].Scheme != "https" || api.Upstreams[1].Unix != "/run/api.sock" || api.Line != 21 {
		t.Errorf("api: %+v", api)
	}
	if php := shop.Passes[1].Upstreams[0]; php.Scheme != "fastcgi" || php.Unix != "/run/php/php8.2-fpm.sock" || php.Line != 23 {
		t.Errorf("php: %+v", php)
	}
	if blog.Addresses[0].Host != "blog.test" || len(blog.Passes) != 2 || blog.Passes[0].Line != 9 || blog.Passes[1].Upstreams[0].Scheme != "h2c" || !blog.Addresses[0].TLS() {
		t.Errorf("blog: %+v", blog)
	}
	if d, at := blog.Passes[0].Timeout("response_header_timeout"); d != 30*time.Second || at.Line != 12 {
		t.Errorf("timeout %s at %v", d, at)
	}
	if other.File != "/etc/caddy/sites/a" || other.Addresses[0].Port != 8080 || other.Addresses[0].TLS() {
		t.Errorf("other: %+v", other)
	}
}

// Snippets that import each other, and arguments and blocks that are handed on twice, come to an end, and in little memory.
func TestImportsWithoutEnd(t *testing.T) {
	for name, text := range map[string]string{
		"each other twice": "(a) {\n\timport b\n\timport b\n}\n(b) {\n\timport a\n}\n:80 {\n\timport a\n}\n",
		"all arguments":    "(a) {\n\timport a {args[:]} {args[:]}\n}\n:80 {\n\timport a x\n}\n",
		"one argument":     "(a) {\n\timport a {args[0]}{args[0]}\n}\n:80 {\n\timport a x\n}\n",
		"a block":          "(a) {\n\timport a {\n\t\t{block}\n\t\t{block}\n\t}\n}\n:80 {\n\timport a {\n\t\troot * /x\n\t}\n}\n",
	} {
		t.Run(name, func(t *testing.T) {
			if c := Parse(folder{"/Caddyfile": text}, "/Caddyfile", Environ{}); len(c.Problems) == 0 {
				t.Error("got no problem")
			}
		})
	}
}

func TestArguments(t *testing.T) {
	const text = `(app) {
	reverse_proxy 127.0.0.1:{args.0} {
		import limits {args[1]}
	}
}
(limits) {
	dial_timeout {args[0]}
}
(all) {
	reverse_proxy {args[:]}
	{block}
}
http://a.test {
	import app 4301 7s
}
http://b.test {
	import all 127.0.0.1:1 127.0.0.1:2 {
		root * /b
	}
}
http://c.test {
	import app
}
`
	c := Parse(folder{"/Caddyfile": text}, "/Caddyfile", Environ{})
	if len(c.Problems) > 0 || len(c.Sites) != 3 {
		t.Fatalf("problems %v, sites %v", c.Problems, c.Sites)
	}
	a, b, bare := c.Sites[0].Passes[0], c.Sites[1], c.Sites[2].Passes[0]
	if u := a.Upstreams[0]; u.Port != 4301 || u.Varies || u.Line != 14 || a.Line != 2 {
		t.Errorf("got %+v of line %d", u, a.Line)
	}
	if d, _ := a.Timeout("dial_timeout"); d != 7*time.Second {
		t.Errorf("dial_timeout %s", d)
	}
	if ups := b.Passes[0].Upstreams; len(ups) != 2 || ups[1].Port != 2 || ups[1].Line != 17 || b.Root != "/b" {
		t.Errorf("got %+v, root %q", ups, b.Root)
	}
	if !bare.Upstreams[0].Varies {
		t.Errorf("got %+v", bare.Upstreams[0])
	}
}

func TestOneSiteWithoutBraces(t *testing.T) {
	c := Parse(folder{"/Caddyfile": ":80\n\nreverse_proxy :3000\n"}, "/Caddyfile", Environ{})
	if len(c.Sites) != 1 || len(c.Sites[0].Passes) != 1 || c.Sites[0].Passes[0].Upstreams[0].Host != "localhost" {
		t.Errorf("got %+v, %v", c.Sites, c.Problems)
	}
}

func TestJSON(t *testing.T) {
	const text = `{"admin": {"disabled": true},
"apps": {"http": {"servers": {"srv0": {"listen": [":443"], "routes": [{"match": [{"host": ["shop.test"]}],
"handle": [{"handler": "subroute", "routes": [{"handle": [{"handler": "reverse_proxy",
  "transport": {"protocol": "fastcgi"},
  "upstreams": [{"dial": "unix//run/php/php8.2-fpm.sock"}]}]}]}]}]}}}}}`
	c := Parse(folder{"/etc/caddy/caddy.json": text}, "/etc/caddy/caddy.json", Environ{})
	if len(c.Sites) != 1 || c.Admin != "off" {
		t.Fatalf("got %+v, %v", c, c.Problems)
	}
	s := c.Sites[0]
	if u := s.Passes[0].Upstreams[0]; s.Addresses[0].Host != "shop.test" || u.Scheme != "fastcgi" || u.Unix != "/run/php/php8.2-fpm.sock" || u.Line != 5 {
		t.Errorf("got %+v", s.Passes[0])
	}
}

func TestSitesOfJSONThatAnswerByThemselves(t *testing.T) {
	c := ParseJSON("/caddy.json", []byte(`{"apps":{"http":{"servers":{"srv0":{"listen":[":80"],"routes":[
{"match":[{"host":["blog.test"]}],"handle":[{"handler":"static_response","body":"blog"}]},
{"match":[{"host":["shop.test"]}],"handle":[{"handler":"subroute","routes":[
 {"match":[{"path":["/old/*"]}],"handle":[{"handler":"static_response","status_code":410}]},
 {"handle":[{"handler":"reverse_proxy","upstreams":[{"dial":"127.0.0.1:3000"}]}]}]}]},
{"match":[{"host":["docs.test"]}],"handle":[{"handler":"file_server","root":"/srv/docs"}]}]}}}}}`))
	var got []string
	for _, s := range c.Sites {
		got = append(got, fmt.Sprint(s.Addresses[0].Host, " ", len(s.Passes), " ", s.Root))
	}
	if want := []string{"blog.test 0 ", "shop.test 1 ", "docs.test 0 /srv/docs"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Each of these has a Caddy leave a dead upstream to itself: they are told by a JSON file as by a Caddyfile.
func TestBalancingInJSON(t *testing.T) {
	c := ParseJSON("/saved.json", []byte(`{"apps":{"http":{"servers":{"srv0":{"listen":[":80"],"routes":[{"handle":[{"handler":"reverse_proxy",
"load_balancing":{"selection_policy":{"policy":"first"},"retries":2,"try_duration":5000000000},"dynamic_upstreams":{"source":"srv"},
"health_checks":{"active":{"path":"/up"}},"upstreams":[{"dial":"127.0.0.1:3000"},{"dial":"127.0.0.1:3001"}]}]}]}}}}}`))
	if len(c.Problems) > 0 || len(c.Sites) != 1 {
		t.Fatalf("got %+v", c)
	}
	got := c.Sites[0].Passes[0].Settings
	for name, want := range map[string]string{"lb_policy": "first", "lb_retries": "2", "lb_try_duration": "5s", "dynamic": "srv", "health_path": "/up"} {
		if got[name].Text != want {
			t.Errorf("%s is %q, want %q", name, got[name].Text, want)
		}
	}
}

func TestGivenOverTheAPI(t *testing.T) {
	c := ParseJSON("/saved.json", []byte(`{"logging":{"logs":{"default":{"writer":{"output":"file","filename":"/var/log/caddy/all.log"}}}},
"apps":{"http":{"servers":{"srv0":{"listen":[":80"],"routes":[{"match":[{"host":["shop.test"]}],"handle":[{"handler":"subroute","routes":[
{"handle":[{"handler":"vars","root":"/srv/shop"}]},
{"match":[{"path":["/api/*"]}],"handle":[{"handler":"reverse_proxy","transport":{"protocol":"http","response_header_timeout":2000000000,"tls":{"server_name":"api.test"}},
 "health_checks":{"active":{"uri":"/up","port":9000},"passive":{"fail_duration":"30s","unhealthy_latency":300000000}},"upstreams":[{"dial":"127.0.0.1:3000"}]}]},
{"match":[{"path":["*.php"]}],"handle":[{"handler":"reverse_proxy","transport":{"protocol":"fastcgi"},"upstreams":[{"dial":"unix//run/php.sock"}]}]}]}]}]}}}}}`))
	if len(c.Problems) > 0 || len(c.Sites) != 1 || len(c.Sites[0].Passes) != 2 || c.Sites[0].Root != "/srv/shop" || c.Logs[0].Output != "/var/log/caddy/all.log" {
		t.Fatalf("got %+v", c)
	}
	s := c.Sites[0]
	api, _ := s.Route("shop.test", "/api/x")
	page, _ := s.Route("shop.test", "/")
	if api == nil || page == nil || api.Upstreams[0].Scheme != "https" || page.Directive != "php_fastcgi" || api.Line != 0 {
		t.Fatalf("got %+v and %+v", api, page)
	}
	for name, want := range map[string]string{"response_header_timeout": "2s", "tls_server_name": "api.test", "health_uri": "/up", "health_port": "9000", "fail_duration": "30s", "unhealthy_latency": "300ms"} {
		if got := api.Settings[name].Text; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestTrouble(t *testing.T) {
	for name, text := range map[string]string{"an open block": "shop.test {\n\troot * /x\n", "an unknown import": "shop.test {\n\timport nothing\n}\n", "broken JSON": `{"apps": `} {
		if c := Parse(folder{"/Caddyfile": text}, "/Caddyfile", Environ{}); len(c.Problems) == 0 {
			t.Errorf("%s: no problem", name)
		}
	}
	if c := Parse(folder{}, "/Caddyfile", Environ{}); len(c.Problems) == 0 {
		t.Error("a missing file: no problem")
	}
	Parse(folder{"/Caddyfile": "import *\n"}, "/Caddyfile", Environ{})
}

func FuzzParse(f *testing.F) {
	f.Add(file)
	f.Add("(a) {\n{block}\n{args[:]} {args.0}\n}\nb {\nimport a 1 2 {\nx\n}\n}")
	f.Add("a {\n<<X\nimport (a)\n}")
	f.Add(`{"apps":{"http":{"servers":{"a":{"routes":[{}]}}}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		c := Parse(folder{"/Caddyfile": text}, "/Caddyfile", Environ{})
		n := strings.Count(text, "\n") + 1
		for _, s := range c.Sites {
			if s.Line < 0 || s.Line > n {
				t.Errorf("line %d of %d", s.Line, n)
			}
		}
	})
}
