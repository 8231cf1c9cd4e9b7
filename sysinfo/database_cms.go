package sysinfo

import (
	"path"
	"strconv"
	"strings"

	"fix502/sysinfo/late"
)

// cms is where a program in PHP keeps its login for a database or a cache, as its installer writes it.
type cms struct {
	app   string
	proof string // a file that only this program has; empty: the settings' own name is proof enough
	files []string
	kind  string // "" where a setting names it
	begin string // what the settings stand behind in the file; empty: anywhere
	// the names of the settings
	driver, host, port, socket, name, user, password string
}

// cmsSettings are read below a site's root, and below the folder that its root lies in.
var cmsSettings = [...]cms{
	{app: "Drupal", proof: "core/lib/Drupal.php", files: []string{"sites/default/settings.php", "sites/default/settings.local.php"}, begin: "$databases",
		driver: "driver", host: "host", port: "port", socket: "unix_socket", name: "database", user: "username", password: "password"},
	{app: "Joomla", proof: "administrator/manifests/files/joomla.xml", files: []string{"configuration.php"},
		driver: "dbtype", host: "host", name: "db", user: "user", password: "password"},
	{app: "Magento", files: []string{"app/etc/env.php"}, kind: "mysql", begin: "'connection'",
		host: "host", name: "dbname", user: "username", password: "password"},
	{app: "Magento's sessions", files: []string{"app/etc/env.php"}, kind: "redis", begin: "'redis'",
		host: "host", port: "port", password: "password"},
	{app: "Nextcloud", proof: "occ", files: []string{"config/config.php"},
		driver: "dbtype", host: "dbhost", port: "dbport", name: "dbname", user: "dbuser", password: "dbpassword"},
	{app: "Nextcloud's locks", proof: "occ", files: []string{"config/config.php"}, kind: "redis", begin: "'redis'",
		host: "host", port: "port", password: "password"},
	{app: "Moodle", proof: "lib/moodlelib.php", files: []string{"config.php"},
		driver: "dbtype", host: "dbhost", port: "dbport", socket: "dbsocket", name: "dbname", user: "dbuser", password: "dbpass"},
	{app: "MediaWiki", files: []string{"LocalSettings.php"},
		driver: "wgDBtype", host: "wgDBserver", name: "wgDBname", user: "wgDBuser", password: "wgDBpassword"},
	{app: "PrestaShop", files: []string{"app/config/parameters.php"}, kind: "mysql",
		host: "database_host", port: "database_port", name: "database_name", user: "database_user", password: "database_password"},
}

// cmsStores are the databases and caches of the programs known by their settings' file.
func cmsStores(r Root, root string) []*Store {
	var out []*Store
	for _, dir := range []string{root, path.Dir(root)} {
		for _, c := range cmsSettings {
			if c.proof != "" && !r.Exists(path.Join(dir, c.proof)) {
				continue
			}
			set := map[string]placed{}
			for _, file := range c.files {
				readPHPSettings(r, path.Join(dir, file), c.begin, set)
			}
			if s := c.store(set); s != nil {
				out = append(out, s)
			}
		}
	}
	return out
}

func (c cms) store(set map[string]placed) *Store {
	host, name := set[c.host], set[c.name]
	s := &Store{Kind: c.kind, App: c.app, PHP: true, User: set[c.user].text, Name: name.text, password: hidden(set[c.password].text),
		Where: host.at, UserAt: set[c.user].at, WordAt: set[c.password].at, NameAt: name.at, Written: host.text}
	if c.kind == "" {
		s.Kind = storeKinds[strings.ToLower(set[c.driver].text)]
	}
	if s.Kind == "" || !host.at.Known() || c.name != "" && !name.at.Known() {
		return nil
	}
	s.hostPort(host.text)
	if p, err := strconv.Atoi(set[c.port].text); err == nil && p > 0 && s.Unix == "" {
		s.Port, s.PortAt = p, set[c.port].at
	}
	if sock := set[c.socket].text; strings.HasPrefix(sock, "/") {
		s.Unix, s.Where = sock, set[c.socket].at
	}
	return s
}

// phpSetting is 'key' => 'value', $x['key'] = 'value', $CFG->key = 'value', $key = 'value' or public $key = 'value'.
var phpSetting = late.New(`(?:['"]|->|\$)(\w+)['"]?\]?\s*=>?\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\$]|\\.)*"|\d+)`)

// readPHPSettings takes a file's settings in: the first of each name behind a word, where later files win over earlier ones.
func readPHPSettings(r Root, file, begin string, set map[string]placed) {
	b, err := r.ReadFile(file)
	if err != nil {
		return
	}
	found := map[string]placed{}
	begun, comment := begin == "", false
	n := 0
	for line := range strings.Lines(string(b)) {
		n++
		line, comment = withoutComment(line, comment)
		at := 0
		if !begun {
			if at = strings.Index(line, begin); at < 0 {
				continue
			}
			begun = true
		}
		for _, m := range phpSetting.FindAllStringSubmatch(line[at:], -1) {
			if !found[m[1]].at.Known() {
				found[m[1]] = placed{phpString(m[2]), Place{File: file, Line: n}}
			}
		}
	}
	for key, v := range found {
		set[key] = v
	}
}

// withoutComment is a line of PHP without its comments; inside says that a block was open before it, and is after it.
// A # or // within a value stays: a password may hold one.
func withoutComment(line string, inside bool) (string, bool) {
	if inside {
		_, rest, ended := strings.Cut(line, "*/")
		if !ended {
			return "", true
		}
		line = rest
	}
	t := strings.TrimSpace(line)
	switch {
	case strings.HasPrefix(t, "#"), strings.HasPrefix(t, "//"):
		return "", false
	case strings.HasPrefix(t, "/*"):
		_, rest, ended := strings.Cut(t, "*/")
		return rest, !ended
	}
	return line, false
}
