package wizard

import (
	"slices"
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

// TestMenuWays: the panel that manages this machine comes first and speaks for all panels; clouds are told as before.
func TestMenuWays(t *testing.T) {
	step := Task{Menu: func(m checks.Menu) string { return m.Graph }}
	at := func(w Wizard) (out []string) {
		for _, way := range w.menuWays(step) {
			out = append(out, way.At)
		}
		return out
	}
	if got := at(Wizard{}); !slices.Equal(got, []string{"cPanel", "Plesk", "DirectAdmin", "AWS", "Google Cloud", "Azure", "DigitalOcean"}) {
		t.Errorf("nothing found: %v", got)
	}
	found := Wizard{Rows: map[checks.ID]Row{"panel": {Menus: []string{"HestiaCP"}}, "cloud": {Menus: []string{"Hetzner"}}}}
	if got := at(found); !slices.Equal(got, []string{"HestiaCP", "Hetzner"}) {
		t.Errorf("found: %v", got)
	}
}
