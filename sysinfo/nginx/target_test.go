package nginx

import (
	"fmt"
	"strings"
	"testing"
)

func TestTargets(t *testing.T) {
	const upstream = "upstream app { server 10.0.0.1:8080 weight=5 max_fails=2 fail_timeout=30s; server unix:/run/b.sock backup; server c down; }\n"
	for _, test := range []struct{ name, conf, want string }{
		{"socket", `fastcgi_pass unix:/run/php.sock;`, "unix:/run/php.sock"},
		{"default http port", `proxy_pass http://127.0.0.1/x;`, "127.0.0.1:80"},
		{"default https port", `proxy_pass https://[::1];`, "[::1]:443"},
		{"socket with URI", `proxy_pass http://unix:/run/a.sock:/x;`, "unix:/run/a.sock"},
		{"grpc without scheme", `grpc_pass 127.0.0.1:50051;`, "127.0.0.1:50051"},
		{"uwsgi TLS", `uwsgi_pass suwsgi://h:1;`, "h:1"},
		{"upstream", `proxy_pass http://APP;`, "10.0.0.1:8080 unix:/run/b.sock c:80"},
		{"set", `set $b 127.0.0.1:8081; proxy_pass http://$b;`, "127.0.0.1:8081"},
		{"set to an upstream", `set $b app; fastcgi_pass $b;`, "10.0.0.1:8080 unix:/run/b.sock c:80"},
		{"set to a name", `set $b web; proxy_pass http://$b:81$request_uri;`, "web:81 run"},
		{"maybe set", `set $b 127.0.0.1:1; if ($cookie_x) { set $b 127.0.0.1:2; } proxy_pass http://$b;`, "127.0.0.1:2? 127.0.0.1:1?"},
		{"map", `proxy_pass http://$m;`, "127.0.0.1:71? 127.0.0.1:72?"},
		{"map to sockets", `fastcgi_pass unix:/run/php/php$v-fpm.sock;`, "unix:/run/php/php8.1-fpm.sock? unix:/run/php/php8.2-fpm.sock?"},
		{"map, its own name first", `fastcgi_pass unix:/run/php/php$v-fpm.sock; } server_name x; location /x {`, "unix:/run/php/php8.2-fpm.sock? unix:/run/php/php8.1-fpm.sock?"},
		{"header", `proxy_pass http://$http_x;`, "$http_x?"},
		{"port unknown", `proxy_pass http://127.0.0.1:$arg_p/;`, "$arg_p?"},
		{"URI unknown", `proxy_pass http://127.0.0.1:82/$1;`, "127.0.0.1:82"},
		{"socket unknown", `fastcgi_pass unix:/run/$host.sock;`, "$host?"},
		{"socket by the names asked for", `fastcgi_pass unix:/run/$host.sock; } server_name Shop.test www.shop.test *.shop.test ~x; location /x {`, "unix:/run/shop.test.sock? unix:/run/www.shop.test.sock?"},
		{"socket by the server's name", `fastcgi_pass unix:/run/${server_name}.sock; } server_name shop.test www.shop.test; location /x {`, "unix:/run/shop.test.sock"},
		{"no name spelled out", `fastcgi_pass unix:/run/$http_host.sock; } server_name *.shop.test _; location /x {`, "$http_host?"},
		{"endless", `set $a $b; set $b $a; proxy_pass http://$a;`, "$a?"},
		{"several variables", `set $h 127.0.0.1; set $p 83; proxy_pass http://$h:$p;`, "127.0.0.1:83"},
	} {
		c := http(upstream + "map $host $m { hostnames; default 127.0.0.1:71; a 127.0.0.1:72; b 127.0.0.1:71; }\n" +
			"map $host $v { default 8.1; x 8.2; }\n server { location / { " + test.conf + " } }")
		var got []string
		for _, tg := range c.Passes()[0].Targets() {
			s := tg.Address()
			if tg.Variable {
				s += "?"
			}
			if tg.AtRun {
				s += " run"
			}
			got = append(got, s)
		}
		equal(t, test.name, strings.Join(got, " "), test.want)
	}
}

func TestUpstreamServers(t *testing.T) {
	c := http("upstream app {\n zone app 64k;\n least_conn;\n server a:1 weight=3 max_fails=0 fail_timeout=1m;\n server b:1 backup;\n keepalive 16;\n}")
	u := c.Upstream("app")
	a := u.Peers[0]
	equal(t, "first", fmt.Sprint(a.Weight, a.MaxFails, a.FailTimeout, a.Place.Line), "3 0 1m0s 4")
	equal(t, "second", fmt.Sprint(u.Peers[1].Backup, u.Peers[1].MaxFails, u.Peers[1].FailTimeout), "true 1 10s")
	equal(t, "balance", u.Balance, "least_conn")
	equal(t, "keepalive", c.Keepalive(u).Value(), "16")
	zone, _ := u.Zone()
	equal(t, "zone", zone, "app")
}

func TestInheritance(t *testing.T) {
	c := http(`
proxy_set_header Host $host;
proxy_set_header X-A 1;
proxy_read_timeout 10s;
server {
	proxy_read_timeout 20;
	error_page 502 /502.html;
	location / {
		proxy_set_header X-B 2;
		if ($arg_a) { proxy_pass http://127.0.0.1:1; }
		proxy_pass https://127.0.0.1:2;
		proxy_buffer_size 16k;
	}
	location /plain { proxy_pass http://127.0.0.1:3; }
}`)
	passes := c.Passes()
	equal(t, "passes", len(passes), 3)
	first, inIf, plain := passes[0], passes[1], passes[2]
	equal(t, "array replaced wholesale", first.Header("X-A").Value(), "")
	equal(t, "built-in header", first.Header("host").Value(), "$proxy_host")
	equal(t, "array inherited", plain.Header("Host").Value(), "$host")
	equal(t, "simple inherited", plain.Get("read_timeout").Place.Line, 6)
	equal(t, "in if", fmt.Sprint(inIf.Conditional, " ", inIf.Get("buffer_size").Value()), "true 16k")
	equal(t, "busy buffers follow", first.Get("busy_buffers_size").Value(), "32768")
	equal(t, "TLS", fmt.Sprint(first.Scheme, " ", first.Get("ssl_verify").Value(), " ", first.Get("ssl_protocols").Args), "https off [TLSv1 TLSv1.1 TLSv1.2]")
	equal(t, "error pages", len(plain.ErrorPages()), 1)
}

func TestLogs(t *testing.T) {
	c := http(`
log_format j escape=json '{"s":' '"$status"}';
access_log /var/log/a.log j;
server { error_log stderr; access_log off; }
server { error_log syslog:server=10.0.0.1 warn; error_log off; }
`)
	first, second := c.Servers()[0], c.Servers()[1]
	equal(t, "off", len(first.AccessLogs(first.Block)), 0)
	equal(t, "stderr", first.ErrorLogs(first.Block)[0].Sink, ToStderr)
	equal(t, "format", second.AccessLogs(second.Block)[0].Layout, `{"s":"$status"}`)
	logs := second.ErrorLogs(second.Block)
	equal(t, "syslog", fmt.Sprintf("%s %s %s", logs[0].Sink, logs[0].Path, logs[0].Level), "syslog server=10.0.0.1 warn")
	equal(t, "a file named off", logs[1].Path, "/usr/share/nginx/off")
	equal(t, "built in", c.ErrorLogs()[0].Path, "/usr/share/nginx/logs/error.log")
}

func TestTimesAndSizes(t *testing.T) {
	for in, want := range map[string]string{"60": "1m0s", "500ms": "500ms", "1h30m": "1h30m0s", "1d": "24h0m0s", "1M": "720h0m0s", "1h 5": "1h0m5s", "": "-", "x": "-", "5q": "-", "99999999999": "-"} {
		d, ok := parseTime(in)
		got := d.String()
		if !ok {
			got = "-"
		}
		equal(t, in, got, want)
	}
	for in, want := range map[string]int64{"8k": 8192, "1m": 1 << 20, "10": 10, "2G": 2 << 30} {
		got, _ := parseSize(in)
		equal(t, in, got, want)
	}
}
