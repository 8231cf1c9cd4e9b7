package checks

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

func TestExcerptsNameTheirCause(t *testing.T) {
	files, err := filepath.Glob("testdata/excerpts*.txtar")
	if err != nil || len(files) < 16 {
		t.Fatalf("got %d files: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { excerpts(t, file) })
	}
}

func excerpts(t *testing.T, name string) {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	firsts, amongs, quiets := 0, 0, 0
	for _, f := range archive.Files {
		want, text, _ := strings.Cut(string(f.Data), "\n")
		verb, ids, _ := strings.Cut(want, ":")
		ids = strings.TrimSpace(ids)
		switch verb {
		case "first":
			firsts++
		case "among":
			amongs++
		default:
			quiets++
		}
		t.Run(f.Name, func(t *testing.T) { excerpt(t, verb, strings.Split(ids, " | "), text) })
	}
	t.Logf("%d first, %d among three, %d harmless", firsts, amongs, quiets)
	if firsts+amongs < 30 {
		t.Errorf("%d causes are too few", firsts+amongs)
	}
}

func excerpt(t *testing.T, verb string, ids []string, text string) {
	r := ExplainText(text, time.UTC)
	var got []string
	for _, c := range r.Causes {
		got = append(got, string(c.ID))
		if len(c.LookAt) == 0 || c.Example == "" || c.Count == 0 {
			t.Errorf("%s has nothing to look at, no example or no lines: %+v", c.ID, c)
		}
	}
	switch verb {
	case "chatter":
		if len(got) > 0 {
			t.Errorf("chatter of other programs: got causes %v", got)
		}
	default:
		t.Errorf("%q asks for nothing", verb)
	case "noise":
		if len(got) > 0 || r.Unknown > 0 {
			t.Errorf("harmless lines: got causes %v, %d unknown", got, r.Unknown)
		}
	case "first":
		if len(got) == 0 || !slices.Contains(ids, got[0]) {
			t.Errorf("got %v, want %v first", got, ids)
		}
	case "among":
		got = got[:min(3, len(got))]
		if !slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(got, id) }) {
			t.Errorf("got %v, want one of %v", got, ids)
		}
	}
}
