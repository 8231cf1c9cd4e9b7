package sysinfo

import (
	"strings"
	"testing"
)

// A sign-on's answer of some kilobytes in the address does not fill the screen.
func TestAnAddressIsReadable(t *testing.T) {
	if got := (Question{Host: "shop.test", URI: "/cart?id=7"}).Page(); got != "shop.test/cart?id=7" {
		t.Errorf("got %q", got)
	}
	long := Question{Host: "shop.test", URI: "/sso?SAMLResponse=" + strings.Repeat("A", 6000)}
	if got := long.Page(); len(got) > 130 || !strings.HasPrefix(got, "shop.test/sso?SAMLResponse=A") || !strings.HasSuffix(got, "…") {
		t.Errorf("got %q", got)
	}
}
