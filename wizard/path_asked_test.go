package wizard

import (
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

// Where nothing fails, the drawn hop is one that the asked page is sent to: no spare, none of another page, no other value of a variable.
func TestTheDrawnHopIsAsked(t *testing.T) {
	const machine = `# Two apps, one of which runs.
base debian
answer 127.0.0.1:80 notes.test * 200 nginx/1.22.1
listen tcp 127.0.0.1:7011 0/511 910
-- etc/nginx/conf.d/apps.conf --
map $cookie_beta $chosen {
	yes 127.0.0.1:7012;
	default 127.0.0.1:7011;
}
upstream app {
	server 127.0.0.1:7012 backup;
	server 127.0.0.1:7011;
}
-- etc/nginx/sites-enabled/notes --
server {
	listen 80;
	server_name notes.test;
	location /old/ {
		proxy_pass http://127.0.0.1:7012;
	}
	location / {
		proxy_pass http://`
	for _, to := range []string{"127.0.0.1:7011", "app", "$chosen"} {
		r := Diagnose(t.Context(), sysinfo.NewFacts(hosttest.Text(t, "../checks/testdata", machine+to+";\n\t}\n}\n").Host), Options{})
		p, _ := r.Worst()
		legs, others := p.Legs()
		if got := legs[len(legs)-1].Address; got != "127.0.0.1:7011" || others != 1 {
			t.Errorf("%s: got %s, and %d beside it", to, got, others)
		}
	}
}
