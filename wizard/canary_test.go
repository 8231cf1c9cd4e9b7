package wizard

import (
	"io"
	"path/filepath"
	"strings"
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

// The fixtures' wp-config.php, .env and logs hold a password; no form of the report may.
func TestNoPasswordOfAnAppIsShown(t *testing.T) {
	var files []string
	for _, pattern := range []string{"wordpress*", "app_log*", "database_*", "cache_*"} {
		more, err := filepath.Glob("../checks/testdata/" + pattern + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, more...)
	}
	if len(files) < 5 {
		t.Fatalf("got %d fixtures", len(files))
	}
	for _, file := range files {
		r := Diagnose(t.Context(), sysinfo.NewFacts(hosttest.Load(t, file).Host), Options{})
		for form, write := range map[string]func(io.Writer) error{"JSON": r.JSON, "markdown": r.Markdown,
			"text": func(w io.Writer) error { return r.Text(w, Pen{}, 80) }} {
			var b strings.Builder
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(b.String(), "canary") {
				t.Errorf("%s: the %s shows a password", filepath.Base(file), form)
			}
		}
	}
}
