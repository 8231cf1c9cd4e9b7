package sysinfo

import (
	"context"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo/late"
)

// WordPress is one WordPress under a site's root.
type WordPress struct {
	Site    *Site
	Dir     string // where wp-includes lies
	Content string // wp-content
	Version string
	Core    time.Time // when version.php was last changed: by the last update
	Defines map[string]Define
	Extras  []Extension
}

// Define is one harmless constant of wp-config.php. Passwords, keys and salts are never kept.
type Define struct {
	Value string
	Place Place
}

// Extension is a plugin or a theme.
type Extension struct {
	Kind, Name, Version string // "plugin" or "theme", its folder's name
	Dir                 string
	Changed             time.Time // of the file that holds its version
}

// maxWordPress bounds how many of a machine's WordPresses are read, and maxExtensions how much of each.
const (
	maxWordPress  = 20
	maxExtensions = 150
)

// WordPresses are those under the roots of the sites that this run is about.
func (f *Facts) WordPresses(ctx context.Context) []*WordPress {
	all, _ := Memo(f, "wordpress", func() ([]*WordPress, error) {
		var out []*WordPress
		seen := map[string]bool{}
		for _, s := range f.Sites(ctx) {
			if s.Root == "" || strings.Contains(s.Root, "$") || len(out) == maxWordPress || ctx.Err() != nil {
				continue
			}
			dir := wordPressDir(s.Gateway.Root, s.Root)
			if dir == "" || seen[dir+s.Name] {
				continue
			}
			seen[dir+s.Name] = true
			out = append(out, readWordPress(s, dir))
		}
		return out, nil
	})
	return all
}

// wordPressDir is where WordPress lies: in the root itself, or in a folder of its own that the root's index.php loads.
func wordPressDir(r Root, root string) string {
	for _, dir := range []string{root, root + "/wp", root + "/wordpress"} {
		if r.Exists(dir + "/wp-includes/version.php") {
			return dir
		}
	}
	return ""
}

func readWordPress(s *Site, dir string) *WordPress {
	r := s.Gateway.Root
	w := &WordPress{Site: s, Dir: dir, Content: dir + "/wp-content", Defines: map[string]Define{}}
	if dir != s.Root && r.Exists(s.Root+"/wp-content") {
		w.Content = s.Root + "/wp-content"
	}
	version := dir + "/wp-includes/version.php"
	w.Version = field(r.head(version), wpVersion)
	if i, err := r.Stat(version); err == nil {
		w.Core = i.ModTime
	}
	for _, config := range wordPressConfigs(r, s, dir) {
		w.readConfig(r, config)
	}
	w.extensions(r, "plugin", w.Content+"/plugins", "")
	w.extensions(r, "theme", w.Content+"/themes", "style.css")
	slices.SortStableFunc(w.Extras, func(a, b Extension) int { return b.Changed.Compare(a.Changed) })
	return w
}

// wordPressConfigs are the files that hold its constants: wp-config.php, one folder up where that is no WordPress of
// its own, and what Debian's reads instead.
func wordPressConfigs(r Root, s *Site, dir string) []string {
	out := []string{dir + "/wp-config.php"}
	if up := path.Dir(dir); !r.Exists(out[0]) && !r.Exists(up+"/wp-settings.php") {
		out = []string{up + "/wp-config.php"}
	}
	if real, err := r.Resolve(dir); err == nil && real == "/usr/share/wordpress" {
		out = append(out, "/etc/wordpress/config-"+s.Name+".php")
		if !r.Exists(out[len(out)-1]) {
			out[len(out)-1] = "/etc/wordpress/config-default.php"
		}
	}
	return out
}

var (
	wpVersion = late.New(`(?m)^\s*\$wp_version\s*=\s*['"]([^'"]+)['"]`)
	wpHeader  = late.New(`(?mi)^[ \t/*#@]*Version:[ \t]*(\S+)`)
	wpDefine  = late.New(`(?i)^[^#/*]*define\s*\(\s*['"](WP_MEMORY_LIMIT|WP_MAX_MEMORY_LIMIT|WP_DEBUG|WP_DEBUG_LOG|WP_DEBUG_DISPLAY|WP_CACHE|DISABLE_WP_CRON|MULTISITE)['"]\s*,\s*['"]?([^'")]*?)['"]?\s*\)`)
)

func (w *WordPress) readConfig(r Root, name string) {
	b, err := r.ReadFile(name)
	if err != nil {
		return
	}
	n := 0
	for line := range strings.Lines(string(b)) {
		n++
		if m := wpDefine.FindStringSubmatch(line); m != nil {
			key := strings.ToUpper(m[1])
			if _, set := w.Defines[key]; !set { // PHP keeps the first
				w.Defines[key] = Define{m[2], Place{File: name, Line: n}}
			}
		}
	}
}

// On says that a constant is there and true.
func (w *WordPress) On(name string) bool {
	switch v := strings.ToLower(w.Defines[name].Value); v {
	case "", "false", "0", "null":
		return false
	}
	return true
}

// extensions reads the folders of plugins or themes; main is the file with the version, a plugin's is named as it is.
func (w *WordPress) extensions(r Root, kind, dir, main string) {
	names, err := r.ReadDir(dir)
	if err != nil {
		return
	}
	for _, name := range names[:min(len(names), maxExtensions)] {
		e := Extension{Kind: kind, Name: name, Dir: path.Join(dir, name)}
		file := path.Join(e.Dir, main)
		if main == "" {
			file = pluginFile(r, e.Dir)
		}
		i, err := r.Stat(file)
		if err != nil || !i.Mode.IsRegular() || name == "index.php" {
			continue
		}
		e.Version, e.Changed = field(r.head(file), wpHeader), i.ModTime
		w.Extras = append(w.Extras, e)
	}
}

// pluginFile is the PHP file of a plugin's folder that tells its version; a lone file is a plugin too.
func pluginFile(r Root, dir string) string {
	if strings.HasSuffix(dir, ".php") {
		return dir
	}
	if own := path.Join(dir, path.Base(dir)+".php"); r.Exists(own) {
		return own
	}
	names, _ := r.ReadDir(dir) // not a folder: no plugin
	for _, n := range names {
		if strings.HasSuffix(n, ".php") && n != "index.php" {
			return path.Join(dir, n)
		}
	}
	return dir + "/-"
}

// Log is where WordPress writes with WP_DEBUG_LOG; empty when it does not.
func (w *WordPress) Log() string {
	if v := w.Defines["WP_DEBUG_LOG"].Value; strings.HasPrefix(v, "/") {
		return v
	}
	return w.Content + "/debug.log"
}

// head is the beginning of a file, as much as its header comment takes; WordPress itself reads 8 KiB.
func (r Root) head(name string) []byte {
	file, err := r.Open(name)
	if err != nil {
		return nil
	}
	defer file.Close()
	b := make([]byte, 8<<10)
	n, err := file.ReadAt(b, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil
	}
	return b[:n]
}

func field(b []byte, want late.Regexp) string {
	if m := want.FindSubmatch(b); m != nil {
		return string(m[1])
	}
	return ""
}
