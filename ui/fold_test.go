package ui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestFold(t *testing.T) {
	for _, tt := range []struct {
		command string
		width   int
		want    string
	}{
		{"nginx -t", 32, "nginx -t"},
		{"systemctl reload nginx && sleep 1", 32, "systemctl reload nginx |&& sleep 1"},
		{"sed -i '3s#unix:/run/php/php-shop\\.sock#unix:/run/php/php8.2-fpm.sock#' /etc/nginx/snippets/php.conf", 32,
			"sed -i '3s#unix:/run/php/|php-shop\\.sock#unix:/run/php/|php8.2-fpm.sock#' |/etc/nginx/snippets/php.conf"},
		{strings.Repeat("a", 10), 4, "aaaa|aaaa|aa"},
		{"", 9, ""},
		{"日本語", 1, "日本語"},
	} {
		if got := strings.Join(fold(tt.command, tt.width), "|"); got != tt.want {
			t.Errorf("%q in %d:\n got %q\nwant %q", tt.command, tt.width, got, tt.want)
		}
	}
}

func FuzzFold(f *testing.F) {
	f.Add("sed -i 's#a/b#c#' /etc/nginx/é日本.conf && nginx -t", 12)
	f.Fuzz(func(t *testing.T, s string, width int) {
		width = 4 + max(0, width)%200
		s = visible(s)
		lines := fold(s, width)
		if strings.Join(lines, "") != s {
			t.Errorf("%q became %q", s, lines)
		}
		for _, l := range lines[:len(lines)-1] {
			if ansi.StringWidth(l) > width {
				t.Errorf("%q is wider than %d", l, width)
			}
		}
	})
}
