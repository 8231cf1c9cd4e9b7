package sysinfo

import "testing"

func TestOfRenewal(t *testing.T) {
	for uri, want := range map[string]bool{"/.well-known/acme-challenge/": true, "/.well-known/acme-challenge": true, "/.well-known/acme-challenge/x1Z": true, "/.well-known/acme-challenges": false, "/.well-known/security.txt": false, "/": false} {
		if got := OfRenewal(uri); got != want {
			t.Errorf("%s: %v, want %v", uri, got, want)
		}
	}
}
