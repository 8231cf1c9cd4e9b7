package nginx

import (
	"fmt"
	"testing"
)

const debianV = `nginx version: nginx/1.22.1
built with OpenSSL 3.0.22 25 Aug 2026 (running with OpenSSL 3.0.19 27 Jan 2026)
TLS SNI support enabled
configure arguments: --with-cc-opt='-g -O2 -fPIC' --prefix=/usr/share/nginx --conf-path=/etc/nginx/nginx.conf --http-log-path=/var/log/nginx/access.log --error-log-path=stderr --pid-path=/run/nginx.pid --http-client-body-temp-path=/var/lib/nginx/body --http-fastcgi-temp-path=/var/lib/nginx/fastcgi --with-compat
`

func TestParseVersion(t *testing.T) {
	b := ParseVersion([]byte(debianV))
	equal(t, "debian", fmt.Sprintf("%s %s %s %s %s %s", b.Version, b.Prefix, b.ConfPath, b.ErrorLogPath, b.PidPath, b.TempPaths["client_body"]),
		"1.22.1 /usr/share/nginx /etc/nginx/nginx.conf stderr /run/nginx.pid /var/lib/nginx/body")
	b = ParseVersion([]byte("nginx version: openresty/1.21.4.1\nconfigure arguments: --prefix=/usr/local/openresty/nginx --user=www"))
	equal(t, "openresty", b.Version+" "+b.ConfPath+" "+b.User, "1.21.4.1 /usr/local/openresty/nginx/conf/nginx.conf www")
	equal(t, "nothing", ParseVersion(nil).ConfPath, "/usr/local/nginx/conf/nginx.conf")
}

func TestDefaultsOfABuild(t *testing.T) {
	m := machine{mainFile: "http { server { location / { proxy_pass https://h; } } }"}
	for version, want := range map[string]string{
		"":       "1.0 close [TLSv1 TLSv1.1 TLSv1.2]",
		"1.24.0": "1.0 close [TLSv1 TLSv1.1 TLSv1.2 TLSv1.3]",
		"1.29.7": "1.1  [TLSv1.2 TLSv1.3]",
	} {
		c := ParseAs(m, Build{Version: version, ConfPath: mainFile, ErrorLogPath: "stderr"})
		p := c.Passes()[0]
		equal(t, version, fmt.Sprint(p.Get("http_version").Value(), " ", p.Header("Connection").Value(), " ", p.Get("ssl_protocols").Args), want)
		equal(t, "log", c.ErrorLogs()[0].Sink, ToStderr)
	}
}

func TestParseTest(t *testing.T) {
	for _, test := range []struct {
		name, out string
		exit      int
		want      Verdict
		place     string
	}{
		{"good", "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n", 0, TestOK, ""},
		{"unknown directive", "nginx: [emerg] unknown directive \"bogus\" in /etc/nginx/conf.d/zz.conf:12\nnginx: configuration file /etc/nginx/nginx.conf test failed\n", 1, TestFailed, `unknown directive "bogus" in /etc/nginx/conf.d/zz.conf:12`},
		{"with a time", "2026/11/23 09:46:32 [emerg] 31269#31269: no port in upstream \"127.0.0.1\" in /tmp/c.conf:1\n", 1, TestFailed, `no port in upstream "127.0.0.1" in /tmp/c.conf:1`},
		{"not root", "nginx: [alert] could not open error log file: open() \"/var/log/nginx/error.log\" failed (13: Permission denied)\nnginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n2026/11/23 09:00:00 [emerg] 9#9: open() \"/run/nginx.pid\" failed (13: Permission denied)\nnginx: configuration file /etc/nginx/nginx.conf test failed\n", 1, TestNeedsRoot, ""},
		{"signal", "", 139, TestKilled, ""},
		{"signal as Go says it", "", -1, TestKilled, ""},
		{"silent", "", 1, TestUnknown, ""},
	} {
		got := ParseTest([]byte(test.out), test.exit)
		equal(t, test.name, got.Verdict, test.want)
		if test.place != "" {
			equal(t, test.name, got.Problems[0].Error(), test.place)
		}
	}
	warn := ParseTest([]byte("nginx: [warn] conflicting server name \"a\" on 0.0.0.0:80, ignored\n"), 0)
	equal(t, "warning", warn.Warnings[0].Text, `conflicting server name "a" on 0.0.0.0:80, ignored`)
}
