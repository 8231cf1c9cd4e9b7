package sysinfo

import (
	"slices"
	"strings"
)

// renewalPages are where who signs certificates looks whether a name is its owner's (RFC 8555, 8.3). What answers them is often there only while a
// certificate is renewed: certbot --standalone, acme.sh and lego listen for those seconds and no longer.
const renewalPages = "/.well-known/acme-challenge"

// OfRenewal says that a page is one of those.
func OfRenewal(uri string) bool {
	rest, ok := strings.CutPrefix(uri, renewalPages)
	return ok && (rest == "" || rest[0] == '/' || rest[0] == '?')
}

// ForRenewal says that a hop answers no other pages.
func (f *Facts) ForRenewal(h *Hop) bool {
	pages := f.sample(h)
	return len(pages) > 0 && !slices.ContainsFunc(pages, func(uri string) bool { return !OfRenewal(uri) })
}
