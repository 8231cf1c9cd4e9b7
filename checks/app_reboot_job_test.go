package checks

import (
	"strings"
	"testing"
)

func TestALineOfCronsRunsItsProgramsAlone(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{"/srv/shop/start.sh", "/srv/shop/start.sh"},
		{"sleep 20 && cd /srv/shop && nohup node server.js", "/srv/shop"},
		{"/srv/shop/venv/bin/python /srv/shop/app.py --pid /run/shop.pid", "/srv/shop/venv/bin/python /srv/shop/app.py"},
		{`bash -lc "cd /srv/shop; PORT=3000 ./start"`, "/srv/shop"},
		{"rm -f /srv/shop/server.pid; /srv/shop/start.sh -c /etc/shop.conf", "/srv/shop/start.sh"},
		{"test -x /usr/sbin/tool && /usr/sbin/tool", ""},
		{"[ -x /usr/sbin/tool ] && /usr/sbin/tool", ""},
		{"mkdir -p /run/shop", ""},
		{"/srv/shop/start.sh>/dev/null 2>&1", "/srv/shop/start.sh"},
		{"/srv/shop/start2>>/srv/shop/log&", "/srv/shop/start2"},
		{"sleep 5;/srv/shop/a.sh|logger&&/srv/shop/b.sh", "/srv/shop/a.sh /srv/shop/b.sh"},
	} {
		if got := strings.Join(runs(tt.line), " "); got != tt.want {
			t.Errorf("runs(%q) = %q, want %q", tt.line, got, tt.want)
		}
	}
}
