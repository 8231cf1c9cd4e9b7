package checks

import (
	"context"
	"path"
	"strings"

	"fix502/sysinfo"
)

// usedDir is a directory that the way of a request writes to.
type usedDir struct {
	path  string
	why   string // "nginx's request bodies"
	who   string // program: "nginx", "php8.2-fpm"
	g     *sysinfo.Gateway
	place sysinfo.Place // the line that names it
}

// tempFamilies are nginx's temporary directories, by directive.
var tempFamilies = []struct{ directive, family, why string }{
	{"client_body_temp_path", "client_body", "what visitors send"},
	{"proxy_temp_path", "proxy", "large answers of apps"},
	{"fastcgi_temp_path", "fastcgi", "large answers of PHP"},
	{"uwsgi_temp_path", "uwsgi", "large answers of uwsgi apps"},
	{"scgi_temp_path", "scgi", "large answers of scgi apps"},
}

// tempDirs are the directories in which an nginx keeps what does not fit its buffers.
func tempDirs(g *sysinfo.Gateway, n *sysinfo.Nginx) []usedDir {
	var out []usedDir
	seen := map[string]bool{}
	add := func(p, why string, at sysinfo.Place) {
		if p != "" && !strings.Contains(p, "$") && !seen[p] {
			seen[p] = true
			out = append(out, usedDir{p, why, "nginx", g, at})
		}
	}
	for _, t := range tempFamilies {
		add(under(n.Build.Prefix, n.Build.TempPaths[t.family]), t.why, sysinfo.Place{})
		for _, b := range n.Config.Main.Blocks {
			if set := b.Get(t.directive); b.Name == "http" && set.Set() {
				add(under(n.Build.Prefix, set.Value()), t.why, set.Place)
			}
		}
		for _, s := range n.Config.Servers() {
			if set := s.Get(t.directive); set.Set() {
				add(under(n.Build.Prefix, set.Value()), t.why, set.Place)
			}
		}
	}
	for _, b := range n.Config.Main.Blocks {
		for _, set := range b.Own("proxy_cache_path") {
			add(set.Value(), "nginx's cache", set.Place)
		}
		for _, set := range b.Own("fastcgi_cache_path") {
			add(set.Value(), "nginx's cache", set.Place)
		}
	}
	return out
}

func under(prefix, name string) string {
	if name == "" || strings.HasPrefix(name, "/") {
		return name
	}
	return path.Join(prefix, name)
}

const theDatabase = "the database"

// usedDirs are the directories that the gateways, the PHP-FPMs behind their hops and the databases here write to.
func usedDirs(ctx context.Context, f *sysinfo.Facts) ([]usedDir, error) {
	gateways, err := f.Gateways(ctx)
	if err != nil {
		return nil, err
	}
	var out []usedDir
	for _, g := range gateways {
		if n := nginxOf(g); n != nil {
			out = append(out, tempDirs(g, n)...)
		}
		for _, l := range g.Logs {
			out = append(out, logDir(l, g, g.Title())...)
		}
	}
	for _, s := range f.Sites(ctx) {
		out = append(out, spaceWanted(ctx, f, s)...)
		for _, l := range s.Logs {
			out = append(out, logDir(l, s.Gateway, s.Gateway.Title())...)
		}
		for _, h := range s.Hops {
			if h.Scheme == "fastcgi" {
				out = append(out, fpmDirs(ctx, f, h)...)
			}
			if h.Unix != "" {
				out = append(out, usedDir{path: path.Dir(h.Unix), why: "the app's socket", who: h.To, place: h.Where})
			}
		}
	}
	out = append(out, dirsOfApps(ctx, f)...)
	for _, d := range []struct{ dir, unit string }{{"/var/lib/mysql", "mysql"}, {"/var/lib/postgresql", "postgresql"}, {"/var/lib/redis", "redis-server"}} {
		unit := d.unit
		u, ok := f.Unit(ctx, unit+".service")
		if m, found := f.Unit(ctx, "mariadb.service"); unit == "mysql" && found && !ok {
			u, ok = m, true
		}
		if !ok || u.Load != "loaded" || u.Enabled != "enabled" && !u.Running() {
			continue
		}
		dirs := []string{d.dir}
		if unit == "mysql" {
			dirs = mysqlFolders(f)
		}
		for _, dir := range dirs {
			if f.Host.Root.Exists(dir) {
				out = append(out, usedDir{path: dir, why: theDatabase, who: unit})
			}
		}
	}
	return out, nil
}

func logDir(l sysinfo.LogFile, g *sysinfo.Gateway, who string) []usedDir {
	if !strings.HasPrefix(l.Path, "/") || strings.HasPrefix(l.Path, "/dev/") {
		return nil
	}
	return []usedDir{{path.Dir(l.Path), "logs", who, g, l.Where}}
}

// phpSessions is what a folder is used for in which PHP keeps a file for each visitor.
const phpSessions = "PHP's sessions"

// fpmDirs are where a hop's PHP-FPM keeps its pid file, its log, sessions and uploads.
func fpmDirs(ctx context.Context, f *sysinfo.Facts, h *sysinfo.Hop) []usedDir {
	p, pool := f.PoolOf(ctx, h)
	if p == nil {
		return nil
	}
	out := []usedDir{{path: "/tmp", why: "uploads and temporary files of PHP", who: p.Name()}}
	if pid := p.Config.Global.Get("pid").Text; strings.HasPrefix(pid, "/") {
		out = append(out, usedDir{path: path.Dir(pid), why: "the pid file of " + p.Name(), who: p.Name()})
	}
	if l := p.ErrorLogFile(); l != "" {
		out = append(out, usedDir{path: path.Dir(l), why: "logs", who: p.Name()})
	}
	for _, name := range []string{"session.save_path", "upload_tmp_dir", "sys_temp_dir"} {
		v, why := p.INI(f.Host.Root, name).Text, name+" of PHP"
		for _, set := range []string{"php_value", "php_admin_value"} {
			if own := pool.Get(set + "[" + name + "]"); own.Set() {
				v = own.Text
			}
		}
		if name == "session.save_path" {
			why = phpSessions
		}
		if i := strings.LastIndexByte(v, ';'); i >= 0 { // "N;MODE;/path"
			v = v[i+1:]
		}
		if v = strings.Trim(v, `"' `); strings.HasPrefix(v, "/") {
			out = append(out, usedDir{path: v, why: why, who: p.Name()})
		} else if name == "session.save_path" && f.Host.Root.Exists("/var/lib/php/sessions") {
			out = append(out, usedDir{path: "/var/lib/php/sessions", why: why, who: p.Name()})
		}
	}
	return out
}
