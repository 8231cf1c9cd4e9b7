package sysinfo

import (
	"context"
	"net/url"
	"strings"

	"fix502/sysinfo/phpfpm"
)

// sessionStores are where PHP keeps the sessions of a pool, when that is no folder: session.save_handler and save_path.
func (f *Facts) sessionStores(ctx context.Context, h *Hop) []*Store {
	if h.Scheme != "fastcgi" {
		return nil
	}
	p, pool := f.PoolOf(ctx, h)
	if p == nil || pool == nil {
		return nil
	}
	set := func(name string) phpfpm.Value {
		if v := pool.PHP(name); v.Place.File != "" {
			return v
		}
		return p.INI(f.Host.Root, name)
	}
	var kind string
	switch handler := set("session.save_handler"); handler.Text {
	case "redis", "rediscluster":
		kind = "redis"
	case "memcached", "memcache":
		kind = "memcached"
	default:
		return nil
	}
	where := set("session.save_path")
	var out []*Store
	for one := range strings.FieldsFuncSeq(where.Text, func(r rune) bool { return r == ',' || r == ' ' }) {
		s := &Store{Kind: kind, App: "PHP's sessions", PHP: true, Where: where.Place, hop: h}
		address, query, _ := strings.Cut(one, "?")
		if _, rest, ok := strings.Cut(address, "://"); ok {
			address = rest
		}
		if s.hostPort(address); len(out) < 4 {
			s.Written = address
			out = append(out, s)
		}
		if q, err := url.ParseQuery(query); err == nil { // auth=word, or auth[]=user&auth[]=word
			s.password = hidden(q.Get("auth"))
			if both := q["auth[]"]; len(both) == 2 {
				s.User, s.password = both[0], hidden(both[1])
			}
		}
	}
	return out
}
