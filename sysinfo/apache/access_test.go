package apache

import (
	"net/netip"
	"strings"
	"testing"
)

func TestTurnsAway(t *testing.T) {
	for _, c := range []struct {
		name, rules, from string
		says              string // the line that turns away; empty: let in, or nothing is said
		nets              string
	}{
		{"nothing", "", "127.0.0.1", "", ""},
		{"all", "Require all granted", "127.0.0.1", "", ""},
		{"none", "Require all denied", "127.0.0.1", "Require all denied", ""},
		{"an office", "Require ip 10.20.0.0/16 192.168", "127.0.0.1", "Require ip 10.20.0.0/16 192.168", "10.20.0.0/16 192.168"},
		{"in the office", "Require ip 10.20.0.0/16 192.168", "192.168.4.4", "", ""},
		{"a mask", "Require ip 10.20.0.0/255.255.0.0", "10.20.9.9", "", ""},
		{"one of two", "Require ip 10.1\nRequire local", "127.0.0.1", "", ""},
		{"a name may be meant", "Require ip 10.1\nRequire host example.com", "127.0.0.1", "", ""},
		{"a password may do", "Require valid-user\nRequire ip 10.1", "127.0.0.1", "", ""},
		{"all but one", "<RequireAll>\nRequire all granted\nRequire not ip 127.0.0.1\n</RequireAll>", "127.0.0.1", "Require not ip 127.0.0.1", ""},
		{"all but another", "<RequireAll>\nRequire all granted\nRequire not ip 10.1\n</RequireAll>", "127.0.0.1", "", ""},
		{"none of them", "<RequireAll>\nRequire all granted\n<RequireNone>\nRequire ip 127.0.0.1\n</RequireNone>\n</RequireAll>", "127.0.0.1", "Require ip 127.0.0.1", ""},
		{"older", "Order deny,allow\nDeny from all\nAllow from 10.1", "127.0.0.1", "Deny from all", ""},
		{"older, let in", "Order deny,allow\nDeny from all\nAllow from 127.0.0.1", "127.0.0.1", "", ""},
		{"older, the other way round", "Order allow,deny\nAllow from 10.1", "127.0.0.1", "Order allow,deny", ""},
		{"older, by a variable", "Order allow,deny\nAllow from env=ok", "127.0.0.1", "", ""},
		{"any of both kinds", "Satisfy any\nRequire all denied", "127.0.0.1", "", ""},
		{"remoteip", "Require ip 10.1\n</Directory>\nRemoteIPHeader X-Forwarded-For\n<Directory /none>", "127.0.0.1", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := machine{mainFile: "ServerRoot /etc/apache2\nListen 80\nLoadModule remoteip_module mod_remoteip.so\n<Directory />\nRequire all denied\n</Directory>\n<Directory /var/www>\nRequire all granted\n</Directory>\n" +
				"<VirtualHost *:80>\nServerName shop.test\nDocumentRoot /var/www/shop\n<Directory /var/www/shop>\n" + c.rules + "\n</Directory>\n</VirtualHost>\n", "/var/www/shop/index.html": "x"}
			s := m.parse().Servers()
			got := s[len(s)-1].TurnsAway("/", netip.MustParseAddr(c.from), m.look())
			says := ""
			if got.Directive != nil {
				says = got.Name + " " + strings.Join(got.Args, " ")
			}
			if says != c.says || strings.Join(got.Nets, " ") != c.nets {
				t.Errorf("got %q %v, want %q %q", says, got.Nets, c.says, c.nets)
			}
			if got.All != (c.name == "none") {
				t.Errorf("turns all away: %t", got.All)
			}
		})
	}
}
