package nginx

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// words is what the lexer makes of a text: directives by their words, blocks by braces.
func words(list []Directive) string {
	var b strings.Builder
	for _, d := range list {
		fmt.Fprintf(&b, "%q", append([]string{d.Name}, d.Args...))
		if d.Braces {
			b.WriteString("{" + words(d.Inner) + "}")
		}
	}
	return b.String()
}

func TestWords(t *testing.T) {
	for _, test := range []struct{ name, text, want, problem string }{
		{"} within a word", `set $x a}b;`, `["set" "$x" "a}b"]`, ""},
		{"${ within a word", `a ${b}c${d};`, `["a" "${b}c${d}"]`, ""},
		{"# and quotes within a word", `a b#c"d';`, `["a" "b#c\"d'"]`, ""},
		{"escapes", `a "\"\t\\\d" \;x;`, `["a" "\"\t\\\\d" "\\;x"]`, ""},
		{"quoted name", `'a' b;`, `["a" "b"]`, ""},
		{"quote then paren", `if ($a ~ "b") { c; }`, `["if" "($a" "~" "b" ")"]{["c"]}`, ""},
		{"quote then letter", `a "b"c;`, `["a" "b" "c"]`, `unexpected "c"`},
		{"two semicolons", `a;; b;`, `["a"]["b"]`, `unexpected ';'`},
		{"stray brace", "a; } b;", `["a"]["b"]`, `unexpected "}"`},
		{"no semicolon before brace", "a { b c } d;", `["a"]{["b" "c"]}["d"]`, `unexpected "}"`},
		{"no end", "a { b;", `["a"]{["b"]}`, `unexpected end of file, expecting "}" (the block opened on line 1)`},
		{"no semicolon at the end", "a;\nb c", `["a"]["b" "c"]`, `unexpected end of file, expecting ";" or "}"`},
		{"CR is a blank", "a\rb;\r\nc;", `["a" "b"]["c"]`, ""},
		{"BOM", "\ufeffa b;", `["a" "b"]`, "unknown directive: a byte order mark stands before the first one"},
		{"NUL", "a\x00b c;", `["a\x00b" "c"]`, ""},
		{"Lua", "x_by_lua_block { a = '}' -- }\n b = [[ } ]] if x then y = {1} end } c;", `["x_by_lua_block"]{}["c"]`, ""},
		{"Lua without end", "x_by_lua_block { a = '", `["x_by_lua_block"]{}`, `unexpected end of file, expecting "}" for the Lua block of line 1`},
		{"block without a name", "{ a; } b;", `[""]{["a"]}["b"]`, `unexpected '{'`},
		{"long word", "a " + strings.Repeat("x", 4096) + ";b;", "", `too long parameter "xxxxxxxxxx..." started`},
		{"longest word", "a " + strings.Repeat("x", 4095) + ";b;", "", ""},
		{"long comment", "#" + strings.Repeat("x", 4096) + "\nb;", `["b"]`, `too long parameter "#xxxxxxxxx..." started`},
		{"unclosed quote", "a 'b;\n" + strings.Repeat("c d;\n", 1000), "", "too long parameter, probably missing terminating \"'\" character"},
	} {
		f := parseFile("x", test.text)
		if got := words(f.list); test.want != "" && got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
		got := ""
		if len(f.problems) > 0 {
			got = f.problems[0].Text
		}
		equal(t, test.name, got, test.problem)
	}
}

func TestLines(t *testing.T) {
	f := parseFile("x", "a 'b\nc';\n\nd {\n e \\\n;\n}\nx_by_lua_block {\n\n}\ng;")
	got := ""
	for _, d := range f.list {
		got += fmt.Sprintf("%s %d-%d ", d.Name, d.Line, d.End)
	}
	equal(t, "lines", got, "a 1-2 d 4-7 x_by_lua_block 8-10 g 11-11 ")
}

func TestIncludes(t *testing.T) {
	for _, test := range []struct {
		name, text, want string
		more             machine
	}{
		{"missing", "include no.conf;", `open() "/etc/nginx/no.conf" failed (2: No such file or directory) in /etc/nginx/nginx.conf:1`, nil},
		{"denied behind a pattern", "include s/*;", `open() "/etc/nginx/s/a" failed (13: Permission denied) in /etc/nginx/nginx.conf:1`, machine{"/etc/nginx/s/a": "denied", "/etc/nginx/s/b": "user x;"}},
		{"a folder", "include s;", `cannot read "/etc/nginx/s": is a directory in /etc/nginx/nginx.conf:1`, machine{"/etc/nginx/s": "folder"}},
		{"nothing matches", "include s/*;", "", nil},
		{"two names", "include a b;", `invalid number of arguments in "include" directive in /etc/nginx/nginx.conf:1`, nil},
		{"loop", "\ninclude a;", `include loop: /etc/nginx/nginx.conf -> /etc/nginx/a -> /etc/nginx/b -> /etc/nginx/a in /etc/nginx/b:1`, machine{"/etc/nginx/a": "http { include b; }", "/etc/nginx/b": "include a;"}},
		{"itself", "include nginx.conf;", `include loop: /etc/nginx/nginx.conf -> /etc/nginx/nginx.conf in /etc/nginx/nginx.conf:1`, nil},
	} {
		m := machine{mainFile: test.text}
		for name, text := range test.more {
			m[name] = text
		}
		got := ""
		if c := Parse(m, mainFile, "/"); len(c.Problems) > 0 {
			got = c.Problems[0].Error()
		}
		equal(t, test.name, got, test.want)
	}
}

func TestHostileSizesEndSoon(t *testing.T) {
	doubling := machine{mainFile: "include f0;"}
	for i := range 24 {
		doubling[fmt.Sprintf("/etc/nginx/f%d", i)] = fmt.Sprintf("a;include f%d;include f%d;", i+1, i+1)
	}
	doubling["/etc/nginx/f24"] = "a;"
	chainOf := machine{mainFile: "include f0;"}
	for i := range 200 {
		chainOf[fmt.Sprintf("/etc/nginx/f%d", i)] = fmt.Sprintf("include f%d;", i+1)
	}
	for name, m := range map[string]machine{
		"nested blocks":     {mainFile: strings.Repeat("a{", 1_000_000)},
		"doubling includes": doubling,
		"long chain":        chainOf,
		"long word":         {mainFile: strings.Repeat("a", 5<<20)},
		"lua":               {mainFile: "a_by_lua_block {" + strings.Repeat("[", 1<<20)},
		"lua names":         {mainFile: strings.Repeat("a_by_lua_block ", 100_000)},
		"semicolons":        {mainFile: strings.Repeat(";", 1<<20)},
		"too large":         {mainFile: strings.Repeat("a;\n", maxFile/3+1)},
	} {
		start := time.Now()
		c := Parse(m, mainFile, "/")
		if len(c.Problems) == 0 {
			t.Errorf("%s: no problem told", name)
		}
		if d := time.Since(start); d > 30*time.Second { // tenths here, years without the limits; a busy machine may take its time
			t.Errorf("%s took %v", name, d)
		}
	}
}

func TestHostileVariablesEndSoon(t *testing.T) {
	many := strings.Repeat("$b", 1000)
	double := strings.Repeat("set $a $a$a; rewrite ^(.*)$ $1$1; ", 100)
	c := http("map $host $b { default " + many + "; a $c$c$c; } map $host $c { default $b$b; x $b; y $c; }" +
		"server { location / { set $a x" + many + "; " + double + " proxy_pass http://$a$b$c; } }")
	start := time.Now()
	c.Passes()[0].Targets()
	c.Servers()[0].Route("/x", nil)
	if d := time.Since(start); d > 15*time.Second {
		t.Errorf("took %v", d)
	}
}

func TestGrammar(t *testing.T) {
	for text, want := range map[string]string{
		"fastcgi_pas x;":                     `unknown directive "fastcgi_pas" (fastcgi_pass?)`,
		"porxy_pass http://h;":               `unknown directive "porxy_pass" (proxy_pass?)`,
		"subs_filter a b;":                   "",
		"more_set_headers x;":                "",
		"root /a\n index b;":                 `invalid number of arguments in "root" directive`,
		"root /a {}":                         `directive "root" is not terminated by ";"`,
		"if ($a);":                           `directive "if" has no opening "{"`,
		"worker_processes 1;":                `"worker_processes" directive is not allowed here`,
		"proxy_set_header a b c;":            `invalid number of arguments in "proxy_set_header" directive`,
		"ro\x00ot x;":                        `unknown directive "ro\x00ot"`,
		"try_files a b c d e f g h i j k l;": "",
		"content_by_lua_block { x }":         "",
	} {
		c := http("server { location / {\n" + text + "\n} }")
		got := ""
		if len(c.Problems) > 0 {
			got = c.Problems[0].Text
		}
		equal(t, text, got, want)
	}
}

func TestProblemsOfPasses(t *testing.T) {
	for text, want := range map[string]string{
		"fastcgi_pass 127.0.0.1;":                             `no port in upstream "127.0.0.1"`,
		"proxy_pass 127.0.0.1:80;":                            "invalid URL prefix",
		"proxy_pass http://u:81;":                             `upstream "u" may not have port 81`,
		"proxy_pass http://a\n proxy_set_header Host $host;":  `invalid number of arguments in "proxy_pass" directive`,
		"proxy_pass http://a:99999;":                          `invalid port in upstream "a:99999"`,
		"fastcgi_pass unix:" + strings.Repeat("/a", 54) + ";": `too long path in the unix domain socket in upstream "unix:` + strings.Repeat("/a", 54) + `"`,
		"fastcgi_pass u; uwsgi_pass h:1;":                     "",
	} {
		c := http("upstream u { server 127.0.0.1; } server { location / { " + text + " } }")
		got := ""
		if len(c.Problems) > 0 {
			got = c.Problems[0].Text
		}
		equal(t, text, got, want)
	}
}

// TestAgainstNginx asks the real one. It changes nothing outside the test's own folder and never starts.
func TestAgainstNginx(t *testing.T) {
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		t.Skip("no nginx here")
	}
	dir := t.TempDir()
	for _, text := range []string{
		`set $x a}b;`, `return 200 "a"b;`, `return 200 "a\\";`, `return 200 a;;`, `}`, `return 200 a}`, `return 200 ${host}x;`,
		"return 200\ra;", "# " + strings.Repeat("x", 5000) + "\n", "return 200 " + strings.Repeat("x", 4096) + ";",
		"return 200 " + strings.Repeat("x", 4095) + ";", `if ($host ~ "a") { return 200; }`, `"return" 200;`, `location =/x {}`,
		`location / { fastcgi_pass 127.0.0.1; }`, `location / { proxy_pass http://u:80; }`, `location / { proxy_pass http://u; }`,
		`location / { proxy_pass x; }`, `location / { fastcgi_pass u; }`, `include no;`, `include no/*;`, `listen 80-82; listen [::1]:81;`,
		`location / { proxy_pass http://[::1; }`, `location / { grpc_pass 127.0.0.1; }`, `location / { memcached_pass 127.0.0.1; }`,
		`location / { uwsgi_pass unix:; }`, `root /a b;`, `root /a {}`, `if ($host);`, `worker_processes 1;`, `try_files a b c d e f g h i;`, `location / { if ($host) { proxy_set_header a b; } }`, `location / { proxy_set_header a b c; }`, `fastcgi_pas x;`, `rewrite a b c d;`, `return;`, `return 200 a b;`, `error_page 404;`, `listen;`, `add_header a;`, `gzip on off;`, "return 200 'a;\n",
	} {
		name := filepath.Join(dir, "nginx.conf")
		conf := "pid " + dir + "/pid; error_log stderr; daemon off; events {} http { access_log off; upstream u { server 127.0.0.1:1; }\nserver {\n" + text + "\n} }\n"
		if err := os.WriteFile(name, []byte(conf), 0o600); err != nil {
			t.Fatal(err)
		}
		out, _ := exec.Command(nginx, "-t", "-p", dir, "-c", name).CombinedOutput()
		want := slices.DeleteFunc(ParseTest(out, 0).Problems, func(p Problem) bool { return strings.Contains(p.Text, "bind()") }) // -t binds: another server's port, or root's
		got := Parse(disk{}, name, dir).Problems
		if (len(got) > 0) != (len(want) > 0) {
			t.Errorf("%.60q: got %v, nginx says %s", text, got, out)
			continue
		}
		if len(want) > 0 && !strings.HasPrefix(got[0].Text, want[0].Text) && !strings.Contains(want[0].Text, "unexpected") {
			t.Errorf("%.60q: got %q, nginx says %q", text, got[0].Text, want[0].Text)
		}
	}
}

// disk is the real file system.
type disk struct{}

func (disk) ReadFile(name string) ([]byte, error)  { return os.ReadFile(name) }
func (disk) Glob(pattern string) ([]string, error) { return filepath.Glob(pattern) }

func FuzzParse(f *testing.F) {
	for name, text := range debian() {
		_ = name
		f.Add(text)
	}
	f.Add("http { map $a $b { default $b; } upstream u { server a; } server { set $c $b; location ~ x(y) { proxy_pass http://$c/$1; try_files $uri @a; } location @a { fastcgi_pass u; } } }")
	f.Add("a_by_lua_block { [==[ } ]==] } include nginx.conf; b \"${c\\\n\"; }")
	f.Fuzz(func(t *testing.T, text string) {
		c := parse(text)
		last := strings.Count(text, "\n") + 1
		for _, p := range c.Problems {
			if p.Line > last {
				t.Errorf("line %d of %d: %s", p.Line, last, p.Text)
			}
		}
		for _, s := range c.Servers() {
			s.Route("/a/b.php?x", nil)
			s.ErrorLogs(s.Block)
			for _, p := range s.Passes {
				if p.Place.Line > last {
					t.Errorf("pass on line %d of %d", p.Place.Line, last)
				}
				p.Targets()
				p.Get("busy_buffers_size")
			}
		}
		c.Match("http", "127.0.0.1", 80, "a.b.c")
	})
}

func BenchmarkVhosts(b *testing.B) {
	m := debian()
	delete(m, "/etc/nginx/sites-enabled/.shop.swp")
	for i := range 5000 {
		m[fmt.Sprintf("/etc/nginx/sites-enabled/site%04d", i)] = strings.ReplaceAll(vhost, "NAME", fmt.Sprintf("site%04d", i))
	}
	b.ReportAllocs()
	for b.Loop() {
		c := Parse(m, mainFile, "/usr/share/nginx")
		passes := c.Passes()
		if len(passes) < 10000 {
			b.Fatal(len(passes))
		}
		for _, p := range passes {
			p.Targets()
			p.Get("read_timeout")
			p.ErrorLogs()
		}
	}
}

const vhost = `server {
	listen 80;
	listen [::]:80;
	listen 443 ssl http2;
	server_name NAME.example.com www.NAME.example.com;
	ssl_certificate /etc/letsencrypt/live/NAME/fullchain.pem;
	ssl_certificate_key /etc/letsencrypt/live/NAME/privkey.pem;
	root /var/www/NAME/public;
	index index.php index.html;
	error_log /var/log/nginx/NAME.error.log warn;
	access_log /var/log/nginx/NAME.access.log combined;
	client_max_body_size 64m;
	location / { try_files $uri $uri/ /index.php?$query_string; }
	location = /favicon.ico { access_log off; log_not_found off; }
	location ~ \.php$ {
		include snippets/fastcgi-php.conf;
		fastcgi_pass unix:/run/php/NAME.sock;
		fastcgi_read_timeout 120s;
	}
	location /api/ {
		proxy_http_version 1.1;
		proxy_set_header Host $host;
		proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
		proxy_set_header X-Forwarded-Proto $scheme;
		proxy_read_timeout 300s;
		proxy_pass http://127.0.0.1:3000;
	}
	location ~ /\.(?!well-known).* { deny all; }
}
`
