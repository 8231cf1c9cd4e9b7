package sysinfo

import (
	"slices"
	"testing"
)

func TestWordsOfOneVassal(t *testing.T) {
	u := KeptApp(Unit{Name: "emperor.service"}, "/etc/uwsgi/vassals/archive.ini")
	lines := []JournalLine{
		{PID: 82, Text: "*** starting uWSGI Emperor ***"},
		{PID: 84, Text: "[uWSGI] getting INI configuration from loans.ini"},
		{PID: 85, Text: "[uWSGI] getting INI configuration from archive.ini"},
		{PID: 84, Text: "chdir() to /srv/loans"},
		{PID: 85, Text: "user archives not found."},
		{PID: 82, Text: "Tue Dec  1 10:22:10 2026 - [emperor] curse the uwsgi instance archive.ini (pid: 85)"},
		{PID: 82, Text: "Tue Dec  1 10:22:10 2026 - [emperor] vassal loans.ini has been spawned"},
	}
	var got []string
	for _, l := range wordsWithin(u, lines) {
		got = append(got, l.Text)
	}
	want := []string{lines[2].Text, lines[4].Text, lines[5].Text}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAKeptAppIsStartedByItsKeeper(t *testing.T) {
	u := KeptApp(Unit{Name: "emperor.service"}, "/etc/uwsgi/vassals/archive.ini")
	for _, verb := range []string{"start", "restart", "stop"} {
		if got, want := u.Command(verb), "systemctl restart emperor"; got != want {
			t.Errorf("%s: got %q, want %q", verb, got, want)
		}
	}
	if got, want := u.Word(), "archive.ini"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
