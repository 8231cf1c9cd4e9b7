package sysinfo

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"fix502/sysinfo/caddy"
)

// TestAskCaddy: the address of its admin API, a socket too, is asked by a name that Caddy lets in; one that is off is not asked.
func TestAskCaddy(t *testing.T) {
	for _, c := range []struct{ admin, network, addr, host string }{
		{"localhost:2019", "tcp", "127.0.0.1:2019", "localhost:2019"},
		{":2020", "tcp", "127.0.0.1:2020", "localhost:2020"},
		{"10.0.0.5:2019", "tcp", "10.0.0.5:2019", "10.0.0.5:2019"},
		{"unix//run/caddy.sock|0600", "unix", "/run/caddy.sock", "127.0.0.1"},
		{"off", "", "", ""},
		{"{env.ADMIN}", "", "", ""},
	} {
		host, network, addr := "", "", ""
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			host = r.Host
			_, _ = w.Write([]byte(`[{"address":"127.0.0.1:3000","num_requests":1,"fails":2}]`))
		}))
		f := NewFacts(&Host{Dial: func(ctx context.Context, _ int, n, a string) (net.Conn, error) {
			network, addr = n, a
			return (&net.Dialer{}).DialContext(ctx, "tcp", srv.Listener.Addr().String())
		}})
		got, err := f.CaddyUpstreams(context.Background(), &Gateway{PID: 7, Extra: &Caddy{Config: &caddy.Config{Admin: c.admin}}})
		srv.Close()
		if network != c.network || addr != c.addr || host != c.host || (c.addr == "") != (err != nil) {
			t.Errorf("%s: asked %s %s as %q, %v", c.admin, network, addr, host, err)
		}
		if err == nil && (len(got) != 1 || got[0] != CaddyUpstream{"127.0.0.1:3000", 1, 2}) {
			t.Errorf("%s: got %v", c.admin, got)
		}
	}
}
