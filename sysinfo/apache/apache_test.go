package apache

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"
	"testing"
)

// machine is a tree of files by name; "denied" in one means that nobody may read it.
type machine map[string]string

func (m machine) ReadFile(name string) ([]byte, error) {
	text, ok := m[name]
	switch {
	case !ok:
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	case text == "denied":
		return nil, fmt.Errorf("%s: %w", name, fs.ErrPermission)
	}
	return []byte(text), nil
}

func (m machine) Glob(pattern string) ([]string, error) {
	var out []string
	for name := range m {
		for p := name; p != "/" && p != "."; p = path.Dir(p) {
			if ok, _ := path.Match(pattern, p); ok && !strings.HasPrefix(path.Base(p), ".") && !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	sort.Strings(out)
	return out, nil
}

func (m machine) ReadDir(dir string) ([]string, error) {
	var out []string
	for name := range m {
		if rest, ok := strings.CutPrefix(name, strings.TrimRight(dir, "/")+"/"); ok {
			first, _, _ := strings.Cut(rest, "/")
			if !slices.Contains(out, first) {
				out = append(out, first)
			}
		}
	}
	if out == nil {
		return nil, fs.ErrNotExist
	}
	sort.Strings(out)
	return out, nil
}

func (m machine) IsDir(name string) bool { _, err := m.ReadDir(name); return err == nil }

func (m machine) Exists(name string) bool {
	if _, ok := m[name]; ok {
		return true
	}
	_, err := m.ReadDir(name)
	return err == nil
}

func (m machine) look() Look {
	return Look{Exists: func(name string) bool {
		if dir, ok := strings.CutSuffix(name, "/"); ok {
			_, err := m.ReadDir(dir)
			return err == nil
		}
		_, err := m.ReadDir(name)
		_, file := m[name]
		return file || err == nil
	}}
}

const mainFile = "/etc/apache2/apache2.conf"

var all = []string{"core_module", "http_module", "so_module", "log_config_module", "version_module", "proxy_module", "proxy_http_module", "proxy_fcgi_module",
	"proxy_balancer_module", "rewrite_module", "ssl_module", "headers_module", "macro_module"}

func parse(text string) *Config { return machine{mainFile: text}.parse() }

func (m machine) parse() *Config {
	return Parse(m, Build{Root: "/etc/apache2", ConfPath: mainFile, Version: "2.4.62", Static: all,
		Env: map[string]string{"APACHE_LOG_DIR": "/var/log/apache2", "APACHE_RUN_USER": "www-data"}})
}

func equal[T comparable](t *testing.T, name string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\ngot  %v\nwant %v", name, got, want)
	}
}

func debian() machine {
	return machine{
		mainFile: "ServerRoot \"/etc/apache2\"\nUser ${APACHE_RUN_USER}\nTimeout 300\nErrorLog ${APACHE_LOG_DIR}/error.log\nIncludeOptional mods-enabled/*.load\nInclude ports.conf\n" +
			"<Directory />\n\tAllowOverride None\n\tRequire all denied\n</Directory>\n<Directory /var/www/>\n\tAllowOverride All\n</Directory>\nLogFormat \"%h %l %u %t \\\"%r\\\" %>s %O\" common\nIncludeOptional conf-enabled/*.conf\nIncludeOptional sites-enabled/*.conf\n",
		"/etc/apache2/ports.conf":                   "Listen 80\n<IfModule ssl_module>\n\tListen 443\n</IfModule>\n<IfModule mod_gnutls.c>\n\tListen 444\n</IfModule>\n",
		"/etc/apache2/conf-enabled/php8.2-fpm.conf": "<IfModule !mod_php8.c>\n<IfModule proxy_fcgi_module>\n    <FilesMatch \".+\\.ph(?:ar|p|tml)$\">\n        SetHandler \"proxy:unix:/run/php/php8.2-fpm.sock|fcgi://localhost\"\n    </FilesMatch>\n</IfModule>\n</IfModule>\n",
		"/etc/apache2/sites-enabled/shop.conf": "<VirtualHost *:80>\n\tServerName shop.test\n\tServerAlias www.shop.test *.shop.example\n\tDocumentRoot /var/www/shop\n\tProxyPass /static !\n\tProxyPass /api http://127.0.0.1:3000/ timeout=5 retry=0\n\tProxyPassReverse /api http://127.0.0.1:3000/\n" +
			"\tErrorLog ${APACHE_LOG_DIR}/shop.error.log\n\tCustomLog ${APACHE_LOG_DIR}/shop.access.log common\n</VirtualHost>\n",
		"/etc/apache2/sites-enabled/zz.conf": "<VirtualHost *:80>\n\tServerName blog.test\n\tDocumentRoot /var/www/blog\n\tDirectoryIndex index.php index.html\n</VirtualHost>\n",
		"/var/www/shop/index.html":           "x",
		"/var/www/shop/a.php":                "x",
		"/var/www/blog/index.php":            "x",
		"/var/www/blog/.htaccess":            "RewriteEngine On\nRewriteBase /\nRewriteRule ^index\\.php$ - [L]\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteCond %{REQUEST_FILENAME} !-d\nRewriteRule . /index.php [L]\n",
	}
}

func TestDebian(t *testing.T) {
	m := debian()
	c := m.parse()
	for _, p := range c.Problems {
		t.Error(p)
	}
	equal(t, "files", len(c.Files), 5)
	equal(t, "listens", fmt.Sprint(c.Listens()[0].Port, c.Listens()[1].Port, c.Listens()[1].TLS, len(c.Listens())), "80 443 true 2")
	equal(t, "user", c.Base().Get("User").Arg(0), "www-data")
	s := c.Match("http", "127.0.0.1", 80, "WWW.shop.test:80")
	equal(t, "site", s.Names[0], "shop.test")
	equal(t, "alias", c.Match("http", "", 0, "a.b.shop.example"), s)
	equal(t, "nobody's name", c.Match("http", "", 0, "other.test"), s)
	equal(t, "no virtual host there", c.Match("https", "", 0, "shop.test"), c.Base())
	equal(t, "nobody listens", c.Match("http", "", 81, "shop.test") == nil, true)
	equal(t, "log", s.ErrorLog().Path, "/var/log/apache2/shop.error.log")
	equal(t, "access log", s.AccessLogs()[0].Layout, `%h %l %u %t "%r" %>s %O`)
	for uri, want := range map[string]string{
		"/api/x?y":  "/etc/apache2/sites-enabled/shop.conf:6",
		"/api":      "/etc/apache2/sites-enabled/shop.conf:6",
		"/apis":     "404",
		"/static/a": "404",
		"/":         "200",
		"/a.php":    "/etc/apache2/conf-enabled/php8.2-fpm.conf:4",
		"/no.php":   "/etc/apache2/conf-enabled/php8.2-fpm.conf:4",
	} {
		equal(t, uri, routed(s, m, uri), want)
	}
	blog := c.Match("http", "", 80, "blog.test")
	equal(t, "front page of PHP", routed(blog, m, "/"), "/etc/apache2/conf-enabled/php8.2-fpm.conf:4")
	equal(t, "front controller", routed(blog, m, "/a/post?x=1"), "/etc/apache2/conf-enabled/php8.2-fpm.conf:4")
	d, set := s.Passes[2].ReadTimeout(s.Passes[2].Targets()[0])
	equal(t, "timeout", fmt.Sprint(d, set.Place), "5s /etc/apache2/sites-enabled/shop.conf:6")
	d, set = s.Passes[0].ReadTimeout(s.Passes[0].Targets()[0])
	equal(t, "timeout of the server", fmt.Sprint(d, set.Place), "5m0s /etc/apache2/apache2.conf:3")
}

func routed(s *Server, m machine, uri string) string {
	r := s.Route(uri, m.look())
	if r.Pass != nil {
		return r.Pass.Place.String()
	}
	return fmt.Sprint(r.Code)
}

func TestLines(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"continued", "ServerName \\\n  a.test\nUser b", "ServerName [a.test] 2; User [b] 3"},
		{"a comment goes on too", "# x \\\nServerName a\nUser b", "User [b] 3"},
		{"no comment behind words", "User b # c", "User [b # c] 1"},
		{"quotes", `Define x "a b" 'c \' d' "\\\"`, ""},
		{"single in double", `Header "a 'b' c"`, "Header [a 'b' c] 1"},
		{"case and CR", "SERVERNAME a\r\nuser b\r\n", "SERVERNAME [a] 1; user [b] 2"},
		{"variables", "Define up 127.0.0.1\nUser ${up}${no}", "User [127.0.0.1${no}] 2"},
		{"undefined again", "Define up 1\nUnDefine up\nUser ${up}", "User [${up}] 3"},
		{"blocks that melt", "<IfModule mod_proxy.c>\nUser a\n<IfModule !mod_proxy.c>\n<IfModule x>\n</IfModule>\nUser b\n</IfModule>\n</IfModule>\n<IfDefine NO>\nUser c\n</IfDefine>", "User [a] 2"},
		{"version", "<IfVersion >= 2.4.10>\nUser a\n</IfVersion>\n<IfVersion < 2.4>\nUser b\n</IfVersion>", "User [a] 2"},
		{"macro", "<Macro V $n $p>\nServerName $n\nUser $p\n</Macro>\nUse V a.test www", "ServerName [a.test] 5; User [www] 5"},
	} {
		var got []string
		for _, i := range parse(tt.text).Main.Items {
			if i.Directive != nil {
				got = append(got, fmt.Sprintf("%s %v %d", i.Directive.Name, i.Directive.Args, i.Directive.Place.Line))
			}
		}
		equal(t, tt.name, strings.Join(got, "; "), tt.want)
	}
}

// A name that two virtual hosts give to sockets of their own is each one's own.
func TestNamedWorkers(t *testing.T) {
	host := func(name string) string {
		return "<VirtualHost *:80>\nServerName " + name + "\n<Proxy \"unix:/run/" + name + ".sock|fcgi://fpm\">\n</Proxy>\nSetHandler proxy:fcgi://fpm\n</VirtualHost>\n"
	}
	for i, s := range parse("Listen 80\n" + host("a") + host("b")).Servers() {
		equal(t, "socket", s.Passes[0].Targets()[0].Path, []string{"/run/a.sock", "/run/b.sock"}[i])
	}
}

func TestTargets(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"ProxyPass / http://127.0.0.1:3000/", "http 127.0.0.1:3000 2"},
		{"ProxyPass / http://app/", "http app:80 2"},
		{"ProxyPass / https://[::1]:8443/x", "https [::1]:8443 2"},
		{"ProxyPass / unix:/run/a.sock|http://localhost/", "http unix:/run/a.sock 2"},
		{"ProxyPass / uwsgi://127.0.0.1:3031/", "uwsgi 127.0.0.1:3031 2"},
		{`SetHandler "proxy:unix:///run/a.sock|fcgi://a.test/"`, "fcgi unix:/run/a.sock 2"},
		{"SetHandler proxy:fcgi://127.0.0.1:9000", "fcgi 127.0.0.1:9000 2"},
		{"SetHandler proxy:fcgi://App/\n<Proxy \"unix:/run/a.sock|fcgi://app\">\nProxySet timeout=9\n</Proxy>", "fcgi unix:/run/a.sock 3"},
		{"SetHandler proxy:fcgi://other\n<Proxy unix:/run/a.sock|fcgi://app>\n</Proxy>", "fcgi other:8000 2"},
		{"ProxyPass / http://app/\n<Proxy unix:/run/a.sock|fcgi://app>\n</Proxy>", "http app:80 2"},
		{"ProxyPassMatch ^/(.*\\.php)$ fcgi://127.0.0.1/var/www/$1", "fcgi 127.0.0.1:8000 2"},
		{"RewriteEngine on\nRewriteRule ^/(.*) http://127.0.0.1:4000/$1 [P,L]", "http 127.0.0.1:4000 3"},
		{"<Location /x>\nProxyPass http://a:81/\n</Location>", "http a:81 3"},
		{"Define app 127.0.0.1:9\nProxyPass / http://${app}/", "http 127.0.0.1:9 2"},
		{"ProxyPass / balancer://c/\n<Proxy balancer://c>\nBalancerMember http://a:1\nBalancerMember http://b:2 status=+H\n</Proxy>", "http a:1 4; http b:2 5 spare"},
		{"ProxyPass / \\\n  http://a:1/ \\\n  retry=0", "http a:1 3"},
		{"ProxyPass /x !", ""},
		{"SetHandler application/x-httpd-php", ""},
	} {
		c := parse("<VirtualHost *:80>\n" + tt.text + "\n</VirtualHost>\nListen 80\n")
		var got []string
		for _, p := range c.Servers()[0].Passes {
			for _, x := range p.Targets() {
				one := fmt.Sprintf("%s %s %d", x.Scheme, x.Address(), x.Place.Line)
				if x.Member != nil && x.Member.Spare {
					one += " spare"
				}
				got = append(got, one)
			}
		}
		equal(t, tt.text, strings.Join(got, "; "), tt.want)
		for _, p := range c.Problems {
			t.Errorf("%s: %s", tt.text, p)
		}
	}
}

func TestOrder(t *testing.T) {
	c := parse("Listen 80\nProxyPass /main http://m:1/\n<VirtualHost *:80>\nProxyPass /a/b http://ab:1/\nProxyPass /a http://a:1/\nProxyPass /a/c http://never:1/\n" +
		"<Location /loc>\nProxyPass http://one:1/\n</Location>\n<Location /loc/in>\nProxyPass http://two:1/\n</Location>\n<Location /loc>\nProxyPass http://three:1/\n</Location>\n</VirtualHost>\n")
	s := c.Servers()[0]
	for uri, want := range map[string]string{"/a/b/x": "ab", "/a/c": "a", "/a": "a", "/main/x": "m", "/loc/in/y": "three", "/ab": ""} {
		got := ""
		if p := s.Route(uri, machine{}.look()).Pass; p != nil {
			got = p.Targets()[0].Host
		}
		equal(t, uri, got, want)
	}
}

func TestParseTest(t *testing.T) {
	for _, tt := range []struct {
		name, out string
		exit      int
		want      string
	}{
		{"good", "Syntax OK\n", 0, "ok  :0"},
		{"command", "AH00526: Syntax error on line 5 of /etc/apache2/sites-enabled/shop.conf:\nInvalid command 'ProxyPas', perhaps misspelled\nAction '-t' failed.\n", 1, "failed Invalid command 'ProxyPas', perhaps misspelled /etc/apache2/sites-enabled/shop.conf:5"},
		{"while reading", "apache2: Syntax error on line 146 of /etc/apache2/apache2.conf: Syntax error on line 1 of /etc/apache2/mods-enabled/x.load: Cannot load x into server: x: cannot open\n", 1, "failed Cannot load x into server: x: cannot open /etc/apache2/mods-enabled/x.load:1"},
		{"log", "(2)No such file or directory: AH02291: Cannot access directory '/var/log/a/' for error log of vhost defined at /etc/apache2/sites-enabled/shop.conf:1\nAH00014: Configuration check failed\n", 1, "failed Cannot access directory '/var/log/a/' for error log of vhost defined at /etc/apache2/sites-enabled/shop.conf:1 /etc/apache2/sites-enabled/shop.conf:1"},
		{"silent", "", 1, "unknown  :0"},
	} {
		r := ParseTest([]byte(tt.out), tt.exit)
		equal(t, tt.name, fmt.Sprintf("%s %s %s:%d", r.Verdict, r.Problem.Text, r.Problem.File, r.Problem.Line), tt.want)
	}
}

func TestLayouts(t *testing.T) {
	for _, tt := range []struct {
		name, uri, host, want string
		m                     machine
	}{
		{"RHEL", "/index.php", "shop.test", "/etc/httpd/conf.d/php.conf:4 unix:/run/php-fpm/www.sock", machine{
			"/etc/httpd/conf/httpd.conf":             "ServerRoot \"/etc/httpd\"\nListen 80\nInclude conf.modules.d/*.conf\nUser apache\nDocumentRoot \"/var/www/html\"\nErrorLog \"logs/error_log\"\nIncludeOptional conf.d/*.conf\n",
			"/etc/httpd/conf.modules.d/00-base.conf": "LoadModule proxy_module modules/mod_proxy.so\nLoadModule proxy_fcgi_module modules/mod_proxy_fcgi.so\n",
			"/etc/httpd/modules/mod_proxy.so":        "", "/etc/httpd/modules/mod_proxy_fcgi.so": "",
			"/etc/httpd/conf.d/php.conf":  "<IfModule !mod_php.c>\n <IfModule proxy_fcgi_module>\n  <FilesMatch \\.(php|phar)$>\n   SetHandler \"proxy:unix:/run/php-fpm/www.sock|fcgi://localhost\"\n  </FilesMatch>\n </IfModule>\n</IfModule>\n",
			"/etc/httpd/conf.d/shop.conf": "<VirtualHost *:80>\nServerName shop.test\nDocumentRoot /var/www/shop\n</VirtualHost>\n",
			"/var/www/shop/index.php":     "x"}},
		{"RHEL, without a virtual host", "/index.php", "any.test", "/etc/httpd/conf/httpd.conf:4 unix:/run/a.sock", machine{
			"/etc/httpd/conf/httpd.conf": "Listen 80\nDocumentRoot \"/var/www/html\"\n<FilesMatch \\.php$>\nSetHandler \"proxy:unix:/run/a.sock|fcgi://localhost\"\n</FilesMatch>\n"}},
		{"cPanel", "/index.php", "example.com", "/etc/apache2/conf/httpd.conf:7 unix:/opt/cpanel/ea-php81/root/usr/var/run/php-fpm/4e.sock", machine{
			"/etc/apache2/conf/httpd.conf":   "ServerRoot \"/etc/apache2\"\nListen 0.0.0.0:80\n<VirtualHost 203.0.113.7:80 127.0.0.1:80>\nServerName example.com\nDocumentRoot /home/ex/public_html\n<FilesMatch \\.(phtml|php[0-9]*)$>\nSetHandler proxy:unix:/opt/cpanel/ea-php81/root/usr/var/run/php-fpm/4e.sock|fcgi://example.com\n</FilesMatch>\n</VirtualHost>\n",
			"/home/ex/public_html/index.php": "x"}},
		{"Plesk", "/index.php", "example.com", "/var/www/vhosts/system/example.com/conf/httpd.conf:6 unix:/var/www/vhosts/system/example.com/php-fpm.sock", machine{
			"/etc/httpd/conf/httpd.conf":                         "ServerRoot /etc/httpd\nListen 7080\nIncludeOptional conf.d/*.conf\n",
			"/etc/httpd/conf.d/zz010_psa_httpd.conf":             "Include \"/var/www/vhosts/system/example.com/conf/httpd.conf\"\n",
			"/var/www/vhosts/system/example.com/conf/httpd.conf": "<VirtualHost 127.0.0.1:7080 >\nServerName \"example.com:80\"\nDocumentRoot \"/var/www/vhosts/example.com/httpdocs\"\n<Directory /var/www/vhosts/example.com/httpdocs>\n<Files ~ (\\.php$)>\nSetHandler proxy:unix:///var/www/vhosts/system/example.com/php-fpm.sock|fcgi://127.0.0.1:9000\n</Files>\n</Directory>\n</VirtualHost>\n",
			"/var/www/vhosts/example.com/httpdocs/index.php":     "x"}},
	} {
		b, ok := Find(tt.m, "")
		if !ok {
			t.Errorf("%s: not found", tt.name)
			continue
		}
		c := Parse(tt.m, b)
		for _, p := range c.Problems {
			t.Errorf("%s: %s", tt.name, p)
		}
		s := c.Match("http", "127.0.0.1", c.Listens()[0].Port, tt.host)
		p := s.Route(tt.uri, tt.m.look()).Pass
		if p == nil {
			t.Errorf("%s: no pass", tt.name)
			continue
		}
		equal(t, tt.name, p.Targets()[0].Place.String()+" "+p.Targets()[0].Address(), tt.want)
	}
}
