package sysinfo

import (
	"fmt"
	"testing"

	"fix502/sysinfo/varnish"
)

// As Varnish 7.1 prints it.
const varnishTransactions = `*   << BeReq    >> 3         
-   Timestamp      Start: 1795968112.196008 0.000000 0.000000
-   BereqMethod    GET
-   BereqURL       /report?token=x
-   BereqHeader    Host: tides.example:8080
-   BereqHeader    User-Agent: curl/7.88.1
-   Timestamp      Fetch: 1795968112.196019 0.000010 0.000010
-   BackendOpen    26 tides 127.0.0.1 8555 127.0.0.1 53578 connect
-   FetchError     first byte timeout
-   Timestamp      Beresp: 1795968114.198258 2.002249 2.002129

*   << BeReq    >> 9         
-   Timestamp      Start: 1795968115.1 0.000000 0.000000
-   BereqMethod    GET
-   BereqURL       /own
-   BereqHeader    User-Agent: fix502 (a check by this server's admin)
-   FetchError     first byte timeout

*   << BeReq    >> 32774     
-   Timestamp      Start: 1795968119.182587 0.000000 0.000000
-   BereqMethod    GET
-   BereqURL       /x
-   BereqHeader    Host: tides.example
-   FetchError     backend tides: fail errno 111 (Connection refused)
`

func TestVarnishFetches(t *testing.T) {
	v := &Varnish{Config: varnish.Parse(oneVCL(`vcl 4.1; backend tides { .host = "127.0.0.1"; .port = "8555"; }`), "/a.vcl")}
	got := ""
	for _, ev := range v.fetches(varnishTransactions) {
		got += fmt.Sprintln(ev.Kind, ev.Time.Unix(), ev.Method, ev.Host, ev.URI, ev.Upstream.Address)
	}
	want := "read-timeout 1795968112 GET tides.example /report?token=x 127.0.0.1:8555\nconnect-refused 1795968119 GET tides.example /x 127.0.0.1:8555\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if left := v.fetches("*\n-   FetchError\n-   BackendOpen    x\n-   Timestamp Start: never\n"); len(left) > 0 {
		t.Errorf("garbage is a failure: %v", left)
	}
}

// As Varnish 7.1 prints what its VCL had it try again.
const varnishRetries = `*   << BeReq    >> 3
-   Timestamp      Start: 1795993981.810607 0.000000 0.000000
-   BereqHeader    Host: tides.example
-   FetchError     backend tides: fail errno 111 (Connection refused)
-   Timestamp      Retry: 1795993981.810760 0.000152 0.000015
-   Link           bereq 32769 retry

*   << BeReq    >> 65539
-   Timestamp      Start: 1795993982.810607 0.000000 0.000000
-   BereqHeader    Host: tides.example
-   FetchError     backend tides: fail errno 111 (Connection refused)
-   Link           bereq 32772 retry

*   << BeReq    >> 32772
-   Timestamp      Start: 1795993982.910607 0.000000 0.000000
-   BereqHeader    Host: tides.example
-   FetchError     backend tides: fail errno 111 (Connection refused)
`

// A try that another one followed which did not fail is no failure of a visitor's.
func TestVarnishRetries(t *testing.T) {
	v := &Varnish{Config: varnish.Parse(oneVCL(`vcl 4.1; backend tides { .host = "127.0.0.1"; .port = "8555"; }`), "/a.vcl")}
	got := ""
	for _, ev := range v.fetches(varnishRetries) {
		got += fmt.Sprint(ev.MadeGood, " ")
	}
	if want := "true false false "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

type oneVCL string

func (v oneVCL) ReadFile(string) ([]byte, error) { return []byte(v), nil }
func (v oneVCL) Glob(string) ([]string, error)   { return nil, nil }
