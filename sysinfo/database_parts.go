package sysinfo

import (
	"strconv"
	"strings"

	"fix502/sysinfo/late"
)

// made is the store of a call's parts.
func (k storeCall) made(set map[string]placed, parts map[string]Place, at Place) *Store {
	s := &Store{Kind: k.kind, PHP: k.php, mysqli: k.php && k.kind == "mysql", Where: at}
	if k.kind == "redis" {
		firstOfRedis(set)
	}
	if one := set["name"]; strings.Contains(one.text, "://") { // new Sequelize('mysql://...')
		set["address"] = one
	}
	if one, ok := set["address"]; ok {
		if !k.addressed(one, parts, set) {
			if s := urlStore(one); s != nil && (k.kind == "" || s.Kind == k.kind) {
				s.PHP = k.php
				return s
			}
			return nil
		}
		s.Kind = set["kind"].text
	}
	for _, name := range []string{"host", "socket"} {
		if set[name].at.Known() {
			s.Where = set[name].at
		}
	}
	if engine, ok := set["engine"]; ok && k.kind == "" {
		s.Kind = storeKinds[engine.text[strings.LastIndexByte(engine.text, '.')+1:]]
		s.PHP = k.socket && s.Kind == "mysql" // mysqlclient takes localhost, or none, for the socket
	}
	if s.Kind == "" {
		return nil
	}
	host := set["host"].text
	if host == "" {
		host = k.lacking
	}
	if s.mysqli {
		host = strings.TrimPrefix(host, "p:") // a connection that is kept (PHP's manual, "The mysqli Extension and Persistent Connections")
	}
	host = strings.TrimPrefix(host, "tcp://") // PHP's "Supported Socket Transports"
	s.Written = set["host"].text
	s.hostPort(host)
	if strings.HasPrefix(set["socket"].text, "/") {
		s.Unix = set["socket"].text
	}
	if p, err := strconv.Atoi(set["port"].text); err == nil && p > 0 {
		s.Port, s.PortAt = p, set["port"].at
	}
	s.User, s.UserAt, s.Name, s.NameAt, s.WordAt = set["user"].text, set["user"].at, set["name"].text, set["name"].at, set["password"].at
	s.password = hidden(set["password"].text)
	if k.kind == bySocket {
		if s.Kind = plainPorts[s.Port]; s.Kind == "" {
			return nil
		}
	}
	if k.socket && host == "localhost" {
		s.PHP = true
	}
	return s
}

// firstOfRedis: the first thing that ioredis is given may be a port, a host, a socket, or an address with all of it.
func firstOfRedis(set map[string]placed) {
	one, ok := set["port"]
	if _, err := strconv.Atoi(one.text); !ok || err == nil {
		return
	}
	delete(set, "port")
	switch {
	case strings.Contains(one.text, "://"):
		set["address"] = one
	case strings.HasPrefix(one.text, "/"):
		set["socket"] = one
	default:
		set["host"] = one
	}
}

var pair = late.New(`(\w+)\s*=\s*('[^']*'|[^\s;']+)`)

// addressed takes an address apart that is made of pairs: PDO's "mysql:host=db;dbname=shop", libpq's "host=db dbname=shop".
func (k storeCall) addressed(one placed, parts map[string]Place, set map[string]placed) bool {
	kind, rest := k.kind, one.text
	if k.kind == "" {
		word, after, ok := strings.Cut(one.text, ":")
		if kind = storeKinds[word]; !ok || kind == "" || strings.HasPrefix(after, "//") {
			return false
		}
		rest = after
	}
	if strings.Contains(rest, "://") || !strings.Contains(rest, "=") {
		return false
	}
	set["kind"] = placed{kind, one.at}
	for _, m := range pair.FindAllStringSubmatch(rest, 20) {
		if name := storeNames[strings.ToLower(m[1])]; name != "" && !set[name].at.Known() {
			value := placed{strings.Trim(m[2], "'"), one.at}
			if at := parts[value.text]; at.Known() {
				value.at = at
			}
			set[name] = value
		}
	}
	if strings.HasPrefix(set["host"].text, "/") { // libpq: the folder of its socket
		set["socket"] = set["host"]
		delete(set, "host")
	}
	return true
}
