package checks

import (
	"testing"

	"fix502/sysinfo"
)

func TestUwsgiSpeaks(t *testing.T) {
	port := &live{Hop: &sysinfo.Hop{}}
	port.Port = 3031
	socket := &live{Hop: &sysinfo.Hop{}}
	socket.Unix = "/run/shop.sock"
	for _, c := range []struct {
		at   *live
		text string
		want string
	}{
		{port, "[uwsgi]\nsocket = 127.0.0.1:3031\n", "uwsgi"},
		{port, "[uwsgi]\nhttp-socket = 127.0.0.1:3031\n", "http"},
		{port, "[uwsgi]\nhttp = :8080\nsocket = :3031\n", "uwsgi"}, // its router is another's
		{port, "[uwsgi]\nhttp = :3031\nsocket = /run/shop.sock\n", "http"},
		{socket, "[uwsgi]\nhttp = :3031\nsocket = /run/shop.sock\n", "uwsgi"},
		{socket, "[uwsgi]\nhttp-socket=/var/run/shop.sock\n", "http"},
		{port, "[uwsgi]\nprotocol = http\nsocket = 127.0.0.1:3031\n", "http"},
		{port, "/usr/bin/uwsgi --http-socket :3031 --plugin python3", "http"},
		{port, "/usr/bin/uwsgi --http-socket :8080 --socket=127.0.0.1:3031", "uwsgi"},
		{port, "uwsgi:\n  fastcgi-socket: :3031\n", "fastcgi"},
		{port, "[uwsgi]\nhttps = 0.0.0.0:3031,/etc/ssl/a.pem,/etc/ssl/a.key\n", "https"},
		{port, "[uwsgi]\nhttp-socket = $(ADDRESS)\n", "http"}, // it listens in HTTP alone
		{port, "[uwsgi]\nmaster = true\n", "uwsgi"},
		{port, "[uwsgi]\nhttp-timeout = 3031\nsocket-timeout = 3031\n", "uwsgi"},
	} {
		if got := uwsgiSpeaks(c.at, c.text); got != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}
