package wizard_test

import (
	"strings"
	"testing"

	"fix502/checks"
	"fix502/sysinfo"
	"fix502/wizard"
)

// Every demo's first cause shows the lines of the file around its place, and marks a word of that very line.
func TestExcerpts(t *testing.T) {
	for _, tt := range []struct{ demo, file, word string }{
		{"socket-path-mismatch", "/etc/nginx/snippets/php.conf", "/run/php/php-shop.sock"},
		{"php-version-upgraded", "/etc/nginx/snippets/php.conf", "/run/php/php8.1-fpm.sock"},
		{"upstream-port-nothing-listening", "/etc/nginx/sites-available/shop", "127.0.0.1:3000"},
		{"fpm-workers-exhausted", "/etc/php/8.2/fpm/pool.d/www.conf", "5"},
	} {
		t.Run(tt.demo, func(t *testing.T) {
			h, err := wizard.Demo(tt.demo)
			if err != nil {
				t.Fatal(err)
			}
			r := wizard.Diagnose(t.Context(), sysinfo.NewFacts(h), wizard.Options{})
			if len(r.Causes) == 0 || r.Causes[0].Excerpt == nil {
				t.Fatalf("no excerpt: %+v", r.Causes)
			}
			x := r.Causes[0].Excerpt
			if x.File != tt.file || x.Word() != tt.word {
				t.Errorf("got %q of %s, want %q of %s\n%s", x.Word(), x.File, tt.word, tt.file, strings.Join(x.Lines, "\n"))
			}
		})
	}
}

// A password beside the place that a cause points at is not shown with it.
func TestExcerptMasksSecrets(t *testing.T) {
	h, err := wizard.Demo("socket-path-mismatch")
	if err != nil {
		t.Fatal(err)
	}
	f := sysinfo.NewFacts(h)
	r := wizard.Diagnose(t.Context(), f, wizard.Options{Only: []string{"socket-path-mismatch"}})
	for _, l := range r.Causes[0].Excerpt.Lines {
		if l != checks.Quote(l) {
			t.Errorf("%q did not go through the one door", l)
		}
	}
}
