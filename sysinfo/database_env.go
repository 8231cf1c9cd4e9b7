package sysinfo

import (
	"cmp"
	"context"
	"net/url"
	"path"
	"strconv"
	"strings"
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
		envLine(out, strings.TrimSpace(line), Place{name, n})
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
	for _, key := range []string{"DATABASE_URL", "DB_URL", "POSTGRES_URL", "MYSQL_URL", "REDIS_URL", "MEMCACHED_URL"} {
		if s := urlStore(set[key]); s != nil {
			s.App, s.PHP = app, php
			out = append(out, s)
		}
	}
	if len(out) == 0 || out[0].Kind == "redis" || out[0].Kind == "memcached" {
		if s := partsStore(set); s != nil {
			s.App, s.PHP = app, php
			out = append(out, s)
		}
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

// partsStore reads Laravel's and Symfony's variables, which many others have taken over.
func partsStore(set map[string]placed) *Store {
	host, name := set["DB_HOST"], set["DB_DATABASE"]
	if !name.at.Known() {
		name = set["DB_NAME"]
	}
	if !host.at.Known() || !name.at.Known() {
		return nil
	}
	s := &Store{User: cmp.Or(set["DB_USERNAME"].text, set["DB_USER"].text), Name: name.text, Where: host.at, NameAt: name.at, Written: host.text,
		UserAt: set["DB_USERNAME"].at, password: hidden(cmp.Or(set["DB_PASSWORD"].text, set["DB_PASS"].text))}
	if !s.UserAt.Known() {
		s.UserAt = set["DB_USER"].at
	}
	if s.WordAt = set["DB_PASSWORD"].at; !s.WordAt.Known() {
		s.WordAt = set["DB_PASS"].at
	}
	s.hostPort(host.text)
	if p, err := strconv.Atoi(set["DB_PORT"].text); err == nil {
		s.Port, s.PortAt = p, set["DB_PORT"].at
	}
	switch set["DB_CONNECTION"].text {
	case "pgsql", "postgres", "postgresql":
		s.Kind = "postgres"
	case "mysql", "mariadb":
		s.Kind = "mysql"
	case "":
		s.Kind = map[bool]string{true: "postgres", false: "mysql"}[s.Port == 5432]
	default:
		return nil
	}
	if sock := set["DB_SOCKET"]; sock.text != "" && s.Kind == "mysql" {
		s.Unix, s.Where = sock.text, sock.at
	}
	return s
}

var storeKinds = map[string]string{"mysql": "mysql", "mysql2": "mysql", "mysqli": "mysql", "mariadb": "mysql", "postgres": "postgres", "postgresql": "postgres",
	"pgsql": "postgres", "redis": "redis", "memcached": "memcached"}

// urlStore reads an address such as postgres://user:word@host:5432/name; nil for what it does not know, TLS among it.
func urlStore(v placed) *Store {
	u, err := url.Parse(v.text)
	if err != nil || v.text == "" {
		return nil // the error holds the address with its password
	}
	scheme, _, _ := strings.Cut(u.Scheme, "+") // postgresql+psycopg2
	kind := storeKinds[strings.TrimPrefix(scheme, "pdo-")]
	if kind == "" {
		return nil
	}
	s := &Store{Kind: kind, Where: v.at, UserAt: v.at, NameAt: v.at, Host: u.Hostname(), Written: u.Host, Name: strings.TrimPrefix(u.Path, "/"), User: u.User.Username()}
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

// unitStores are those of the service behind a hop: of its unit, of the files it takes its environment from, of .env where
// it is started.
func (f *Facts) unitStores(ctx context.Context, h *Hop) []*Store {
	u := f.unitBehind(ctx, h)
	if u.Name == "" || u.Contained() {
		return nil
	}
	set := map[string]placed{}
	dir := u.Props["WorkingDirectory"]
	for _, l := range f.UnitLines(u) {
		switch l.Key {
		case "Environment":
			for word := range strings.FieldsSeq(l.Value) {
				envLine(set, strings.Trim(word, `"'`), l.Place)
			}
		case "EnvironmentFile":
			for k, v := range readEnv(f.Host.Root, strings.TrimPrefix(l.Value, "-")) {
				set[k] = v
			}
		}
	}
	name := strings.TrimSuffix(u.Name, ".service")
	out := envStores(set, name, false)
	if path.IsAbs(dir) && dir != "/" {
		out = append(out, envStores(readEnv(f.Host.Root, dir+"/.env"), name, false)...)
	}
	for _, s := range out {
		s.Unit = u.Name
	}
	return out
}

// unitBehind is the service that listens at a hop's other end, or should.
func (f *Facts) unitBehind(ctx context.Context, h *Hop) Unit {
	if r := f.Reach(ctx, h); r.Owner != nil {
		if u, ok := f.Unit(ctx, f.UnitOf(r.Owner.PID)); ok {
			return u
		}
	}
	return f.AppFor(ctx, h).Unit
}
