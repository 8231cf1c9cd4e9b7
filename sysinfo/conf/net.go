package conf

import "net/netip"

// InNet says that a word is an address, or a network that holds it: "10.0.0.1", "10.0.0.0/8".
func InNet(word string, a netip.Addr) bool {
	if p, err := netip.ParsePrefix(word); err == nil {
		return p.Contains(a.Unmap())
	}
	of, err := netip.ParseAddr(word)
	return err == nil && of == a.Unmap()
}

// IsNet says that a word is an address or a network.
func IsNet(word string) bool {
	_, err := netip.ParsePrefix(word)
	_, err2 := netip.ParseAddr(word)
	return err == nil || err2 == nil
}
