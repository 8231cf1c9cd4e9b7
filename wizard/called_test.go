package wizard

import (
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

// A server block of several customers is called by the name that was asked, not by its first.
func TestASiteIsCalledAsItWasAsked(t *testing.T) {
	for url, want := range map[string]string{"": "shop.test", "http://www.shop.test/": "www.shop.test", "http://shop.test/": "shop.test"} {
		f := sysinfo.NewFacts(hosttest.Load(t, "../checks/testdata/socket_path_mismatch.two-names.txtar").Host)
		f.URL = url
		if r := Diagnose(t.Context(), f, Options{}); len(r.Causes) == 0 || r.Causes[0].Site != want {
			t.Errorf("%q: %v, want the site %s", url, r.Causes, want)
		}
	}
}
