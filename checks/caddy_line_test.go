package checks

import "testing"

func TestWithoutHeaders(t *testing.T) {
	for line, want := range map[string]string{
		`{"msg":"a","request":{"uri":"/x","headers":{"A":["}\"{"],"B":["2"]},"tls":{"resumed":false}},"status":502}`: `{"msg":"a","request":{"uri":"/x","headers":{…},"tls":{…}},"status":502}`,
		`{"request":{"headers":{"A":["cut`: `{"request":{"headers":{"A":["cut`,
		`dialing backend`:                  `dialing backend`,
	} {
		if got := withoutHeaders(line); got != want {
			t.Errorf("%s: got %s", line, got)
		}
	}
}
