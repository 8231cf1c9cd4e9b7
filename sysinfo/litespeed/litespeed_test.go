package litespeed

import (
	"fmt"
	"strings"
	"testing"

	"fix502/sysinfo/conf/conftest"
)

const server = `# a comment
user nobody
errorlog logs/error.log {
  logLevel WARN
}
extprocessor lsphp {
  type lsapi
  address uds://tmp/lshttpd/lsphp.sock
  path lsphp82/bin/lsphp
}
scripthandler {
  add lsapi:lsphp php
}
listener Default {
  address *:80
  map shop shop.test, www.shop.test
  map rest *
}
listener Secure {
  address [::1]:443
  secure 1
  map shop shop.test
}
virtualhost shop {
  vhRoot /var/www/$VH_NAME
  configFile conf/vhosts/$VH_NAME/vhconf.conf
}
virtualhost rest {
  vhRoot Example/
}
`

const host = `docRoot $VH_ROOT/html
rewrite {
  rules <<<END_rules
}
RewriteRule ^ - [F]
  END_rules
}
extprocessor App {
  type proxy
  address https://127.0.0.1:3000
}
context /api/ {
  type proxy
  handler App
}
`

func TestParse(t *testing.T) {
	c := Parse(conftest.Folder{"/usr/local/lsws/conf/httpd_config.conf": server, "/usr/local/lsws/conf/vhosts/shop/vhconf.conf": host}, "/usr/local/lsws", "/usr/local/lsws/conf/httpd_config.conf")
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", c.User, c.ErrorLog.Text)
	for _, h := range c.Hosts {
		fmt.Fprintf(&b, "%s %v %s\n", h.Name, h.Domains, h.Root)
		for _, l := range h.Listeners {
			fmt.Fprintf(&b, "  %s %d tls=%v at %d\n", l.Host, l.Port, l.TLS, l.Line)
		}
		for _, p := range h.Passes {
			fmt.Fprintf(&b, "  %q at %d -> %s %s:%d %s own=%v at %d\n", p.URI, p.Line, p.App.Scheme, p.App.Host, p.App.Port, p.App.Unix, p.App.Own, p.App.Line)
		}
	}
	for _, p := range c.Problems {
		fmt.Fprintf(&b, "! %d %s\n", p.Line, p.Text)
	}
	want := `nobody /usr/local/lsws/logs/error.log
shop [shop.test www.shop.test shop.test] /var/www/shop/html
  * 80 tls=false at 15
  ::1 443 tls=true at 20
  "/api/" at 12 -> https 127.0.0.1:3000  own=false at 10
  "" at 12 -> lsapi :0 /tmp/lshttpd/lsphp.sock own=true at 8
rest [] 
  * 80 tls=false at 15
  "" at 12 -> lsapi :0 /tmp/lshttpd/lsphp.sock own=true at 8
`
	if got := b.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(server + host)
	f.Fuzz(func(t *testing.T, text string) {
		c := Parse(conftest.Folder{"/c": text}, "/usr/local/lsws", "/c")
		for _, h := range c.Hosts {
			if h.Line < 1 || h.Line > strings.Count(text, "\n")+1 {
				t.Errorf("line %d", h.Line)
			}
		}
	})
}
