package sysinfo

import (
	"slices"
	"testing"
	"time"
)

// A copy of a template that was started by hand is known by the environment file that was made for it.
func TestInstancesHaveEnvironmentFiles(t *testing.T) {
	tree := NewMemoryTree(time.Unix(0, 0))
	for name, text := range map[string]string{
		"/etc/systemd/system/portal@.service": "[Service]\nEnvironmentFile=/etc/portal/%i.env\nExecStart=/usr/bin/portal\n",
		"/etc/systemd/system/shop@.service":   "[Service]\nEnvironmentFile=-/srv/shop/%i/app.env\nExecStart=/usr/bin/shop\n",
		"/etc/systemd/system/one@.service":    "[Service]\nEnvironmentFile=/etc/default/one\nExecStart=/usr/bin/one\n",
		"/etc/portal/green.env":               "PORT=7002\n",
		"/etc/portal/green.env.bak":           "PORT=7001\n",
		"/srv/shop/eu/app.env":                "PORT=8001\n",
		"/srv/shop/shared/readme":             "",
	} {
		tree.Write(name, []byte(text))
	}
	got := NewFacts(&Host{Root: tree.Root()}).instances()
	if want := []string{"portal@green.service", "shop@eu.service"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
