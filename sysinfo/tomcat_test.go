package sysinfo

import (
	"fmt"
	"testing"
)

func TestConnectors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`<Connector port="8080" protocol="HTTP/1.1" />`, "[{1 1 false 127.0.0.1:8080  false false}]"},
		{"<!-- The AJP port -->\n<Connector\n  protocol='org.apache.coyote.ajp.AjpNioProtocol' port=\"8009\"\n  address=\"::1\" secret=\"a>b\" secretRequired=\"false\">\n</Connector>", "[{2 4 true [::1]:8009 a>b true false}]"},
		{"<!--\n<Connector protocol=\"AJP/1.3\" port=\"8009\" />\n\n-->", "[{2 4 true 127.0.0.1:8009  false true}]"},
		{"<!-- <Connector protocol=\"AJP/1.3\" port=\"8009\" />", "[]"},
		{`<Connector port="${http.port}" address="0.0.0.0"/>`, "[{1 1 false   false false}]"},
	} {
		type seen struct {
			from, to  int
			ajp       bool
			at        string
			secret    string
			open, off bool
		}
		got := []seen{}
		for _, k := range connectors("server.xml", c.text) {
			got = append(got, seen{k.Place.Line, k.End.Line, k.AJP, k.Dial(), k.Secret, k.Open, k.Off})
		}
		if s := fmt.Sprint(got); s != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.text, s, c.want)
		}
	}
}
