package nginx

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
	"testing"
	"testing/fstest"
)

// machine is a Files made of a map.
type machine map[string]string

func (m machine) ReadFile(name string) ([]byte, error) {
	text, ok := m[name]
	switch {
	case !ok:
		return nil, fmt.Errorf("read %s: %w", name, fs.ErrNotExist)
	case text == "denied":
		return nil, fmt.Errorf("read %s: %w", name, fs.ErrPermission)
	case text == "folder":
		return nil, errors.New("is a directory")
	}
	return []byte(text), nil
}

func (m machine) Glob(pattern string) ([]string, error) {
	var names []string
	for name := range m {
		ok, err := path.Match(pattern, name)
		if err != nil {
			return nil, err
		}
		hidden := strings.HasPrefix(path.Base(name), ".") && !strings.HasPrefix(path.Base(pattern), ".")
		if ok && !hidden {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names, nil
}

const mainFile = "/etc/nginx/nginx.conf"

// parse reads one file alone.
func parse(text string) *Config {
	return Parse(machine{mainFile: text}, mainFile, "/usr/share/nginx")
}

// http wraps text in what every configuration has, all on the first line.
func http(text string) *Config { return parse("events {} http { " + text + "\n}") }

func debian() machine {
	return machine{
		mainFile: `user www-data;
worker_processes auto;
pid /run/nginx.pid;
error_log /var/log/nginx/error.log;
include /etc/nginx/modules-enabled/*.conf;

events {
	worker_connections 768;
}

http {
	sendfile on;
	include /etc/nginx/mime.types;
	default_type application/octet-stream;
	access_log /var/log/nginx/access.log;
	include /etc/nginx/conf.d/*.conf;
	include sites-enabled/*;
}
`,
		"/etc/nginx/mime.types": "types {\n    text/html html htm shtml;\n    image/svg+xml svg svgz;\n}\n",
		"/etc/nginx/sites-enabled/default": `server {
	listen 80 default_server;
	listen [::]:80 default_server;
	root /var/www/html;
	index index.html index.htm index.nginx-debian.html;
	server_name _;
	location / {
		try_files $uri $uri/ =404;
	}
}
`,
		"/etc/nginx/sites-enabled/shop": `server {
	listen 80;
	server_name shop.example.com www.shop.example.com;
	root /var/www/shop;
	index index.php;
	error_log /var/log/nginx/shop.error.log warn;
	access_log /var/log/nginx/shop.access.log combined buffer=32k;
	location / {
		try_files $uri $uri/ /index.php?$args;
	}
	location ~ \.php$ {
		include snippets/fastcgi-php.conf;
		fastcgi_pass unix:/run/php/php8.2-fpm.sock;
		fastcgi_read_timeout 5m;
	}
	location ~ /\.ht { deny all; }
}
`,
		"/etc/nginx/snippets/fastcgi-php.conf": `fastcgi_split_path_info ^(.+?\.php)(/.*)$;
try_files $fastcgi_script_name =404;
set $path_info $fastcgi_path_info;
fastcgi_param PATH_INFO $path_info;
fastcgi_index index.php;
include fastcgi.conf;
`,
		"/etc/nginx/fastcgi.conf":            "fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\n",
		"/etc/nginx/sites-enabled/.shop.swp": "garbage {",
	}
}

func TestDebianLayout(t *testing.T) {
	c := Parse(debian(), mainFile, "/usr/share/nginx")
	if len(c.Problems) > 0 {
		t.Fatalf("problems: %v", c.Problems)
	}
	equal(t, "servers", len(c.Servers()), 2)
	equal(t, "files", len(c.Files), 6)
	user, group, place := c.User()
	equal(t, "user", user+":"+group+" "+place.Place.String(), "www-data:www-data /etc/nginx/nginx.conf:1")
	equal(t, "connections", c.WorkerConnections().Value(), "768")
	equal(t, "pid", c.Pid().Value(), "/run/nginx.pid")
	equal(t, "main log", c.ErrorLogs()[0].Path, "/var/log/nginx/error.log")

	shop := c.Servers()[1]
	equal(t, "names", fmt.Sprint(shop.Names), "[shop.example.com www.shop.example.com]")
	equal(t, "place", shop.Place.String(), "/etc/nginx/sites-enabled/shop:1")
	equal(t, "error log", shop.ErrorLogs(shop.Block)[0].Path+" "+shop.ErrorLogs(shop.Block)[0].Level, "/var/log/nginx/shop.error.log warn")
	access := shop.AccessLogs(shop.Block)[0]
	equal(t, "access log", access.Path+" "+access.Format+" "+access.Layout[:12], "/var/log/nginx/shop.access.log combined $remote_addr")

	p := shop.Passes[0]
	equal(t, "pass", p.Place.String()+" "+p.Location.String(), `/etc/nginx/sites-enabled/shop:13 location ~ \.php$`)
	equal(t, "target", p.Targets()[0].Address(), "unix:/run/php/php8.2-fpm.sock")
	read, _ := p.Get("read_timeout").Duration()
	equal(t, "read timeout", read.String()+" "+p.Get("read_timeout").Place.String(), "5m0s /etc/nginx/sites-enabled/shop:14")
	equal(t, "connect timeout", p.Get("connect_timeout").Value()+" "+p.Get("connect_timeout").Place.String(), "60s ")
	equal(t, "script", p.Param("SCRIPT_FILENAME").Value(), "$document_root$fastcgi_script_name")
	equal(t, "root", p.Root().Value(), "/var/www/shop")
}

func TestMatchServer(t *testing.T) {
	c := http(`
server { listen 80; server_name a.test; }
server { listen 80 default_server; server_name *.b.test .c.test; }
server { listen 80; server_name www.*; }
server { listen 80; server_name ~^(?<n>x+)\.test$; }
server { listen 10.0.0.1:80; server_name inner; }
server { listen 443 ssl; server_name a.test; }
server { listen [::]:80; server_name six; }
server { listen 80; server_name deep.x.b.test *.x.b.test; }
server { listen [::]:81 ipv6only=off; server_name both; }
server { listen [::]:81; server_name both-too; }
`)
	for _, test := range []struct {
		scheme, addr, host string
		port, line         int
	}{
		{"http", "127.0.0.1", "A.test:80", 80, 2},
		{"http", "127.0.0.1", "q.b.test", 80, 3},
		{"http", "127.0.0.1", "c.test", 80, 3},
		{"http", "127.0.0.1", "q.x.b.test", 80, 9},
		{"http", "127.0.0.1", "www.anything", 0, 4},
		{"http", "127.0.0.1", "xxx.test", 0, 5},
		{"http", "127.0.0.1", "nobody", 0, 3},
		{"http", "10.0.0.1", "a.test", 80, 6},
		{"http", "::1", "a.test", 80, 8},
		{"https", "", "other", 0, 7},
		{"http", "127.0.0.1", "a.test", 8080, 0},
		{"http", "127.0.0.1", "both-too", 81, 11},
		{"http", "::1", "both-too", 81, 11},
	} {
		s, sure := c.Match(test.scheme, test.addr, test.port, test.host)
		line := 0
		if s != nil {
			line = s.Place.Line
		}
		if line != test.line || !sure {
			t.Errorf("%v: got line %d, %v", test, line, sure)
		}
	}
}

const wordpress = `root /w; index index.php; location / { try_files $uri $uri/ /index.php?$args; } location ~ \.php$ { try_files $uri =404; fastcgi_pass unix:/p; }`

// Debian's snippets/fastcgi-php.conf, which asks for the script by the name that FastCGI gives it.
const debianPHP = `root /w; index index.php; location / { try_files $uri $uri/ /index.php?$args; } location ~ [^/]\.php(/|$) {
	fastcgi_split_path_info ^(.+?\.php)(/.*)$; try_files $fastcgi_script_name =404; set $path_info $fastcgi_path_info; fastcgi_index index.php; fastcgi_pass unix:/d; }`

type routeTest struct{ name, conf, uri, want string }

func routes() []routeTest {
	return []routeTest{
		{"WordPress home", wordpress, "/", "unix:/p"},
		{"WordPress page", wordpress, "/2026/hello?x=1", "unix:/p"},
		{"a file is no pass", wordpress, "/a.css", "0"},
		{"a server without a location for all", `root /w; index index.php; location ~ php$ { fastcgi_pass unix:/s; }`, "/", "unix:/s"},
		{"its own try_files", `root /w; try_files $uri /index.php; location ~ php$ { fastcgi_pass unix:/s; }`, "/x", "unix:/s"},
		{"a folder by the name asked for", `server_name w; root /$host; index index.php; location ~ php$ { fastcgi_pass unix:/s; }`, "/", "unix:/s"},
		{"a folder by one of two names", `server_name w v; root /$host; index index.php; location ~ php$ { fastcgi_pass unix:/s; }`, "/", "unsure 403"},
		{"a missing script", wordpress, "/no.php", "404"},
		{"Debian's snippet", debianPHP, "/index.php", "unix:/d"},
		{"Debian's snippet, from a page", debianPHP, "/cart?x=1", "unix:/d"},
		{"Debian's snippet, with a path behind the script", debianPHP, "/index.php/a/b", "unix:/d"},
		{"Debian's snippet, a missing script", debianPHP, "/no.php", "404"},
		{"a file that only the request knows", `root /w; location / { try_files /cache/$cookie_a.html =404; proxy_pass http://127.0.0.1:4; }`, "/", "unsure http://127.0.0.1:4"},
		{"named location", `root /w; location / { try_files $uri @app; } location @app { proxy_pass http://127.0.0.1:3; }`, "/x", "http://127.0.0.1:3"},
		{"error_page", `root /w; location / { error_page 404 = /index.php; } location ~ php$ { fastcgi_pass unix:/e; }`, "/x", "unix:/e"},
		{"rewrite last", `root /w; location / { if (!-e $request_filename) { rewrite ^(.*)$ /index.php?q=$1 last; } } location = /index.php { fastcgi_pass unix:/r; }`, "/x", "unix:/r"},
		{"rewrite break", `location /api { rewrite ^/api/(.*) /$1 break; proxy_pass http://127.0.0.1:9; } location / { return 404; }`, "/api/x", "http://127.0.0.1:9"},
		{"return", `return 301 https://x;`, "/", "301"},
		{"maintenance", `return 503; error_page 503 @m; location @m { proxy_pass http://127.0.0.1:7; }`, "/", "http://127.0.0.1:7"},
		{"exact", `location / { proxy_pass http://127.0.0.1:1; } location = / { proxy_pass http://127.0.0.1:2; }`, "/", "http://127.0.0.1:2"},
		{"^~ beats a regex", `location ^~ /s/ { proxy_pass http://127.0.0.1:1; } location ~ php { proxy_pass http://127.0.0.1:2; }`, "/s/a.php", "http://127.0.0.1:1"},
		{"nested", `location /s/ { location ~ php { proxy_pass http://127.0.0.1:3; } } location ~ php { proxy_pass http://127.0.0.1:2; }`, "/s/a.php", "http://127.0.0.1:3"},
		{"loop", `location / { rewrite ^ /x last; }`, "/", "0"},
		{"a header decides", `if ($http_x) { return 403; } location / { proxy_pass http://127.0.0.1:1; }`, "/", "unsure http://127.0.0.1:1"},
		{"look-ahead", `location ~ ^/(?!x) { return 403; } location / { proxy_pass http://127.0.0.1:1; }`, "/", "unsure http://127.0.0.1:1"},
		{"alias", `location /d/ { alias /w/pub/; } `, "/d/index.html", "0"},
		{"a root of itself", `root $document_root; location / { try_files $uri =404; }`, "/", "404"},
	}
}

func TestRoutes(t *testing.T) {
	files := fstest.MapFS{"w/index.php": {}, "w/a.css": {}, "w/pub/index.html": {}}
	exists := func(name string) bool {
		info, err := fs.Stat(files, strings.Trim(name, "/"))
		return err == nil && info.IsDir() == strings.HasSuffix(name, "/")
	}
	for _, test := range routes() {
		c := http("server { " + test.conf + " }")
		r := c.Servers()[0].Route(test.uri, exists)
		got := fmt.Sprint(r.Code)
		if r.Pass != nil {
			got = r.Pass.Value
		}
		if !r.Sure && test.name != "loop" {
			got = "unsure " + got
		}
		equal(t, test.name, got, test.want)
	}
	c := http("server { " + wordpress + " }")
	if p, sure := c.Servers()[0].PassFor("/any/page", nil); p == nil || !sure {
		t.Errorf("without files: got %v, %v", p, sure)
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
