package checks

import (
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

func TestLoopingRule(t *testing.T) {
	r := hosttest.Load(t, "testdata/htaccess.loop.txtar").Host.Root
	for _, c := range []struct {
		name, text string
		line       int
	}{
		{"a folder before everything", "RewriteEngine On\nRewriteRule ^(.*)$ public/$1 [L]", 2},
		{"quotes and a leading slash", "RewriteRule \"^(.*)$\" \"/a/$1\" [L,NC]", 1},
		{"it ends", "RewriteRule ^(.*)$ public/$1 [END]", 0},
		{"it redirects", "RewriteRule ^(.*)$ https://shop.test/$1 [R=301,L]", 0},
		{"the same again changes nothing", "RewriteRule ^ index.php [L]", 0},
		{"WordPress", wordPressRules, 0},
		{"the file is there from the second round on", "RewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule ^(.*)$ .htaccess/$1 [L]", 0},
		{"once only", "RewriteCond %{ENV:REDIRECT_STATUS} ^$\nRewriteRule ^(.*)$ public/$1", 0},
		{"either condition", "RewriteCond %{REQUEST_FILENAME} !-f [OR]\nRewriteCond %{REQUEST_FILENAME} !-d\nRewriteRule ^(.*)$ public/$1", 0},
		{"a folder with rules of its own", "RewriteRule ^(.*)$ web/$1 [L]", 0},
		{"nine times as long in each round", "RewriteRule ^(.*)$ $1$1$1$1$1$1$1$1$1", 0},
		{"a condition that nobody can judge", "RewriteCond %{HTTP_HOST} ^shop\nRewriteRule ^(.*)$ public/$1", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if at, _ := loopingRule(r, "/var/www/shop", "/var/www/shop/.htaccess", []byte(c.text), "/cart?x=1"); at.Line != c.line {
				t.Errorf("got line %d, want %d", at.Line, c.line)
			}
		})
	}
}

// A command that a person pastes is shown whole: no word of it is cut or masked.
func TestRebuildIsShownWhole(t *testing.T) {
	f := sysinfo.NewFacts(hosttest.Load(t, "testdata/htaccess.loop-wordpress.txtar").Host)
	steps := 0
	for _, s := range f.Sites(t.Context()) {
		for _, step := range rebuildHtaccess(t.Context(), f, s, "/var/www/vhosts/shop.example.com/httpdocs/.htaccess", Fix{}).Steps {
			if steps++; Quote(step.Say) != step.Say {
				t.Errorf("got %s\nwant %s", Quote(step.Say), step.Say)
			}
		}
	}
	if steps != 2 {
		t.Errorf("%d steps, want 2", steps)
	}
}
