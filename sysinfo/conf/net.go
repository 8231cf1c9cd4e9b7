package conf

import (
	"net/netip"
	"slices"
)

// InNet says that a word is an address, or a network that holds it: "10.0.0.1", "10.0.0.0/8".
func InNet(word string, a netip.Addr) bool {
	if p, err := netip.ParsePrefix(word); err == nil {
		return p.Contains(a.Unmap())
	}
	of, err := netip.ParseAddr(word)
	return err == nil && of == a.Unmap()
}

// AnyNet says that one of some words is an address, or a network that holds it.
func AnyNet(words []string, a netip.Addr) bool {
	return slices.ContainsFunc(words, func(w string) bool { return InNet(w, a) })
}

// AllNets says that every one of some words is an address or a network; of none, yes.
func AllNets(words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !IsNet(w) })
}

// IsNet says that a word is an address or a network.
func IsNet(word string) bool {
	_, err := netip.ParsePrefix(word)
	_, err2 := netip.ParseAddr(word)
	return err == nil || err2 == nil
}
