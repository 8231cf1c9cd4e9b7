package wizard

import (
	"testing"

	"fix502/checks"
	"fix502/sysinfo"
)

func TestNoExcerptOfAnAppsOwnFiles(t *testing.T) {
	for file, want := range map[string]bool{"/srv/shop/.env": true, "/srv/shop/.env.local": true, "/var/www/shop/wp-config.php": true, "/srv/app/app.py": true,
		"/etc/nginx/sites-available/shop": false, "/etc/php/8.2/fpm/pool.d/www.conf": false, "/etc/systemd/system/shop.service": false} {
		if got := private(file); got != want {
			t.Errorf("%s: got %v, want %v", file, got, want)
		}
	}
}

// The address of a hop is what a line is about only where the cause speaks of it, or of nothing else there.
func TestTheWordThatIsMarked(t *testing.T) {
	const line = `location / { proxy_cache_valid any 10m; proxy_pass http://127.0.0.1:3000; }`
	hop := &sysinfo.Hop{Host: "127.0.0.1", Port: 3000}
	for summary, want := range map[string]string{
		"nginx keeps what fails for 10m (proxy_cache_valid any)": "proxy_cache_valid",
		"nothing listens on 127.0.0.1:3000":                      "127.0.0.1:3000",
		"the app is down":                                        "127.0.0.1:3000",
	} {
		at := wrongWord(line, checks.Finding{Hop: hop, Summary: summary})
		if got := line[at[0]:at[1]]; got != want {
			t.Errorf("%s: got %q, want %q", summary, got, want)
		}
	}
}
