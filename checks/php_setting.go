package checks

import (
	"context"
	"path"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

// phpSet is the line that gives a setting of PHP's its value for a script of a site, in PHP's own order: php_admin_value of the pool,
// which nothing changes; the .user.ini nearest to the script; php_value of the pool; php.ini and what is read after it.
func phpSet(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, script, name string) (phpfpm.Value, *sysinfo.FPM, *phpfpm.Pool) {
	p, pool := poolOf(ctx, f, s)
	if p == nil {
		return phpfpm.Value{}, nil, nil
	}
	if v := pool.PHP(name); v.Set() && adminValue.MatchString(configLine(f.Host.Root, v.Place)) {
		return v, p, pool
	}
	if v := userIni(f, s, script, name); v.Set() {
		return v, p, pool
	}
	return phpLimit(f, p, pool, name), p, pool
}

// poolOf is the pool that runs a site's code, and its PHP-FPM; nil where none runs.
func poolOf(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) (*sysinfo.FPM, *phpfpm.Pool) {
	for _, h := range s.Hops {
		if p, pool := f.PoolOf(ctx, h); p != nil && p.Running() {
			return p, pool
		}
	}
	return nil, nil
}

var adminValue = whenAsked(`^php_admin_(value|flag)\[`)

// userIni is a setting of the .user.ini files from a script's folder up to the site's own.
func userIni(f *sysinfo.Facts, s *sysinfo.Site, script, name string) phpfpm.Value {
	if s.Root == "" {
		return phpfpm.Value{}
	}
	root, dir := path.Clean(s.Root), path.Dir(path.Clean(script))
	if !inside(dir, root) {
		dir = root
	}
	for ; inside(dir, root); dir = path.Dir(dir) {
		file := path.Join(dir, ".user.ini")
		if i, err := f.Host.Root.Lstat(file); err == nil && i.Mode.IsRegular() {
			if v := phpfpm.ReadIni(f.Host.Root, file, "").Get(name); v.Set() {
				return v
			}
		}
	}
	return phpfpm.Value{}
}

// setPHP writes another value into the line that sets one, and lets PHP-FPM read it: a .user.ini is otherwise read again after five
// minutes (user_ini.cache_ttl). False where the line has the value more than once.
func setPHP(f *sysinfo.Facts, p *sysinfo.FPM, x Fix, v phpfpm.Value, say, value string) (Fix, bool) {
	at := v.Place
	line := configLine(f.Host.Root, at)
	fixed, ok := otherValue(line, v.Text, value)
	if !ok {
		return x, false
	}
	x.Undo = setLine(f.Host.Root, at, line)
	return fpmRestart(p, x.Do(say, "%s", setLine(f.Host.Root, at, fixed))), true
}

// otherValue is a line "name = value", with quotation marks or without, with another value.
func otherValue(line, was, now string) (string, bool) {
	m := iniValue.FindStringSubmatch(line)
	if m == nil || m[2] != was && m[2] != `"`+was+`"` && m[2] != "'"+was+"'" {
		return "", false
	}
	if m[2] != was {
		now = m[2][:1] + now + m[2][:1]
	}
	return m[1] + now + m[3], true
}

var iniValue = whenAsked(`^([^=;]+=\s*)("[^"]*"|'[^']*'|[^\s;"']+)(\s*(?:;.*)?)$`)
