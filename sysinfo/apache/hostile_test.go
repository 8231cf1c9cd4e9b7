package apache

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestProblems(t *testing.T) {
	for _, tt := range []struct {
		name, text, want string
		more             machine
	}{
		{"missing file", "Include no.conf", "Could not open configuration file /etc/apache2/no.conf: No such file or directory in /etc/apache2/apache2.conf:1", nil},
		{"optional", "IncludeOptional no.conf\nIncludeOptional s/*", "", nil},
		{"nothing matches", "Include s/*.conf", "No matches for the wildcard '*.conf' in '/etc/apache2/s', failing (use IncludeOptional if required) in /etc/apache2/apache2.conf:1", nil},
		{"denied", "Include a", "Could not open configuration file /etc/apache2/a: Permission denied in /etc/apache2/apache2.conf:1", machine{"/etc/apache2/a": "denied"}},
		{"folder", "Include d", "Invalid command 'JkMount', perhaps misspelled or defined by a module not included in the server configuration in /etc/apache2/d/sub/b~:1", machine{"/etc/apache2/d/sub/b~": "JkMount x"}},
		{"itself", "Include apache2.conf", "Exceeded maximum include depth of 20, There appears to be a recursion. in /etc/apache2/apache2.conf:1", nil},
		{"open section", "<VirtualHost *:80>\nServerName a", "<VirtualHost> was not closed. in /etc/apache2/apache2.conf:1", nil},
		{"open condition", "<IfModule no>\nServerName a", "<IfModule> was not closed. in /etc/apache2/apache2.conf:1", nil},
		{"wrong end", "<Directory />\n</Files>\n</Directory>", "Expected </Directory> but saw </Files> in /etc/apache2/apache2.conf:2", nil},
		{"stray end", "</Directory>", "</Directory> without matching <Directory> section in /etc/apache2/apache2.conf:1", nil},
		{"no module", "SecRuleEngine On", "Invalid command 'SecRuleEngine', perhaps misspelled or defined by a module not included in the server configuration in /etc/apache2/apache2.conf:1", nil},
		{"macro of itself", "<Macro a>\nUse a\n</Macro>\nUse a", "recursive use of macro 'a' is invalid in /etc/apache2/apache2.conf:4", nil},
		{"no path", "ProxyPass http://a/", "ProxyPass needs a path when not defined in a location in /etc/apache2/apache2.conf:1", nil},
		{"port", "Listen x", "Port must be specified in /etc/apache2/apache2.conf:1", nil},
		{"module file", "LoadModule x_module modules/x.so", "Cannot load /etc/apache2/modules/x.so into server: /etc/apache2/modules/x.so: cannot open shared object file: No such file or directory in /etc/apache2/apache2.conf:1", nil},
	} {
		m := machine{mainFile: tt.text}
		for name, text := range tt.more {
			m[name] = text
		}
		got := ""
		if c := m.parse(); len(c.Problems) > 0 {
			got = c.Problems[0].Error()
		}
		equal(t, tt.name, got, tt.want)
	}
}

func TestHostileSizesEndSoon(t *testing.T) {
	doubling := machine{mainFile: "Include f0"}
	for i := range 24 {
		doubling[fmt.Sprintf("/etc/apache2/f%d", i)] = fmt.Sprintf("User a\nInclude f%d\nInclude f%d\n", i+1, i+1)
	}
	doubling["/etc/apache2/f24"] = "User a"
	macros := "<Macro m0 $x>\nUser $x\n</Macro>\n"
	for i := range 30 {
		macros += fmt.Sprintf("<Macro m%d $x>\nUse m%d $x$x\nUse m%d $x$x\n</Macro>\n", i+1, i, i)
	}
	for name, m := range map[string]machine{
		"nested sections":   {mainFile: strings.Repeat("<Directory />\n", 300_000)},
		"nested conditions": {mainFile: strings.Repeat("<IfModule no>\n", 300_000)},
		"doubling includes": doubling,
		"doubling macros":   {mainFile: macros + "Use m30 x\n"},
		"long line":         {mainFile: "User " + strings.Repeat("a", 7<<20)},
		"long quote":        {mainFile: "User \"" + strings.Repeat("\\\"", 3<<20)},
		"joined lines":      {mainFile: strings.Repeat("a\\\n", 2<<20)},
		"ends":              {mainFile: strings.Repeat("</x>\n", 1<<20)},
		"too large":         {mainFile: strings.Repeat("a\n", maxFile/2+1)},
		"variables":         {mainFile: "Define a ${a}${a}\n" + strings.Repeat("Define a ${a}${a}x\n", 64) + "Include no"},
	} {
		start := time.Now()
		c := m.parse()
		if len(c.Problems) == 0 {
			t.Errorf("%s: no problem told", name)
		}
		if d := time.Since(start); d > 30*time.Second { // seconds here, years without the limits; a busy machine may take its time
			t.Errorf("%s took %v", name, d)
		}
	}
}

func TestHostileRoutesEndSoon(t *testing.T) {
	m := machine{mainFile: "Listen 80\n<VirtualHost *:80>\nDocumentRoot /w\nRewriteEngine on\nRewriteRule ^/(.*)$ /$1$1$1$1$1$1$1$1x\n" + strings.Repeat("RewriteRule ^(.*)$ $1$1\n", 60) +
		"FallbackResource /b\n<Directory /w>\nRewriteEngine on\nRewriteRule (.*) /$1$1$1\n</Directory>\n</VirtualHost>"}
	start := time.Now()
	c := m.parse()
	c.Servers()[0].Route("/"+strings.Repeat("x", 100), m.look())
	if d := time.Since(start); d > 15*time.Second {
		t.Errorf("took %v", d)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range debian() {
		f.Add(text)
	}
	f.Add("Define a 1\n<Macro m $x>\nProxyPass $x http://${a}/\n</Macro>\n<VirtualHost *:80 [::1]:81>\nUse m /x\n<If \"x\">\nSetHandler \"proxy:unix:/a|fcgi://b\"\n</If>\n</VirtualHost>")
	f.Add("Listen 80\nRewriteEngine on\nRewriteCond %{REQUEST_FILENAME} !-f [OR]\nRewriteCond %{HTTPS} =on\nRewriteRule ^/(.*)$ balancer://b/$1 [P]\n<Proxy balancer://b>\nBalancerMember http://[::1]:1 status=+H\n</Proxy>")
	f.Fuzz(func(t *testing.T, text string) {
		m := machine{mainFile: text}
		c := m.parse()
		last := strings.Count(text, "\n") + 1
		for _, p := range c.Problems {
			if p.Line > last {
				t.Errorf("line %d of %d: %s", p.Line, last, p.Text)
			}
		}
		for _, s := range append(c.Servers(), c.Base()) {
			s.Route("/a/b.php?x", m.look())
			s.ErrorLog()
			s.AccessLogs()
			for _, p := range s.Passes {
				if p.Place.Line > last {
					t.Errorf("pass on line %d of %d", p.Place.Line, last)
				}
				for _, x := range p.Targets() {
					p.ReadTimeout(x)
					p.ConnectTimeout(x)
				}
			}
		}
		c.Match("http", "127.0.0.1", 80, "a.b.c")
	})
}

func BenchmarkVhosts(b *testing.B) {
	m := debian()
	for i := range 5000 {
		m[fmt.Sprintf("/etc/apache2/sites-enabled/site%04d.conf", i)] = strings.ReplaceAll(m["/etc/apache2/sites-enabled/shop.conf"], "shop", fmt.Sprintf("site%04d", i))
	}
	names, _ := m.Glob("/etc/apache2/sites-enabled/*.conf")
	b.ReportAllocs()
	for b.Loop() {
		c := Parse(globbed{m, names}, Build{Root: "/etc/apache2", ConfPath: mainFile, Static: all})
		if len(c.Servers()) < 5000 {
			b.Fatal(len(c.Servers()))
		}
		for _, s := range c.Servers() {
			s.ErrorLog()
			for _, p := range s.Passes {
				for _, x := range p.Targets() {
					p.ReadTimeout(x)
				}
			}
		}
	}
}

// globbed knows one answer beforehand, so that the measure is the parser's.
type globbed struct {
	machine
	names []string
}

func (g globbed) Glob(pattern string) ([]string, error) {
	if strings.Contains(pattern, "sites-enabled") {
		return g.names, nil
	}
	return g.machine.Glob(pattern)
}

func (g globbed) ReadDir(dir string) ([]string, error) {
	return nil, fmt.Errorf("%s is no folder", dir)
}
