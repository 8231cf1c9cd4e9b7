package haproxy

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"fix502/sysinfo/conf/conftest"
)

type folder = conftest.Folder

const debian = `global
	log /dev/log	local0
	chroot /var/lib/haproxy
	stats socket /run/haproxy/admin.sock mode 660 level admin
	user haproxy

defaults
	log	global
	mode	http
	option	httplog
        timeout connect 5000
        timeout client  50000
        timeout server  50000
	errorfile 502 /etc/haproxy/errors/502.http

frontend web
	bind *:80
	bind :443,[::]:443 ssl crt /etc/ssl/shop.pem
	acl shop hdr(host) -i shop.test www.shop.test
	acl api path_beg /api/
	use_backend api if shop api
	use_backend blog if { hdr_dom(host) -i blog.test }
	use_backend %[req.hdr(host),map(/etc/haproxy/hosts.map)] if { path /map }
	default_backend shop

backend shop
	balance roundrobin
	option httpchk GET /up
	default-server check inter 2s
	server app1 127.0.0.1:3000 # the first
	server app2 "127.0.0.1:3001" backup

backend api
	timeout server 2m
	server api unix@/run/api.sock maxconn 20

backend blog
	mode http
	server blog blog.internal:443 ssl verify none sni str(blog.test) disabled

listen stats
	bind 127.0.0.1:8404
	stats enable
`

func parse(t *testing.T, text string) *Config {
	t.Helper()
	return Parse(folder{"/etc/haproxy/haproxy.cfg": text}, []string{"/etc/haproxy/haproxy.cfg"}, map[string]string{"HOST": "10.0.0.9"})
}

func TestDebiansConfiguration(t *testing.T) {
	c := parse(t, debian)
	if len(c.Problems) > 0 {
		t.Fatal(c.Problems)
	}
	shop := c.Backend("shop").Servers()
	if len(shop) != 2 || shop[0].Port != 3000 || !shop[0].Check || shop[0].Backup || !shop[1].Backup || shop[1].Line.Line != 31 {
		t.Errorf("servers of shop: %+v", shop)
	}
	if s := c.Backend("blog").Servers()[0]; !s.TLS || s.Verify || !s.SNI || !s.Disabled || s.Host != "blog.internal" || s.Port != 443 {
		t.Errorf("server of blog: %+v", s)
	}
	if s := c.Backend("api").Servers()[0]; s.Unix != "/run/api.sock" || s.MaxConn != 20 {
		t.Errorf("server of api: %+v", s)
	}
	var binds []string
	for _, b := range c.Proxies("frontend")[0].Binds() {
		binds = append(binds, b.Host+" "+time.Duration(b.Port).String())
	}
	if want := []string{"* 80ns", " 443ns", ":: 443ns"}; !slices.Equal(binds, want) {
		t.Errorf("got binds %q, want %q", binds, want)
	}
	if d, at := c.Backend("api").Timeout("server"); d != 2*time.Minute || at.Line == 0 {
		t.Errorf("api's timeout server: %s at %v", d, at)
	}
	if d, at := c.Backend("shop").Timeout("server"); d != 50*time.Second || at.Line != 13 {
		t.Errorf("shop's timeout server: %s at %v", d, at)
	}
	if mode := c.Backend("shop").Mode(); mode != "http" {
		t.Errorf("mode %q", mode)
	}
}

func TestRequestsFindTheirBackend(t *testing.T) {
	web := parse(t, debian).Proxies("frontend")[0]
	tests := []struct {
		host, path, want string
		sure             bool
	}{
		{"shop.test", "/", "shop", true},
		{"WWW.shop.test", "/api/cart", "api", true},
		{"other.test", "/api/cart", "shop", true},
		{"www.blog.test", "/", "blog", true},
		{"notblog.test", "/", "shop", true},
		{"shop.test", "/map", "", false},
	}
	for _, tt := range tests {
		r, sure, ok := web.Route(Request{Host: tt.host, Path: tt.path})
		if !ok || r.Backend != tt.want || sure != tt.sure {
			t.Errorf("%s%s: got %q, %v, want %q, %v", tt.host, tt.path, r.Backend, sure, tt.want, tt.sure)
		}
	}
	if got, want := web.Rules()[0].Hosts, []string{"shop.test", "www.shop.test"}; !slices.Equal(got, want) {
		t.Errorf("hosts of the first rule: %q, want %q", got, want)
	}
}

func TestWordsAreSplitAsHAProxyDoes(t *testing.T) {
	tests := []struct {
		line, bad string
		want      []string
	}{
		{`bind :80 # comment`, "", []string{"bind", ":80"}},
		{`acl a path /x#y`, "", []string{"acl", "a", "path", "/x"}},
		{`acl a path /x\#y\ z`, "", []string{"acl", "a", "path", "/x#y z"}},
		{`http-request deny if { path '/a "b" #c' }`, "", []string{"http-request", "deny", "if", "{", "path", `/a "b" #c`, "}"}},
		{`server a "${HOST}:80"`, "", []string{"server", "a", "10.0.0.9:80"}},
		{`server a ${HOST}:80`, "", []string{"server", "a", "${HOST}:80"}},
		{`server a "${NONE-127.0.0.1}:80"`, "", []string{"server", "a", "127.0.0.1:80"}},
		{`errorfile ""`, "", []string{"errorfile", ""}},
		{`a \x41\n`, "", []string{"a", "A\n"}},
		{`a "b`, "unmatched quote", []string{"a", "b"}},
		{`a 'b`, "unmatched quote", []string{"a", "b"}},
	}
	for _, tt := range tests {
		got, bad := split(tt.line, map[string]string{"HOST": "10.0.0.9"})
		if !reflect.DeepEqual(got, tt.want) || bad != tt.bad {
			t.Errorf("%s: got %q, %q, want %q, %q", tt.line, got, bad, tt.want, tt.bad)
		}
	}
}

func TestDefaultsAreInherited(t *testing.T) {
	c := parse(t, `defaults base
	mode http
	timeout server 10s
defaults slow from base
	timeout server 2m
	no option httplog
backend one from base
	server a :80
backend two
	server a :80
	timeout server 5
`)
	if d, _ := c.Backend("one").Timeout("server"); d != 10*time.Second {
		t.Errorf("one: %s", d)
	}
	if d, _ := c.Backend("two").Timeout("server"); d != 5*time.Millisecond || c.Backend("two").Mode() != "http" {
		t.Errorf("two: %s, %s", d, c.Backend("two").Mode())
	}
}

func TestDisabledProxies(t *testing.T) {
	c := parse(t, "defaults off\n\tdisabled\n\nfrontend a from off\n\tbind :80\n\nfrontend b from off\n\tenabled\n\tbind :81\n\ndefaults on\n\nfrontend c from on\n\tbind :82\n\nfrontend d from on\n\tbind :83\n\tdisabled\n")
	var got []string
	for _, s := range c.Proxies("frontend") {
		if s.Disabled() {
			got = append(got, s.Name)
		}
	}
	if want := []string{"a", "d"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWordsOfAServerHaveAPlace(t *testing.T) {
	srv := parse(t, `backend b
	default-server maxconn 4 disabled
	server a 127.0.0.1:80 check maxconn 9
`).Backend("b").Servers()[0]
	for word, line := range map[string]int{"maxconn": 3, "disabled": 2, "check": 3, "weight": 3} {
		if got := srv.At(word).Line; got != line {
			t.Errorf("%s: line %d, want %d", word, got, line)
		}
	}
}

func TestConditionalLinesCount(t *testing.T) {
	c := parse(t, `.if defined(HOST)
backend here
.elif defined(NONE)
backend never
.else
backend nowhere
.endif
.if defined(NONE)
backend lost
.endif
`)
	var got []string
	for _, s := range c.Sections {
		got = append(got, s.Name)
	}
	if !slices.Equal(got, []string{"here"}) || len(c.Problems) > 0 {
		t.Errorf("got %q, %v", got, c.Problems)
	}
}

func TestTroubleHasAPlace(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"a line before any section", "bind :80\n", "unknown keyword 'bind' out of section"},
		{"an open quote", "global\n\tlog \"x\n", "unmatched quote"},
		{"a stray .endif", ".endif\n", ".endif without an .if"},
		{"an .if that never ends", ".if true\n", "an .if without its .endif"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := parse(t, tt.text)
			if len(c.Problems) != 1 || c.Problems[0].Text != tt.want || c.Problems[0].Line == 0 {
				t.Errorf("got %v, want %q", c.Problems, tt.want)
			}
		})
	}
	c := Parse(folder{}, []string{"/etc/haproxy/haproxy.cfg"}, nil)
	if len(c.Problems) != 1 || !strings.Contains(c.Problems[0].Text, "cannot be read") {
		t.Errorf("a missing file: %v", c.Problems)
	}
}

func TestFoldersAreRead(t *testing.T) {
	c := Parse(folder{"/etc/haproxy/a.cfg": "defaults\n\tmode http\n", "/etc/haproxy/b.cfg": "backend b\n\tserver s :80\n"}, []string{"/etc/haproxy"}, nil)
	if len(c.Files) != 2 || c.Backend("b") == nil || c.Backend("b").Mode() != "http" {
		t.Errorf("got %v, %v", c.Files, c.Problems)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(debian)
	f.Add(".if\n.else\n\"")
	f.Add("frontend a\nuse_backend b if ! ! { } or || x\nlisten l\nserver s [:]:-1\n")
	f.Fuzz(func(t *testing.T, text string) {
		c := parse(t, text)
		n := strings.Count(text, "\n") + 1
		for _, s := range c.Sections {
			if s.Line < 1 || s.Line > n {
				t.Errorf("a section at line %d of %d", s.Line, n)
			}
			s.Servers()
			s.Binds()
			s.Timeout("server")
			s.Route(Request{Host: "a", Path: "/"})
		}
	})
}

// A host of which a rule names a part only is taken all the same; "shop." is the begin of many, and one of them stands for them.
func TestRulesTakeHostsByAPart(t *testing.T) {
	c := parse(t, `frontend web
	bind :80
	use_backend shop if { hdr(host),lower -m beg shop. }
	use_backend blog if { hdr_end(host) .blog.test } { path_beg /news }
	use_backend wiki if { hdr(host) -i -m str wiki.test }
	use_backend docs if { hdr_reg(host) -i ^(www\.)?docs\.test$ }
	use_backend any if { hdr_reg(host) .+ }
backend shop
backend blog
backend wiki
backend docs
backend any
`)
	web := c.Proxies("frontend")[0]
	tests := []struct {
		host  string
		takes []bool
	}{
		{"shop.test", []bool{true, false, false, false, true}},
		{"www.blog.test", []bool{false, true, false, false, true}},
		{"wiki.test", []bool{false, false, true, false, true}},
		{"www.docs.test", []bool{false, false, false, true, true}},
		{"other.test", []bool{false, false, false, false, true}},
	}
	named := []string{"shop.example", "www.blog.test", "wiki.test", "docs.test", ""}
	for i, r := range web.Rules() {
		if got := strings.Join(r.Hosts, " "); got != named[i] {
			t.Errorf("rule %d names %q, want %q", i, got, named[i])
		}
		for _, tt := range tests {
			if web.Takes(r, tt.host) != tt.takes[i] {
				t.Errorf("rule %d and %s: want %v", i, tt.host, tt.takes[i])
			}
		}
	}
}
