package checks

import (
	"html"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// pastes are what tools, terminals, forums and tables make of a line before somebody pastes it.
var pastes = map[string]func(string) string{
	"docker compose":   func(l string) string { return "nginx_1  | " + l },
	"pm2":              func(l string) string { return "0|app  | " + l },
	"grep":             func(l string) string { return "/var/log/nginx/error.log:" + l },
	"grep -n":          func(l string) string { return "error.log.1:1234:" + l },
	"containerd":       func(l string) string { return "2026-11-22T12:00:00.123456789Z stderr F " + l },
	"docker json-file": func(l string) string { return `{"log":` + strconv.Quote(l+"\n") + `,"stream":"stderr"}` },
	"heroku":           func(l string) string { return "2026-11-22T12:00:00.123456+00:00 app[web.1]: " + l },
	"quoted":           func(l string) string { return "> " + l },
	"code":             func(l string) string { return "`" + l + "`" },
	"bold":             func(l string) string { return "**" + l + "**" },
	"list":             func(l string) string { return "- " + l },
	"indented":         func(l string) string { return "\t    " + l },
	"html":             html.EscapeString,
	"blanks":           func(l string) string { return strings.ReplaceAll(l, " ", "\u00a0") },
	"coloured":         func(l string) string { return "\x1b[31m" + l + "\x1b[0m" },
	"windows":          func(l string) string { return l + "\r" },
	"csv":              func(l string) string { return `"` + strings.ReplaceAll(l, `"`, `""`) + `"` },
	"table":            func(l string) string { return "| " + l + " |" },
}

func TestCopiedLinesSayTheSame(t *testing.T) {
	files, err := filepath.Glob("testdata/excerpts*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	said := func(text string) []string {
		var ids []string
		for _, c := range ExplainText(text, time.UTC).Causes {
			ids = append(ids, string(c.ID))
		}
		return ids[:min(1, len(ids))]
	}
	lines := 0
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			_, text, _ := strings.Cut(strings.TrimSpace(string(f.Data)), "\n")
			if strings.Contains(text, "\n") || strings.Contains(text, "connect ()") || strings.ContainsAny(text, "“”") || strings.Contains(text, "&quot;") || strings.Contains(text, "<pre") { // several lines, or already copied in such a way
				continue
			}
			lines++
			want := said(text)
			for how, copied := range pastes {
				if got := said(copied(text)); !slices.Equal(got, want) {
					t.Errorf("%s, %s: got %v, want %v\n%s", f.Name, how, got, want, text)
				}
			}
		}
	}
	if lines < 800 {
		t.Errorf("%d lines are too few", lines)
	}
}
