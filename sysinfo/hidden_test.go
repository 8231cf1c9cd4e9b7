package sysinfo_test

import (
	"context"
	"strings"
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

// ownNginx is a machine with an nginx of its own, whose files are read; the one that is asked about has the number 900.
const ownNginx = `uid 1000
proc 1 0 0 2026-11-12T12:30:05Z /sbin/init
proc 900 1 0 2026-11-12T12:31:00Z nginx: master process nginx -g daemon off;
proc 901 900 33 2026-11-12T12:31:00Z nginx: worker process
-- etc/nginx/nginx.conf --
events {}
http {
	server {
		listen 80;
		server_name own.test;
		location / { proxy_pass http://127.0.0.1:3000; }
	}
}
-- var/log/nginx/error.log --
`

func TestAContainersFilesAreNotTheMachines(t *testing.T) {
	const machine = "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n31 27 0:5 / /proc rw - proc proc rw\n"
	const inside = "27 1 0:51 / / rw,relatime - overlay overlay rw\n"
	for _, c := range []struct {
		name         string
		self, theirs string // mountinfo
		hidden       bool
	}{
		{"a container has an overlay of its own", machine, "400 300 0:88 / / rw,relatime - overlay overlay rw\n", true},
		{"a container has a folder of the same disk", machine, "400 300 254:0 /srv/roots/nginx / rw,relatime - ext4 /dev/vda rw\n", true},
		{"a unit with numbers of its own has the machine's files", machine, machine, false},
		{"a guest's own nginx is seen from within", inside, inside, false},
		{"what lies on top of a container's root counts", machine, machine + "500 27 0:90 / / rw - overlay overlay rw\n", true},
		{"nobody may look", machine, "", false},
		{"we do not know our own", "", machine, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := ownNginx + "-- proc/900/status --\nName:\tnginx\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nNSpid:\t900\t1\n"
			for at, mounts := range map[string]string{"self": c.self, "900": c.theirs} {
				if mounts != "" {
					text += "-- proc/" + at + "/mountinfo --\n" + mounts
				}
			}
			f := sysinfo.NewFacts(hosttest.Text(t, "testdata", text).Host)
			all, err := f.Gateways(context.Background())
			if err != nil || len(all) != 1 {
				t.Fatalf("%d gateways, %v", len(all), err)
			}
			g := all[0]
			if g.Hidden != c.hidden || g.Foreign != c.hidden {
				t.Errorf("hidden %v, foreign %v, want %v", g.Hidden, g.Foreign, c.hidden)
			}
			if known := len(g.Sites) > 0; known == c.hidden || c.hidden && (len(g.Logs) > 0 || g.Root.Exists("/etc/nginx/nginx.conf")) {
				t.Errorf("%d sites, %d logs, want none of the machine's for a container, and these for others", len(g.Sites), len(g.Logs))
			}
			if front := len(f.HiddenFront(context.Background())) > 0; front != c.hidden {
				t.Errorf("the page may come from a container: %v, want %v", front, c.hidden)
			}
		})
	}
}

func TestTheMachinesOwnGatewayIsReadBesideAContainers(t *testing.T) {
	text := strings.Replace(ownNginx, "-- etc/nginx", "proc 700 1 0 2026-11-12T12:30:30Z nginx: master process /usr/sbin/nginx\n-- etc/nginx", 1) +
		"-- proc/self/mountinfo --\n27 1 254:0 / / rw - ext4 /dev/vda rw\n-- proc/700/mountinfo --\n27 1 254:0 / / rw - ext4 /dev/vda rw\n-- proc/900/mountinfo --\n400 300 0:88 / / rw - overlay overlay rw\n"
	f := sysinfo.NewFacts(hosttest.Text(t, "testdata", text).Host)
	sites := f.Sites(context.Background())
	if len(sites) != 1 || sites[0].Name != "own.test" || sites[0].Gateway.PID != 700 {
		t.Errorf("sites %v, want own.test of 700", sites)
	}
	if front := f.HiddenFront(context.Background()); len(front) > 0 {
		t.Errorf("%v may have the page, want the machine's own alone", front[0].PID)
	}
	if f = sysinfo.NewFacts(f.Host); len(f.Sites(context.Background())) == 1 {
		f.URL = "http://own.test:8080/"
		if front := f.HiddenFront(context.Background()); len(front) != 1 {
			t.Error("nobody may have a page at a port where the machine's own does not listen, want the container's")
		}
	}
}
