package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

var moduleLost = whenAsked(`Call to undefined function |Class ["']\\?\w+["'] not found|could not find driver|Undefined constant "PDO::`)

// otherModules: a line names the folder of another PHP's modules, so that none is loaded. Without it PHP looks into its own.
func otherModules(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken) *Finding {
	if !moduleLost.MatchString(line.Text) {
		return nil
	}
	_, code := phpSays(line.Text)
	v, p, _ := phpSet(ctx, f, s, code.File, "extension_dir")
	if p == nil || !v.Set() || !path.IsAbs(v.Text) || len(phpfpm.ReadIni(f.Host.Root, p.Version.Ini, p.IniDir).Extensions) == 0 || hasModules(f, v.Text, p) {
		return nil
	}
	at := v.Place
	old := configLine(f.Host.Root, at)
	x := Fix{Title: "Let PHP take its modules from its own folder", Risk: Low, Undo: setLine(f.Host.Root, at, old)}
	x = x.Do("Take the line out: every PHP knows the folder of its own version", "%s", setLine(f.Host.Root, at, ";"+old))
	missing := "has none of its modules"
	if !f.Host.Root.Exists(v.Text) {
		missing = "does not exist"
	}
	return &Finding{Confidence: 0.95, Where: at, Covers: []ID{"php-fatal-500"}, Summary: fmt.Sprintf("PHP is told to look for its modules in %s, which %s: visitors see 500", v.Text, missing),
		Evidence: []Evidence{lineOf(f.Host.Root, at)}, Fix: fpmRestart(p, x)}
}

// hasModules says that a folder has one of the modules that PHP shall load.
func hasModules(f *sysinfo.Facts, dir string, p *sysinfo.FPM) bool {
	files, err := f.Host.Root.Glob(path.Join(dir, "*.so"))
	if err != nil || len(files) == 0 {
		return false
	}
	own := "/usr/lib/php/"
	return !strings.HasPrefix(dir, own) || p.Layout != "debian" || p.Number == "" || ownModules(dir, p)
}

// ownModules says that a folder of Debian's is that of a PHP: a module of its packages links to it by version (/usr/lib/php/20220829).
func ownModules(dir string, p *sysinfo.FPM) bool {
	api := map[string]string{"7.4": "20190902", "8.0": "20200930", "8.1": "20210902", "8.2": "20220829", "8.3": "20230831", "8.4": "20240924"}[p.Number]
	return api == "" || path.Base(dir) == api
}
