package varnish

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fix502/sysinfo/conf/conftest"
)

type folder = conftest.Folder

const vcl = `vcl 4.1;
import directors;
include "more.vcl";

# Debian's own
backend default {
    .host = "127.0.0.1";
    .port = "8080"; // nginx
    .first_byte_timeout = 90s;
    .probe = {
        .url = "/up";
        .interval = 5 s;
    }
}
/* backend old {
} */
backend app { .path = "/run/app.sock"; }
backend spare { .host = {"10.0.0.9"}; .connect_timeout = 0.5 s; }

sub vcl_recv {
    if (req.http.host == "app.test") { set req.backend_hint = app; }
    synthetic({"<b>backend x {</b>
"});
}
`

func TestBackends(t *testing.T) {
	c := Parse(folder{"/etc/varnish/default.vcl": vcl, "/etc/varnish/more.vcl": "backend more { .host = \"more.internal\"; .port = \"http\"; }\n"}, "/etc/varnish/default.vcl")
	if len(c.Problems) > 0 {
		t.Fatal(c.Problems)
	}
	var got []string
	by := map[string]*Backend{}
	for _, b := range c.Backends {
		got = append(got, b.Name)
		by[b.Name] = b
	}
	if want := []string{"more", "default", "app", "spare"}; !slices.Equal(got, want) || c.Default != "default" {
		t.Fatalf("got %q, default %q", got, c.Default)
	}
	if b := by["default"]; b.Host() != "127.0.0.1" || b.Port() != 8080 || b.Where().Line != 8 || b.Probe["url"].Text != "/up" || b.Probe["url"].Line != 11 || !b.Used {
		t.Errorf("default: %+v", b)
	}
	if d, at := by["default"].Timeout("first_byte_timeout"); d != 90*time.Second || at.Line != 9 {
		t.Errorf("first byte: %s at %v", d, at)
	}
	if d, _ := by["spare"].Timeout("connect_timeout"); d != 500*time.Millisecond {
		t.Errorf("connect: %s", d)
	}
	if by["app"].Unix() != "/run/app.sock" || !by["app"].Used || by["spare"].Used || by["spare"].Host() != "10.0.0.9" || by["more"].Port() != 80 {
		t.Errorf("app %+v, spare %+v, more %+v", by["app"], by["spare"], by["more"])
	}
}

func TestTrouble(t *testing.T) {
	for name, text := range map[string]string{"no end": "vcl 4.1;\nbackend a {\n.host = \"x\";\n", "braces": "sub a {\n", "include": `include "gone.vcl";`} {
		c := Parse(folder{"/etc/varnish/default.vcl": text}, "/etc/varnish/default.vcl")
		if len(c.Problems) == 0 {
			t.Errorf("%s: no problem", name)
		}
	}
	loop := folder{"/etc/varnish/default.vcl": `include "default.vcl";`}
	if c := Parse(loop, "/etc/varnish/default.vcl"); len(c.Problems) == 0 {
		t.Error("a loop: no problem")
	}
}

func TestCommandLine(t *testing.T) {
	o := ParseArgs(strings.Fields("-j unix,user=vcache -F -a :6081 -a web=localhost:8443,PROXY -T localhost:6082 -f default.vcl -S/etc/varnish/secret -s malloc,256m"))
	if want := []string{":6081", "localhost:8443"}; !slices.Equal(o.Listens, want) || o.VCL != "/etc/varnish/default.vcl" || o.Secret != "/etc/varnish/secret" || o.Admin != "localhost:6082" || !slices.Equal(o.Proxied, want[1:]) {
		t.Errorf("got %+v", o)
	}
}

func TestSize(t *testing.T) {
	for text, want := range map[string]int{"": 7, "65536": 65536, "64k": 64 << 10, "48kb": 48 << 10, "1.5K": 1536, "1M": 1 << 20, "b": 7, "k": 7, "-3": 7, "kk": 7, "12km": 7, "nan": 7, "1e9": 7, "much": 7} {
		if got := (Options{Params: map[string]string{"http_resp_size": text}}).Size("http_resp_size", 7); got != want {
			t.Errorf("%q: got %d, want %d", text, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(vcl)
	f.Add(`backend a{.host="`)
	f.Add("{\"")
	f.Fuzz(func(t *testing.T, text string) {
		c := Parse(folder{"/x.vcl": text}, "/x.vcl")
		n := strings.Count(text, "\n") + 1
		for _, b := range c.Backends {
			if b.Line < 1 || b.Line > n || b.Where().Line > n {
				t.Errorf("line %d of %d", b.Line, n)
			}
			b.Port()
			b.Timeout("connect_timeout")
		}
	})
}

func TestRoute(t *testing.T) {
	c := Parse(folder{"/v.vcl": `vcl 4.1;
backend web { .host = "127.0.0.1"; }
backend api { .host = "127.0.0.1"; }
backend files { .host = "127.0.0.1"; }
backend old { .host = "127.0.0.1"; }
sub vcl_recv {
    if (req.method == "PURGE") { return (synth(405)); }
    if (req.http.host ~ "^api\.") {
        set req.backend_hint = api;
        return (pass);
    } elsif (req.url ~ "^/files/" && req.http.host != "www.test") {
        set req.backend_hint = files;
    } else if (req.http.host == "old.test" || req.http.host == "older.test") {
        set req.backend_hint = old;
    } else {
        set req.backend_hint = web;
    }
}`}, "/v.vcl")
	for ask, want := range map[string]string{"api.test/": "api", "www.test/": "web", "cdn.test/files/x": "files", "www.test/files/x": "web", "older.test/": "old"} {
		host, uri, _ := strings.Cut(ask, "/")
		if got, sure := c.Route(host, "/"+uri); got != want || !sure {
			t.Errorf("%s: got %s, %v, want %s", ask, got, sure, want)
		}
	}
	if got := fmt.Sprint(c.Hosts()); got != "[api.example old.test older.test] map[api.example:~^api\\. old.test: older.test:]" {
		t.Errorf("hosts: %s", got)
	}
	for host, want := range map[string]string{"api.test": "api", "www.test": "web", "cdn.test": "web files", "old.test": "web files old"} {
		var got []string
		for _, b := range c.Backends {
			if c.Reach(host)[b.Name] {
				got = append(got, b.Name)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: may be given to %v, want %s", host, got, want)
		}
	}
}

func TestProbesWithNames(t *testing.T) {
	c := Parse(folder{"/v.vcl": `vcl 4.1;
backend one { .host = "127.0.0.1"; .probe = up; }
backend two { .host = "127.0.0.1"; }
probe up { .url = "/up"; }
probe default { .url = "/ping"; }`}, "/v.vcl")
	for i, want := range []string{"/up", "/ping"} {
		if got, _ := c.Backends[i].ProbeValue("url"); got.Text != want {
			t.Errorf("%s: %q, want %q", c.Backends[i].Name, got.Text, want)
		}
	}
}

func TestRenames(t *testing.T) {
	for rules, want := range map[string]string{
		`sub vcl_recv { set req.http.Host = "shop.test"; }`:                                                                                   "shop.test",
		`sub vcl_recv { set req.http.host = "a.test"; } sub vcl_backend_fetch { set bereq.http.host = "b.test"; }`:                            "b.test",
		`sub vcl_backend_fetch { set bereq.http.host = "b.test"; } sub vcl_recv { set req.http.host = "a.test"; }`:                            "b.test",
		`sub vcl_recv { if (req.url ~ "^/x") { set req.http.host = "a.test"; } }`:                                                             "",
		`sub vcl_recv { set req.http.host = "a.test"; } sub vcl_backend_fetch { if (bereq.retries > 0) { set bereq.http.host = "b.test"; } }`: "",
		`sub vcl_recv { set req.http.host = regsub(req.http.host, "^www.", ""); } # set req.http.host = "c.test";`:                            "",
		`sub vcl_recv { set req.http.host = "a" + ".test"; set req.http.X-Host = "d.test"; }`:                                                 "",
	} {
		if got := Parse(folder{"/v.vcl": rules}, "/v.vcl").Renames.Text; got != want {
			t.Errorf("%s: %q, want %q", rules, got, want)
		}
	}
}
