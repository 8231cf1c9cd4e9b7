package haproxy

import "slices"

// Inner is the frontend of the same HAProxy to which the only server of a backend leads over a socket: what splits TLS by its name in one
// frontend, and reads the requests in another. Nil for any other backend.
func (c *Config) Inner(back *Section) *Section {
	servers := back.Servers()
	if len(servers) != 1 || servers[0].Unix == "" {
		return nil
	}
	for _, s := range c.Proxies("frontend", "listen") {
		if s != back && slices.ContainsFunc(s.Binds(), func(b Bind) bool { return b.Unix == servers[0].Unix }) {
			return s
		}
	}
	return nil
}
