package checks

import (
	"os"
	"path/filepath"
	"testing"

	"fix502/sysinfo"
)

func TestOutWord(t *testing.T) {
	for said, want := range map[string]string{
		"maint": "maint", "up 100%": "", "ready,up": "", "DOWN # disk": "down", "up # maint tomorrow": "", "75% drain": "drain", "0%": "0%", "": "", "maxconn:30": "", "stopped\t": "stopped",
	} {
		if got := outWord(said); got != want {
			t.Errorf("%q: got %q, want %q", said, got, want)
		}
	}
}

func TestFlagTested(t *testing.T) {
	for text, want := range map[string]string{
		"if [ -e /srv/a ]; then echo maint; else echo up; fi":              "/srv/a",
		"if [ -f \"/srv/a\" ]\nthen\n\techo maint\nfi":                     "/srv/a",
		"if test -e /srv/a; then\necho maint\nfi":                          "/srv/a",
		"[ -e /srv/a ] && echo maint || echo up":                           "/srv/a",
		"[[ -e /srv/a ]] && { echo maint; exit; }":                         "/srv/a",
		"F=/srv/a\nif [ -e \"$F\" ]; then echo maint; fi":                  "/srv/a",
		"if [ -e /srv/a ]; then echo up; else echo maint; fi":              "",
		"if [ ! -e /srv/a ]; then echo maint; fi":                          "",
		"if ! [ -e /srv/a ]; then echo maint; fi":                          "",
		"[ -e /srv/a ] && echo up || echo maint":                           "",
		"[ -e /srv/a ] || echo maint":                                      "",
		"if [ -e /srv/a -a -e /srv/b ]; then echo maint; fi":               "",
		"if [ -e /srv/a ] && [ -e /srv/b ]; then echo maint; fi":           "",
		"if [ -e /srv/a ] || [ -e /srv/b ]; then echo maint; fi":           "",
		"# if [ -e /srv/a ]; then echo maint; fi":                          "",
		"if [ -e \"$1\" ]; then echo maint; fi":                            "",
		"if [ -e /srv/$HOST ]; then echo maint; fi":                        "",
		"if [ -e /srv/a ]; then log x; fi\nif gone; then echo maint; fi\n": "",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "agent"), []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		if got, _ := flagTested(sysinfo.OpenRoot(dir), "/agent", "maint"); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}
