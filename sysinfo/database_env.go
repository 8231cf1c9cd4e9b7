package sysinfo

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo/late"
)

// maxEnv is how large an environment file is read.
const maxEnv = 64 << 10

// readEnv reads an environment file: KEY=VALUE, quotes, "export", and ${KEY} of lines above.
func readEnv(r Root, name string) map[string]placed {
	b, err := r.ReadFile(name)
	if err != nil || len(b) > maxEnv {
		return nil
	}
	out := map[string]placed{}
	n := 0
	for line := range strings.Lines(string(b)) {
		n++
		envLine(out, strings.TrimSpace(line), Place{File: name, Line: n})
	}
	return out
}

func envLine(out map[string]placed, line string, at Place) {
	key, value, ok := strings.Cut(strings.TrimPrefix(line, "export "), "=")
	key = strings.TrimSpace(key)
	if !ok || strings.HasPrefix(line, "#") || key == "" || strings.ContainsAny(key, " \t$") {
		return
	}
	value = strings.TrimSpace(value)
	switch {
	case len(value) > 1 && value[0] == '\'' && strings.IndexByte(value[1:], '\'') >= 0:
		out[key] = placed{value[1 : 1+strings.IndexByte(value[1:], '\'')], at}
		return
	case len(value) > 1 && value[0] == '"' && strings.LastIndexByte(value, '"') > 0:
		value = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(value[1:strings.LastIndexByte(value, '"')])
	default:
		value, _, _ = strings.Cut(value, " #")
	}
	out[key] = placed{strings.TrimSpace(filled(out, value)), at}
}

// maxFilled is how long variables may make a value: one that doubles with every line would take all memory.
const maxFilled = 4 << 10

// filled puts the values of lines above in, in one pass: what they bring is not looked at again.
func filled(set map[string]placed, value string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(value, "${")
		key, after, closed := strings.Cut(rest, "}")
		if !ok || !closed {
			break
		}
		v, known := set[key]
		switch {
		case !known: // it stays as it stands, and may hold another: ${a${b}
			b.WriteString(before + "${")
			value = rest
			continue
		case b.Len()+len(before)+len(v.text)+len(after) > maxFilled:
			return b.String() + value
		}
		b.WriteString(before + v.text)
		value = after
	}
	return b.String() + value
}

// envStores are what variables speak of: an address in one (DATABASE_URL), or in several (DB_HOST and its like).
func envStores(set map[string]placed, app string, php bool) []*Store {
	var out []*Store
	for _, key := range slices.Sorted(maps.Keys(set)) {
		if s := urlStore(set[key]); s != nil && !unusedKey.MatchString(key) {
			s.App, s.PHP = app, php
			out = append(out, s)
		}
	}
	if !slices.ContainsFunc(out, func(s *Store) bool { return s.Kind == "mysql" || s.Kind == "postgres" }) {
		if s := partsStore(set); s != nil {
			s.App, s.PHP = app, php
			out = append(out, s)
		}
	}
	if s := addressStore(set); s != nil && !php && !slices.ContainsFunc(out, func(o *Store) bool { return o.Kind == s.Kind }) {
		s.App = app
		return append(out, s)
	}
	for _, key := range []string{"CACHE_STORE", "CACHE_DRIVER", "SESSION_DRIVER", "QUEUE_CONNECTION"} {
		if set[key].text == "redis" && !set["REDIS_URL"].at.Known() {
			where := set["REDIS_HOST"]
			s := &Store{Kind: "redis", App: app, PHP: php, Where: where.at, Written: where.text, password: hidden(set["REDIS_PASSWORD"].text)}
			if s.hostPort(where.text); set["REDIS_PASSWORD"].text == "null" {
				s.password = nil
			}
			if !s.Where.Known() {
				s.Where = set[key].at
			}
			if p := set["REDIS_PORT"]; p.text != "" {
				s.Port, _ = strconv.Atoi(p.text)
				s.PortAt = p.at
			}
			return append(out, s)
		}
	}
	return out
}

// unusedKey is a variable that people keep for a rainy day, or for another machine: what it names need not be there.
var unusedKey = late.New(`(^|_)(OLD|LEGACY|BACKUP|TEST|SHADOW|STAGING|EXAMPLE|DEV|DEMO|DEFAULT|FALLBACK)(_|$)`)

// partsStore reads Laravel's and Symfony's variables, which many others have taken over.
func partsStore(set map[string]placed) *Store {
	for _, family := range [][2]string{{"DB_", ""}, {"DATABASE_", ""}, {"POSTGRES_", "postgres"}, {"PG", "postgres"}, {"MYSQL_", "mysql"}, {"MARIADB_", "mysql"}} {
		if s := familyStore(set, family[0], family[1]); s != nil {
			return s
		}
	}
	return nil
}

// familyStore reads the variables that begin with one word: DB_HOST, DB_PORT, DB_DATABASE …
func familyStore(set map[string]placed, family, kind string) *Store {
	one := func(names ...string) placed {
		for _, name := range names {
			if v := set[family+name]; v.at.Known() {
				return v
			}
		}
		return placed{}
	}
	host, name, user, word := one("HOST", "HOSTNAME"), one("DATABASE", "NAME", "DB"), one("USERNAME", "USER"), one("PASSWORD", "PASS")
	if !host.at.Known() || !name.at.Known() {
		return nil
	}
	s := &Store{Kind: kind, User: user.text, Name: name.text, Where: host.at, NameAt: name.at, UserAt: user.at, WordAt: word.at, Written: host.text, password: hidden(word.text)}
	s.hostPort(host.text)
	if p, err := strconv.Atoi(one("PORT").text); err == nil {
		s.Port, s.PortAt = p, one("PORT").at
	}
	switch set["DB_CONNECTION"].text {
	case "pgsql", "postgres", "postgresql":
		s.Kind = "postgres"
	case "mysql", "mariadb":
		s.Kind = "mysql"
	case "":
		if kind == "" {
			s.Kind = map[bool]string{true: "postgres", false: "mysql"}[s.Port == 5432]
		}
	default:
		return nil
	}
	if sock := one("SOCKET"); sock.text != "" && s.Kind == "mysql" {
		s.Unix, s.Where = sock.text, sock.at
	}
	return s
}

var storeKinds = map[string]string{"mysql": "mysql", "mysql2": "mysql", "mysqli": "mysql", "mariadb": "mysql", "postgres": "postgres", "postgresql": "postgres",
	"pgsql": "postgres", "pg": "postgres", "redis": "redis", "memcached": "memcached"}
