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
