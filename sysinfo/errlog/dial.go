package errlog

import "strings"

// dialed reads what Go's net package says, through Caddy, Traefik, cloudflared or any proxy written in Go:
//
//	dial tcp 127.0.0.1:9999: connect: connection refused
//	dial tcp: lookup app on 127.0.0.11:53: no such host
//	dialing backend: dial unix /run/php/php7.4-fpm.sock: connect: no such file or directory
func dialed(ev *Event, s string) {
	i := strings.LastIndex(s, "dial ")
	if lookup := strings.Index(s, "dial tcp: lookup "); lookup >= 0 {
		i = lookup // what follows is how the resolver was asked
	}
	text := s[i+len("dial "):]
	network, rest, _ := strings.Cut(text, " ")
	if strings.HasPrefix(network, "tcp") && strings.HasSuffix(network, ":") || strings.HasPrefix(rest, "lookup ") {
		ev.Kind = ResolveFailed
		name, _, _ := strings.Cut(after(rest, "lookup "), " ")
		ev.Name = strings.TrimRight(name, ":")
		if strings.Contains(rest, "i/o timeout") {
			ev.Errno = ETIMEDOUT
		}
		return
	}
	address := rest
	if j := strings.Index(rest, ": "); j >= 0 {
		address = rest[:j]
	}
	if src, dst, ok := strings.Cut(address, "->"); ok && src != "" {
		address = dst
	}
	ev.Errno = errnoText(rest)
	if network == "unix" {
		ev.Upstream.Address = "unix:" + address
	} else {
		ev.Upstream.Address = address
	}
	ev.Kind = connectKind(ev, network == "unix")
	if ev.Kind == ConnectTimedOut {
		ev.Kind = ConnectTimeout
	}
	if strings.Contains(rest, "operation was canceled") || strings.Contains(rest, "context canceled") {
		ev.Kind = ClientClosed
	}
}

// noHost reads "lookup app on 127.0.0.11:53: no such host", dialed or not.
func noHost(ev *Event, s string) {
	s, _, _ = strings.Cut(s, ": no such host")
	if i := strings.LastIndex(s, "lookup "); i >= 0 {
		name, _, _ := strings.Cut(s[i+len("lookup "):], " ")
		ev.Name = strings.TrimRight(name, ":")
	}
}

// refusedBy reads Node's "connect ECONNREFUSED 127.0.0.1:3000" and "getaddrinfo ENOTFOUND app".
func refusedBy(ev *Event, s string) {
	ev.Errno = errnoText(s)
	if rest := after(s, "connect E"); rest != "" {
		_, address, _ := strings.Cut(rest, " ")
		address, _, _ = strings.Cut(strings.TrimSpace(address), " ")
		address = strings.TrimRight(address, "\"'`,;)")
		if strings.HasPrefix(address, "/") {
			address = "unix:" + address
		}
		ev.Upstream.Address = address
	}
	proxy := strings.Contains(s, "roxy") || strings.Contains(s, "[HPM]") || strings.Contains(s, "upstream")
	switch port := ev.Upstream.Port(); {
	case !proxy && (port == 3306 || port == 5432 || port == 27017 || port == 6379 || port == 1433):
		ev.Kind = DatabaseDown
	default:
		ev.Kind = connectKind(ev, ev.Upstream.Path() != "")
	}
}

// origin reads the end of cloudflared's lines: "originService=https://192.168.1.11:18443".
func origin(ev *Event, s string) {
	if address := after(s, "originService="); address != "" {
		ev.Upstream = ReadUpstream(address)
	}
}

func resetBy(ev *Event, s string) {
	ev.Errno = ECONNRESET
	if address := after(s, "->"); address != "" {
		ev.Upstream.Address, _, _ = strings.Cut(address, ": ")
	}
}
