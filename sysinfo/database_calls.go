package sysinfo

import (
	"strconv"
	"strings"

	"fix502/sysinfo/late"
)

// A storeCall is how the drivers of a language are told where a database or a cache is.
type storeCall struct {
	call late.Regexp
	kind string // "": the address says it
	// what its arguments are by their place, in storeCall's own words; by name they are known by storeNames
	order []string
	near  string // a word that the text has to have: a call's name alone is many things'
	// lacking is the host where none is given; empty: a socket
	lacking string
	php     bool
	socket  bool // "localhost" is a socket
}

var storeCalls = [...]storeCall{
	{call: late.New(`\b(?:new\s+\\?mysqli|mysqli_connect)\s*\(`), kind: "mysql", order: []string{"host", "user", "password", "name", "port", "socket"}, php: true, lacking: "localhost"},
	{call: late.New(`\bmysqli_real_connect\s*\(`), kind: "mysql", order: []string{"", "host", "user", "password", "name", "port", "socket"}, php: true, lacking: "localhost"},
	{call: late.New(`->real_connect\s*\(`), kind: "mysql", order: []string{"host", "user", "password", "name", "port", "socket"}, php: true, lacking: "localhost"},
	{call: late.New(`\bnew\s+\\?PDO\s*\(`), order: []string{"address", "user", "password"}, php: true},
	{call: late.New(`\bpg_p?connect\s*\(`), kind: "postgres", order: []string{"address"}, php: true},
	{call: late.New(`->p?connect\s*\(`), kind: "redis", near: "new Redis", order: []string{"host", "port"}, php: true},
	{call: late.New(`\bnew\s+\\?Predis\\Client\s*\(`), kind: "redis", order: []string{"address"}, php: true, lacking: "127.0.0.1"},
	{call: late.New(`->addServer\s*\(`), kind: "memcached", near: "Memcached", order: []string{"host", "port"}, php: true},
	{call: late.New(`\b(?:psycopg2?|asyncpg)\.(?:connect|create_pool)\s*\(`), kind: "postgres", order: []string{"address"}},
	{call: late.New(`\bConnectionPool\s*\(`), kind: "postgres", near: "psycopg", order: []string{"address"}},
	{call: late.New(`\b(?:pymysql|aiomysql)\.(?:connect|create_pool)\s*\(`), kind: "mysql", order: []string{"host", "user", "password", "name", "port"}, lacking: "localhost"},
	{call: late.New(`\bmysql\.connector\.connect\s*\(`), kind: "mysql", lacking: "127.0.0.1"},
	{call: late.New(`\bMySQLdb\.connect\s*\(`), kind: "mysql", order: []string{"host", "user", "password", "name", "port", "socket"}, lacking: "localhost", socket: true},
	{call: late.New(`\bcreate_(?:async_)?engine\s*\(`), order: []string{"address"}},
	{call: late.New(`\bredis\.(?:asyncio\.)?(?:Redis|StrictRedis)\s*\(`), kind: "redis", order: []string{"host", "port"}, lacking: "localhost"},
	{call: late.New(`\b(?:redis|Redis)\.from_url\s*\(`), kind: "redis", order: []string{"address"}},
	{call: late.New(`\bmysql2?\.create(?:Connection|Pool)\s*\(`), kind: "mysql", order: []string{"address"}, lacking: "localhost"},
	{call: late.New(`\bnew\s+(?:\w+\.)?(?:Pool|Client)\s*\(`), kind: "postgres", near: "pg", order: []string{"address"}, lacking: "localhost"},
	{call: late.New(`\bcreateClient\s*\(`), kind: "redis", near: "redis", order: []string{"address"}, lacking: "localhost"},
	{call: late.New(`\bnew\s+(?:\w+\.)?(?:Io)?Redis\s*\(`), kind: "redis", near: "redis", order: []string{"port", "host"}, lacking: "127.0.0.1"},
	{call: late.New(`\bDATABASES\s*=\s*\{\s*['"]\s*['"]\s*:\s*\{`)}, // Django's settings
}

// storeNames are what drivers call the parts of an address.
var storeNames = map[string]string{"host": "host", "hostname": "host", "server": "host", "port": "port", "user": "user", "username": "user", "uid": "user",
	"password": "password", "passwd": "password", "pass": "password", "pwd": "password", "auth": "password", "database": "name", "db": "name", "dbname": "name",
	"unix_socket": "socket", "unix_socket_path": "socket", "socketpath": "socket", "path": "socket", "url": "address", "dsn": "address", "connectionstring": "address", "uri": "address", "conninfo": "address",
	"engine": "engine", "name": "name"}

// maxCalls bounds the calls of one kind that are read in one file.
const maxCalls = 8

// callStores are the databases and caches that a text connects to, as far as its words and the values of its names tell.
func callStores(c codeText, v *codeValues) []*Store {
	var out []*Store
	for _, k := range storeCalls {
		if !hasWord(c.text, k.near) {
			continue
		}
		for _, m := range k.call.FindAllStringSubmatchIndex(c.bare, maxCalls) {
			if s := k.store(c, v, m[1]-1); s != nil {
				out = append(out, s)
			}
		}
	}
	return out
}

// store is what one call connects to; nil where a part of it is not known: a login with half of its words says nothing about the app.
func (k storeCall) store(c codeText, v *codeValues, open int) *Store {
	if c.closing(open) < 0 {
		return nil
	}
	set := map[string]placed{}
	v.parts = nil
	for n, a := range c.args(open) {
		name := storeNames[strings.ToLower(a.name)]
		if a.name == "" && n < len(k.order) {
			name = k.order[n]
		}
		if name == "" || a.text == "null" || a.text == "None" || a.text == "NULL" {
			continue
		}
		one, ok := v.of(a.text, c.place(a.at))
		if !ok {
			return nil
		}
		set[name] = one
	}
	return k.made(set, v.parts, c.place(open))
}

// made is the store of a call's parts.
func (k storeCall) made(set map[string]placed, parts map[string]Place, at Place) *Store {
	s := &Store{Kind: k.kind, PHP: k.php, mysqli: k.php && k.kind == "mysql", Where: at}
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
	if engine, ok := set["engine"]; ok {
		s.Kind = storeKinds[engine.text[strings.LastIndexByte(engine.text, '.')+1:]]
		s.PHP = s.Kind == "mysql" // mysqlclient takes localhost, or none, for the socket
	}
	if s.Kind == "" {
		return nil
	}
	host := set["host"].text
	if host == "" {
		host = k.lacking
	}
	if p, err := strconv.Atoi(host); k.kind == "redis" && err == nil && p > 0 { // new Redis(6379)
		return nil
	}
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
	if k.socket && host == "localhost" {
		s.PHP = true
	}
	return s
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

// hasWord says that a text has a word by itself; the empty one every text has.
func hasWord(text, word string) bool {
	return word == "" || standsAlone(text, word, func(b byte) bool { return b == '_' || b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z' })
}
