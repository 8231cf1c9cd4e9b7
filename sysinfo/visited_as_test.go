package sysinfo_test

import (
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

func TestASiteWithoutANameIsCalledAsTheHostsFileHasIt(t *testing.T) {
	for _, c := range []struct{ name, hosts, want string }{
		{"one name leads here, beside another site's", "127.0.0.1 till.chain.example docs.chain.example", "till.chain.example"},
		{"two may be it", "127.0.0.1 till.chain.example shop.chain.example", "localhost"},
		{"an app's name", "127.0.0.1 app.chain.example", "localhost"},
		{"the machine's own name", "127.0.1.1 web01.chain.example web01", "localhost"},
		{"another machine's", "192.0.2.7 till.chain.example", "localhost"},
		{"none", "127.0.0.1 localhost localhost.localdomain", "localhost"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := sysinfo.NewFacts(hosttest.Text(t, "../checks/testdata", `base debian-haproxy
-- etc/hosts --
`+c.hosts+`
-- etc/haproxy/haproxy.cfg --
frontend www
	bind *:80
	mode http
	use_backend docs if { hdr(host) -i docs.chain.example }
	default_backend till
backend till
	mode http
	server till1 app.chain.example:9001
backend docs
	mode http
	server docs1 127.0.0.1:9010
`).Host)
			gateways, err := f.Gateways(t.Context())
			if err != nil || len(gateways) != 1 {
				t.Fatalf("got %d gateways, %v", len(gateways), err)
			}
			for _, s := range gateways[0].Sites {
				if got := f.Title(t.Context(), s); len(s.Names) == 0 && got != c.want {
					t.Errorf("got %s, want %s", got, c.want)
				}
			}
		})
	}
}
