package wizard

import "testing"

func TestNoExcerptOfAnAppsOwnFiles(t *testing.T) {
	for file, want := range map[string]bool{"/srv/shop/.env": true, "/srv/shop/.env.local": true, "/var/www/shop/wp-config.php": true, "/srv/app/app.py": true,
		"/etc/nginx/sites-available/shop": false, "/etc/php/8.2/fpm/pool.d/www.conf": false, "/etc/systemd/system/shop.service": false} {
		if got := private(file); got != want {
			t.Errorf("%s: got %v, want %v", file, got, want)
		}
	}
}
