package sysinfo

import (
	"context"
	"strconv"
	"strings"

	"fix502/sysinfo/late"
)

var wpStore = late.New(`(?i)^[^#/*]*define\s*\(\s*['"](DB_HOST|DB_USER|DB_PASSWORD|DB_NAME|WP_REDIS_HOST|WP_REDIS_PORT|WP_REDIS_PASSWORD|WP_REDIS_PATH)['"]\s*,\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\$]|\\.)*"|\d+)\s*\)`)

// wpPrefix is what the names of a WordPress's tables begin with.
var wpPrefix = late.New(`^\s*\$table_prefix\s*=\s*['"](\w+)['"]\s*;`)

// otherRedis are the words by which WordPress has its Redis elsewhere, several, or none (Redis Object Cache and Object Cache Pro,
// "Configuration"); the address of one as well, where it is no text.
var otherRedis = late.New(`(?i)^[^#/*]*define\s*\(\s*['"]WP_REDIS_(?:HOST|PATH|SERVERS|SHARDS|CLUSTER|SENTINEL|CONFIG|DISABLED)['"]`)

// placed is a value and the line that says it.
type placed struct {
	text string
	at   Place
}

// wordPressStores are the database of a WordPress, and the Redis of its object cache.
func wordPressStores(r Root, w *WordPress) []*Store {
	set, elsewhere, prefix := map[string]placed{}, false, ""
	for _, file := range wordPressConfigs(r, w.Site, w.Dir) {
		b, err := r.ReadFile(file)
		if err != nil {
			continue
		}
		n := 0
		for line := range strings.Lines(string(b)) {
			n++
			if m := wpStore.FindStringSubmatch(line); m != nil {
				if key := strings.ToUpper(m[1]); set[key].at.File == "" { // PHP keeps the first
					set[key] = placed{phpString(m[2]), Place{File: file, Line: n}}
				}
			} else if otherRedis.MatchString(line) {
				elsewhere = true
			} else if m := wpPrefix.FindStringSubmatch(line); m != nil {
				prefix = m[1]
			}
		}
	}
	var out []*Store
	if db := set["DB_NAME"]; db.at.Known() {
		s := &Store{Kind: "mysql", App: "WordPress", PHP: true, mysqli: true, User: set["DB_USER"].text, Name: db.text, password: hidden(set["DB_PASSWORD"].text),
			Where: set["DB_HOST"].at, UserAt: set["DB_USER"].at, WordAt: set["DB_PASSWORD"].at, NameAt: db.at, Written: set["DB_HOST"].text}
		s.hostPort(set["DB_HOST"].text)
		if !s.Where.Known() {
			s.Where = db.at
		}
		if prefix != "" {
			s.Table = prefix + "options"
		}
		out = append(out, s)
	}
	if s := wordPressRedis(r, w, set); s != nil && !elsewhere {
		out = append(out, s)
	}
	return out
}

// wordPressRedis is the Redis of a WordPress's drop-in, where its settings name one or it takes the usual address.
func wordPressRedis(r Root, w *WordPress, set map[string]placed) *Store {
	host, socket := set["WP_REDIS_HOST"], set["WP_REDIS_PATH"]
	named := host.at.Known() || socket.at.Known()
	if named && !r.Exists(dropIn(w)) || !named && !usualRedis(r, dropIn(w)) {
		return nil
	}
	s := &Store{Kind: "redis", App: "WordPress's object cache", PHP: true, Where: host.at, password: hidden(set["WP_REDIS_PASSWORD"].text), Written: host.text}
	s.hostPort(host.text)
	if !named {
		s.Where = Place{File: dropIn(w)}
	}
	if p := set["WP_REDIS_PORT"]; p.at.Known() {
		s.Port, _ = strconv.Atoi(p.text)
		s.PortAt = p.at
	}
	if socket.at.Known() {
		s.Unix, s.Where = socket.text, socket.at
	}
	return s
}

// dropIn is the file by which a WordPress has its object cache elsewhere than in its own memory.
func dropIn(w *WordPress) string { return w.Content + "/object-cache.php" }

// usualRedis says that it is the one that takes Redis's usual address where wp-config.php names none (Redis Object Cache, "Configuration").
func usualRedis(r Root, file string) bool {
	b, err := r.ReadFile(file)
	return err == nil && strings.Contains(string(b), "WP_REDIS_HOST")
}

// dropInStores are the caches that a drop-in of somebody's own connects to, by its words.
func (f *Facts) dropInStores(ctx context.Context, w *WordPress) []*Store {
	who, known := f.codeReader(ctx, w.Site)
	if !known || !w.Site.Gateway.Root.Exists(dropIn(w)) {
		return nil
	}
	return f.codeStores(ctx, f.Host.Root, []string{dropIn(w)}, 0, who, codeValues{set: map[string]placed{}}, "WordPress's object cache")
}

// phpString is what a literal of PHP's stands for; numbers stand for themselves.
func phpString(s string) string {
	switch {
	case strings.HasPrefix(s, "'"):
		return strings.NewReplacer(`\\`, `\`, `\'`, `'`).Replace(s[1 : len(s)-1])
	case strings.HasPrefix(s, `"`):
		return strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\$`, `$`).Replace(s[1 : len(s)-1])
	}
	return s
}
