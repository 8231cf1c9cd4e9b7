package wizard

import "testing"

// A gateway that asks "localhost" leads to whoever listens on the loopback.
func TestTheGatewayInFrontIsSeen(t *testing.T) {
	inner := Path{Hops: []Stop{{Kind: "nginx", Address: "127.0.0.1:8080"}}}
	for hop, want := range map[string]bool{"127.0.0.1:8080": true, "localhost:8080": true, "localhost:8081": false, "10.0.0.1:8080": false, "127.0.0.2:8080": false} {
		if got := (Path{Hops: []Stop{{Kind: "caddy", Address: ":80"}, {Address: hop}}}).leadsTo(inner); got != want {
			t.Errorf("%s: got %t", hop, got)
		}
	}
}

// Where proxies send each other round, each is drawn once.
func TestACircleIsDrawnOnce(t *testing.T) {
	nginx := Path{Hops: []Stop{{Kind: "nginx", Address: "0.0.0.0:80"}, {Address: "127.0.0.1:6081"}}}
	varnish := Path{Hops: []Stop{{Kind: "varnish", Address: "127.0.0.1:6081"}, {Address: "127.0.0.1:80"}}}
	if got := through([]Path{nginx, varnish}, 1); len(got) != 1 || got[0].Kind != "nginx" {
		t.Errorf("got %v", got)
	}
}
