package sysinfo

import (
	"slices"
	"testing"
)

func TestNamedCalls(t *testing.T) {
	const code = `const a = process.env.PAY || 'https://pay.internal:5443/balance' // http://old.internal:1/
# http://comment.internal/
ask("http://rates.partner.test/rates")
const b = "http://" + host
`
	want := []NamedCall{
		{TLS: true, Host: "pay.internal", Port: 5443, Where: Place{File: "/srv/a.js", Line: 1}},
		{Host: "rates.partner.test", Port: 80, Where: Place{File: "/srv/a.js", Line: 3}},
	}
	if got := readCode("/srv/a.js", code).namedCalls(); !slices.Equal(got, want) {
		t.Errorf("namedCalls() = %+v, want %+v", got, want)
	}
}

func TestLocalCallsOfNode(t *testing.T) {
	got := readCode("/srv/a.js", "net.connect(6379, '127.0.0.1')\nnet.createConnection(11211, \"localhost\")\nnet.connect(80, 'example.org')\n").localCalls(nil)
	want := []LocalCall{{6379, Place{File: "/srv/a.js", Line: 1}}, {11211, Place{File: "/srv/a.js", Line: 2}}}
	if !slices.Equal(got, want) {
		t.Errorf("localCalls() = %+v, want %+v", got, want)
	}
}
