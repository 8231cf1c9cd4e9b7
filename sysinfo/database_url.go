package sysinfo

import (
	"net/url"
	"strconv"
	"strings"
)

// addressStore reads REDIS_ADDR and its like, where a program has no more than an address of its cache.
func addressStore(set map[string]placed) *Store {
	for _, kind := range []string{"redis", "memcached"} {
		name := strings.ToUpper(kind)
		for _, tail := range []string{"_ADDR", "_ADDRESS", "_HOST", "_SERVER", "_SERVERS", "_ENDPOINT"} {
			v := set[name+tail]
			if v.text == "" || strings.ContainsAny(v.text, ", \t/") {
				continue
			}
			s := &Store{Kind: kind, Where: v.at, Written: v.text, User: set[name+"_USERNAME"].text, password: hidden(set[name+"_PASSWORD"].text)}
			if set[name+"_PASSWORD"].text == "null" {
				s.password = nil
			}
			s.hostPort(v.text)
			if n, err := strconv.Atoi(set[name+"_PORT"].text); err == nil {
				s.Port, s.PortAt = n, set[name+"_PORT"].at
			}
			return s
		}
	}
	return nil
}

// urlStore reads an address such as postgres://user:word@host:5432/name; nil for what it does not know, TLS among it.
func urlStore(v placed) *Store {
	u, err := url.Parse(v.text)
	if err != nil || v.text == "" {
		return nil // the error holds the address with its password
	}
	scheme, _, _ := strings.Cut(u.Scheme, "+") // postgresql+psycopg2
	if u.Hostname() == "" && !strings.Contains(u.RawQuery, "/") {
		return nil // "redis:", "mysql:": words, not an address
	}
	kind := storeKinds[strings.TrimPrefix(scheme, "pdo-")]
	if kind == "" {
		return nil
	}
	s := &Store{Kind: kind, Where: v.at, UserAt: v.at, NameAt: v.at, WordAt: v.at, Host: u.Hostname(), Written: u.Host, Name: strings.TrimPrefix(u.Path, "/"), User: u.User.Username()}
	s.Port, _ = strconv.Atoi(u.Port())
	word, _ := u.User.Password()
	s.password = hidden(word)
	for _, key := range []string{"host", "unix_socket", "unix_sock", "socket"} {
		if p := u.Query().Get(key); strings.HasPrefix(p, "/") {
			s.Unix = p
		}
	}
	return s
}
