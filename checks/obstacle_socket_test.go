package checks

import (
	"testing"

	"fix502/sysinfo"
)

func TestSaysTaken(t *testing.T) {
	for _, tt := range []struct {
		lines []string
		want  string
	}{
		{[]string{"Error: listen EADDRINUSE: address already in use /run/shop/shop.sock", "    at Server.setupListenHandle (node:net:1463:16)", "  code: 'EADDRINUSE',"}, "Error: listen EADDRINUSE: address already in use /run/shop/shop.sock"},
		{[]string{"[2026-11-22 12:20:39 +0000] OSError: [Errno 98] Address already in use"}, "[2026-11-22 12:20:39 +0000] OSError: [Errno 98] Address already in use"},
		{[]string{"Address already in use: ('127.0.0.1', 9100)"}, ""},
		{[]string{"Error: listen EADDRINUSE: address already in use :::9100", "  code: 'EADDRINUSE',", "  port: 9100"}, ""},
		{[]string{"listen unix /run/shop/admin.sock: bind: address already in use"}, ""},
	} {
		var lines []sysinfo.JournalLine
		for _, text := range tt.lines {
			lines = append(lines, sysinfo.JournalLine{Text: text})
		}
		got := ""
		if l := saysTaken(lines, "/run/shop/shop.sock"); l != nil {
			got = l.Text
		}
		if got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.lines, got, tt.want)
		}
	}
}
