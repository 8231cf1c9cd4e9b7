package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

func wordPressMemory() Check {
	return Check{
		ID: "wordpress-memory", Title: "WordPress may use enough memory", Topic: Platform,
		Means: `WordPress raises PHP's memory_limit to WP_MEMORY_LIMIT (40M unless wp-config.php says otherwise), when that is more; it never lowers it. A
limit set by php_admin_value in the pool cannot be raised, so then WP_MEMORY_LIMIT does nothing. A page that needs more ends in a fatal error, a 500.`,
		Run: perWordPress(func(ctx context.Context, f *sysinfo.Facts, w *sysinfo.WordPress) *Finding {
			for _, h := range w.Site.Hops {
				if p, pool := f.PoolOf(ctx, h); p != nil {
					return memoryOfWordPress(f, w, phpLimit(f, p, pool, "memory_limit"))
				}
			}
			return nil
		}),
	}
}

// phpLimit is a php.ini setting as it holds for a pool, and the line that sets it.
func phpLimit(f *sysinfo.Facts, p *sysinfo.FPM, pool *phpfpm.Pool, name string) phpfpm.Value {
	if v := pool.PHP(name); v.Set() {
		return v
	}
	return p.INI(f.Host.Root, name)
}

func memoryOfWordPress(f *sysinfo.Facts, w *sysinfo.WordPress, php phpfpm.Value) *Finding {
	want := sysinfo.Define{Value: "40M"}
	if w.On("MULTISITE") {
		want.Value = "64M"
	}
	asked, set := w.Defines["WP_MEMORY_LIMIT"]
	if set {
		want = asked
	}
	wp, have := phpfpm.Value{Text: want.Value}.Bytes(), php.Bytes()
	found := &Finding{Status: Pass, Summary: fmt.Sprintf("%s: PHP allows %s, WordPress asks for %s; in force: %s", w.Site, php.Text, want.Value, php.Text)}
	found.Evidence = []Evidence{{Source: php.Place.String(), Text: "memory_limit = " + php.Text}}
	if set {
		found.Evidence = append(found.Evidence, Evidence{Source: want.Place.String(), Text: fmt.Sprintf("define('WP_MEMORY_LIMIT', '%s')", want.Value)})
	}
	more := have >= 0 && (wp < 0 || wp > have)
	fixed := php.Set() && strings.Contains(configLine(f.Host.Root, php.Place), "php_admin_")
	switch {
	case more && fixed && set:
		found.Status, found.Where = Warn, want.Place
		found.Summary = fmt.Sprintf("%s: WordPress asks for %s, but the pool fixes memory_limit at %s, and that holds", w.Site, want.Value, php.Text)
		found.Fix = Fix{Title: "Let the two limits agree", Risk: Low}.Tell("Raise php_admin_value[memory_limit] at %s, if workers × limit fits into the memory; test and reload PHP-FPM", php.Place)
	case more && !fixed:
		have, found.Summary = wp, fmt.Sprintf("%s: PHP allows %s, WordPress raises that to %s", w.Site, php.Text, want.Value)
	}
	if found.Status == Pass && have >= 0 && have < 64<<20 {
		found.Status, found.Where = Warn, php.Place
		found.Summary += ": little for WordPress with plugins"
		found.Fix = Fix{Title: "Give pages 128M to 256M", Risk: Low}.Tell("Set memory_limit = 256M at %s and reload PHP-FPM, if workers × limit fits into the memory", php.Place)
	}
	return found
}
