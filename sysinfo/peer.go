package sysinfo

import (
	"context"
	"strings"
)

// Peer is what a hop's other end is, for a picture: the program that listens there, where the protocol alone does not tell. FastCGI is spoken by fcgiwrap
// and by programs of one's own as well.
func (f *Facts) Peer(ctx context.Context, h *Hop) string {
	if h.Scheme != "fastcgi" {
		if in := f.Inner(ctx, h); in != nil && h.To == "app" {
			return in.Gateway.Kind
		}
		return h.To
	}
	name, _ := f.SocketService(h)
	if owner := f.Reach(ctx, h).Owner; owner != nil && owner.Name != "systemd" {
		name = owner.Name
	}
	name = strings.TrimSuffix(name, ".service")
	switch {
	case name == "" || strings.Contains(name, "php") && strings.Contains(name, "fpm"):
		return h.To
	case strings.HasPrefix(name, "fcgiwrap"):
		return "fcgiwrap"
	case strings.HasPrefix(name, "php-cgi"):
		return "php-cgi"
	}
	return "FastCGI app"
}
