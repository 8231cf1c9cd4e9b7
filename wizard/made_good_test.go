package wizard

import (
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

// What another server made good is no failure of the site; where the access log has a failed page in that minute, or nobody stands in, it is one.
func TestLinesThatAnotherServerMadeGood(t *testing.T) {
	const machine = `# Two servers, one of which does not run.
base debian
answer 127.0.0.1:80 notes.test * 200 nginx/1.22.1
listen tcp 127.0.0.1:7011 0/511 910
-- etc/nginx/sites-enabled/notes --
upstream app {
	server 127.0.0.1:7012;
	server 127.0.0.1:7011;
}
server {
	listen 80;
	server_name notes.test;
	access_log /var/log/nginx/notes.log;
	location / {
		`
	const lines = `
	}
	location @other {
		proxy_pass http://127.0.0.1:7011;
	}
}
-- var/log/nginx/error.log --
2026/11/22 12:20:43 [error] 701#701: *576 connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.179, server: notes.test, request: "GET / HTTP/1.1", upstream: "http://127.0.0.1:7012/", host: "notes.test"
-- var/log/nginx/notes.log --
203.0.113.179 - - [22/Nov/2026:12:20:43 +0000] "GET / HTTP/1.1" `
	for _, c := range []struct {
		pass, status string
		failed, good int
	}{
		{"proxy_pass http://app;", "200 12", 0, 1},
		{"proxy_pass http://app;", "502 150", 1, 0},
		{"proxy_pass http://127.0.0.1:7012;", "200 12", 1, 0},
		{"proxy_pass http://127.0.0.1:7012;\n\t\terror_page 502 = @other;", "200 12", 0, 1},
		{"proxy_pass http://app;\n\t\terror_page 502 =200 /sorry.html;", "200 12", 1, 0},
	} {
		r := Diagnose(t.Context(), sysinfo.NewFacts(hosttest.Text(t, "../checks/testdata", machine+c.pass+lines+c.status+" \"-\" \"Mozilla/5.0\"\n").Host), Options{})
		if r.Errors.Total != c.failed || len(r.Errors.MadeGood) != c.good {
			t.Errorf("%s, %s: got %d failures, %d made good", c.pass, c.status, r.Errors.Total, len(r.Errors.MadeGood))
		}
	}
}
