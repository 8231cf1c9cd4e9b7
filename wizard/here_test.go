package wizard

import (
	"testing"

	"fix502/checks"
	"fix502/sysinfo"
)

// TestHereWordPress: the commands name the WordPress of the site that was asked about, and WP-CLI only where it is.
func TestHereWordPress(t *testing.T) {
	home := func(site, dir, cli string) checks.WordPressHome {
		return checks.WordPressHome{Site: &sysinfo.Site{Name: site, Names: []string{site}}, Dir: dir, CLI: cli}
	}
	w := Wizard{URL: "http://blog.test/x", Rows: map[checks.ID]Row{"wordpress": {WordPresses: []checks.WordPressHome{
		home("shop.test", "/srv/shop", "/usr/local/bin/wp"), home("blog.test", "/srv/blog", "")}}}}
	ways := []Way{{Command: "wp --path=" + exampleFolder + " plugin list"}, {Command: "sudo wp --path=" + exampleFolder + " plugin list"}, {Command: "ls " + exampleFolder}}
	got := w.here(ways)
	if len(got) != 2 || got[1].Command != "ls /srv/blog" {
		t.Errorf("got %+v", got)
	}
	w.URL = "http://shop.test/"
	if got := w.here(ways); len(got) != 3 || got[1].Command != "sudo wp --path=/srv/shop plugin list" {
		t.Errorf("got %+v", got)
	}
}
