package sysinfo

import (
	"slices"
	"testing"
	"time"
)

// A copy of a template that was started by hand is known by the file that was made for it.
func TestInstancesHaveFilesOfTheirOwn(t *testing.T) {
	tree := NewMemoryTree(time.Unix(0, 0))
	for name, text := range map[string]string{
		"/etc/systemd/system/portal@.service": "[Service]\nEnvironmentFile=/etc/portal/%i.env\nExecStart=/usr/bin/portal\n",
		"/etc/systemd/system/shop@.service":   "[Service]\nEnvironmentFile=-/srv/shop/%i/app.env\nExecStart=/usr/bin/shop\n",
		"/etc/systemd/system/one@.service":    "[Service]\nEnvironmentFile=/etc/default/one\nExecStart=/usr/bin/one\n",
		"/etc/systemd/system/fpm@.service":    "[Service]\nExecStart=/usr/sbin/php-fpm8.2 -F --fpm-config /etc/fpm/%i.conf\n",
		"/etc/systemd/system/sync@.service":   "[Service]\nUser=%i\nWorkingDirectory=/home/%i/sync\nExecStart=/usr/bin/sync\n",
		"/etc/systemd/system/site@.service":   "[Service]\nWorkingDirectory=/srv/sites/%i/app\nExecStart=/usr/bin/site\n",
		"/home/mary/sync/index.js":            "",
		"/home/john/notes":                    "",
		"/srv/sites/a/app/index.js":           "",
		"/srv/sites/b/app/index.js":           "",
		"/etc/fpm/anchor.conf":                "[anchor]\n",
		"/etc/portal/green.env":               "PORT=7002\n",
		"/etc/portal/green.env.bak":           "PORT=7001\n",
		"/srv/shop/eu/app.env":                "PORT=8001\n",
		"/srv/shop/shared/readme":             "",
	} {
		tree.Write(name, []byte(text))
	}
	got := NewFacts(&Host{Root: tree.Root()}).instances()
	if want := []string{"fpm@anchor.service", "portal@green.service", "shop@eu.service", "sync@mary.service"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
