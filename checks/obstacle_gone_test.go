package checks

import (
	"fmt"
	"strings"
	"testing"
)

// Another folder is named only where something that the service needs was seen in it.
func TestNeighboursOfAFolderThatIsGone(t *testing.T) {
	for _, tt := range []struct{ name, exec, there, want string }{
		{"a shorter name", "/usr/bin/node server.js", "srv/s/server.js", "tell; < "},
		{"a name that goes on", "/usr/bin/node server.js", "srv/shopping/server.js", "tell; < "},
		{"nothing known to be needed", "/usr/bin/node", "srv/shop-2/server.js", "tell; < "},
		{"what is needed is not there", "/usr/bin/node server.js", "srv/shop-2/index.js", "tell; < "},
		{"what is needed is there", "/usr/bin/node server.js", "srv/shop-2/server.js", "sed -i '2s#/srv/shop#/srv/shop-2#' /etc/systemd/system/shop.service; systemctl daemon-reload; < sed -i '2s#/srv/shop-2#/srv/shop#' /etc/systemd/system/shop.service; systemctl daemon-reload"},
		{"gunicorn's module", "/usr/bin/gunicorn shop.wsgi:app", "srv/shop.old/shop/wsgi.py", "mv -nT /srv/shop.old /srv/shop; < mv -nT /srv/shop /srv/shop.old"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, u := shopThatFails(t, fmt.Sprintf("WorkingDirectory=/srv/shop ExecStart={ path=%s ; argv[]=%s ; }", strings.Fields(tt.exec)[0], tt.exec), "", "dir /srv 0 0 0755",
				"-- etc/systemd/system/shop.service --\n[Service]\nWorkingDirectory=/srv/shop\n", "-- "+tt.there+" --\n#\n")
			if got := obstacleSays(noWay(t.Context(), f, u, "/srv/shop", "WorkingDirectory", 1)); got != tt.want {
				t.Errorf("got %s\nwant %s", got, tt.want)
			}
		})
	}
}

// A folder that got a better name: beside those of other apps, only the one that is called as the service is its own.
func TestFolderOfTheServicesName(t *testing.T) {
	f, u := shopThatFails(t, "WorkingDirectory=/srv/old-shop ExecStart={ path=/usr/bin/gunicorn ; argv[]=/usr/bin/gunicorn wsgi:app ; }", "", "dir /srv 0 0 0755",
		"-- etc/systemd/system/shop.service --\n[Service]\nWorkingDirectory=/srv/old-shop\n", "-- srv/shop/wsgi.py --\n#\n", "-- srv/blog/wsgi.py --\n#\n")
	got := obstacleSays(noWay(t.Context(), f, u, "/srv/old-shop", "WorkingDirectory", 1))
	if want := "sed -i '2s#/srv/old-shop#/srv/shop#' /etc/systemd/system/shop.service; systemctl daemon-reload; "; !strings.HasPrefix(got, want) {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestSlipOf(t *testing.T) {
	for _, c := range []struct {
		gone, here string
		want       bool
	}{{"mails", "mail", true}, {"storfront", "storefront", true}, {"stroefront", "storefront", true}, {"kunde-a", "kunde-b", false}, {"prod", "prov", false}, {"shop1", "shop2", false},
		{"site-de", "site-dk", false}, {"app-a", "app-ab", true}, {"app", "apps", false}, {"web-", "web-1", false}} {
		if got := slipOf(c.gone, c.here); got != c.want {
			t.Errorf("%s, %s: got %v", c.gone, c.here, got)
		}
	}
}
