package wizard

import (
	"strings"
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

// A gateway that takes every name is called what its visitors call it: by the log, or the name of the one before it, as long as that is one.
func TestAnInnerSiteHasTheNameOfItsVisitors(t *testing.T) {
	const machine = `# nginx before an nginx of its own port, before an app that does not run.
base debian
answer 127.0.0.1:80 notes.test * 502 nginx/1.22.1
answer 127.0.0.1:8080 notes.test * 502 nginx/1.22.1
answer 127.0.0.1:8080 localhost * 502 nginx/1.22.1
answer 127.0.0.1:8080 localhost:8080 * 502 nginx/1.22.1
listen tcp 127.0.0.1:8080 0/511 700
-- etc/nginx/sites-enabled/notes --
server {
	listen 80;
	server_name notes.test;
	location / {
		proxy_set_header Host $host;
		proxy_pass http://127.0.0.1:8080;
	}
}
-- etc/nginx/sites-enabled/inner --
server {
	listen 127.0.0.1:8080;
	location / {
		proxy_pass http://127.0.0.1:7007;
	}
}
-- fresh: /var/log/nginx/error.log --
2026/11/22 12:30:00 [error] 701#701: *9 connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: , request: "GET / HTTP/1.0", upstream: "http://127.0.0.1:7007/", host: "notes.test"
-- body: 127.0.0.1:80 notes.test * --
<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx/1.22.1</center></body></html>
-- body: 127.0.0.1:8080 notes.test * --
<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx/1.22.1</center></body></html>
`
	const second = "-- etc/nginx/sites-enabled/second --\nserver {\n\tlisten 80;\n\tserver_name second.test;\n\tlocation / {\n\t\tproxy_set_header Host $host;\n\t\tproxy_pass http://127.0.0.1:8080;\n\t}\n}\n"
	const alone = `# A site that takes every name.
base debian
answer 127.0.0.1:80 localhost * 502 nginx/1.22.1
-- etc/nginx/sites-enabled/alone --
server {
	listen 80 default_server;
	server_name _;
	location / {
		proxy_pass http://127.0.0.1:7007;
	}
}
-- var/log/nginx/error.log --
2026/11/22 12:20:00 [error] 701#701: *9 connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.9, server: _, request: "GET / HTTP/1.1", upstream: "http://127.0.0.1:7007/", host: "alone.test"
`
	for text, want := range map[string]string{machine: "notes.test: ", alone: "alone.test: ", strings.Replace(alone, `"alone.test"`, `"203.0.113.80"`, 1): "localhost: ", machine + second: "localhost:8080: ", strings.ReplaceAll(machine, "notes.test", "token.test"): "token.test: nothing listens"} {
		r := Diagnose(t.Context(), sysinfo.NewFacts(hosttest.Text(t, "../checks/testdata", text).Host), Options{})
		if !strings.HasPrefix(r.Summary, want) {
			t.Errorf("got %q, want it to begin with %q", r.Summary, want)
		}
	}
}
