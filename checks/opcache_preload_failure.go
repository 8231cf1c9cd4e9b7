package checks

import (
	"context"

	"fix502/sysinfo"
)

// opcachePreloadFailure: PHP-FPM leaves with status 70 because its preload script fails.
func opcachePreloadFailure() Check {
	return Check{
		ID: "opcache-preload-failure", Title: "PHP's preload script loads", Topic: Platform,
		Means: `opcache.preload names a PHP file that is run when PHP-FPM starts. If it is missing, as after a deploy into another folder, or
fails, PHP-FPM does not start at all (exit status 70). Correct the path, or switch preloading off: it is a speed-up, nothing depends on it.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			d := fpmTrouble(ctx, f, l)
			if d == nil || d.cause != "opcache-preload-failure" {
				return nil
			}
			found := d.finding(ctx, f, l, d.fpm.Name()+" does not start: its preload script fails")
			x := Fix{Title: "Switch preloading off and start " + d.fpm.Name(), Risk: Low}
			at, set := preloadLine(f, d)
			if at.Known() {
				found.Where = at
				found.Evidence = append(found.Evidence, Evidence{Source: at.String(), Text: set})
				x.Undo = setLine(f.Host.Root, at, set)
				x = x.Do("Switch the line off; put the right path there later", "%s", setLine(f.Host.Root, at, ";"+set))
			} else {
				x = x.Tell("Correct opcache.preload in the php.ini of %s", d.fpm.Name())
			}
			found.Fix = fpmStart(d.fpm, x)
			return found
		}),
	}
}

// preloadLine finds the line that sets opcache.preload: in a pool, or in the ini files.
func preloadLine(f *sysinfo.Facts, d *fpmDown) (sysinfo.Place, string) {
	for _, pool := range d.fpm.Config.Pools {
		for _, key := range []string{"php_admin_value[opcache.preload]", "php_value[opcache.preload]"} {
			if at := pool.Get(key).Place; at.File != "" {
				return at, configLine(f.Host.Root, at)
			}
		}
	}
	if v := d.fpm.INI(f.Host.Root, "opcache.preload"); v.Set() {
		return v.Place, configLine(f.Host.Root, v.Place)
	}
	return sysinfo.Place{}, ""
}
