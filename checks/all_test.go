package checks

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
	"fix502/sysinfo/recorded"
)

var update = flag.Bool("update", false, "rewrite the want of every fixture")

// Each fixture is a machine and what one check says of it: disk_full.txtar asks "disk-full", a second state is
// disk_full.tmpfs.txtar. The machine's other checks run too, where a cause must not be taken for another.
func TestFixtures(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	byID := map[ID]Check{}
	for _, c := range All() {
		byID[c.ID] = c
	}
	for _, file := range files {
		name, _, _ := strings.Cut(filepath.Base(file), ".")
		c, ok := byID[ID(strings.ReplaceAll(name, "_", "-"))]
		if !ok {
			continue // the machines that every check is asked about, and the corpus of log lines
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			m := hosttest.Load(t, file)
			got := said(settle(t.Context(), factsOf(m), c))
			if strings.Contains(got, "%!") {
				t.Errorf("a format that does not fit its words: %s", got)
			}
			if got == strings.TrimSpace(m.Want) {
				return
			}
			if *update {
				rewrite(t, file, got)
				return
			}
			t.Errorf("got:\n%s\nwant:\n%s", got, m.Want)
		})
	}
}

// said is a check's findings as a fixture writes them: "fail: summary", the place under it, commands after that.
func said(found []Finding) string {
	var b strings.Builder
	for _, f := range found {
		fmt.Fprintf(&b, "%s: %s\n", f.Status, Quote(f.Summary))
		if f.Where.Known() {
			fmt.Fprintf(&b, "  at %s\n", f.Where)
		}
		for _, s := range f.Fix.Steps {
			if s.Command != "" {
				fmt.Fprintf(&b, "  $ %s\n", s.Command)
			}
		}
	}
	return strings.TrimSpace(b.String())
}

func rewrite(t *testing.T, file, got string) {
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(b), "-- want --\n")
	tail := ""
	if i := strings.Index("\n"+rest, "\n-- "); i >= 0 {
		tail = rest[i:]
	}
	if err := os.WriteFile(file, []byte(head+"-- want --\n"+got+"\n"+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}

// On a healthy machine nobody complains, and on one that answers nothing nobody says pass.
func TestSharedMachines(t *testing.T) {
	for _, tt := range []struct {
		file string
		bad  []Status
	}{
		{"testdata/healthy.txtar", []Status{Fail, Warn}},
		{"testdata/bare.txtar", []Status{Pass, Fail}},
	} {
		m := hosttest.Load(t, tt.file)
		f := sysinfo.NewFacts(m.Host)
		for e := range Run(context.Background(), f, All()) {
			for _, found := range e.Findings {
				for _, s := range tt.bad {
					if found.Status == s {
						t.Errorf("%s: %s says %s: %s", tt.file, e.Check.ID, found.Status, found.Summary)
					}
				}
			}
		}
	}
}

func TestEveryCheckIsWhole(t *testing.T) {
	seen := map[ID]bool{}
	for _, c := range All() {
		if seen[c.ID] {
			t.Errorf("%s is listed twice", c.ID)
		}
		seen[c.ID] = true
		if c.Title == "" || c.Topic == "" || c.Run == nil || len(c.Means) < 80 {
			t.Errorf("%s lacks a title, a topic, a page or a Run", c.ID)
		}
	}
	for _, c := range Pages() {
		seen[c.ID] = true
	}
	for _, c := range All() {
		if c.For == Owner && len(fixtures(t, c.ID)) == 0 {
			t.Errorf("%s has no fixture", c.ID)
		}
		for _, id := range c.After {
			if !seen[id] {
				t.Errorf("%s comes after %s, which is no check", c.ID, id)
			}
		}
	}
}

// A machine that is broken in one way has that as its first cause, or as what follows from it, whatever else the
// other checks notice.
func TestFixturesLeadToTheirCause(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name, _, _ := strings.Cut(filepath.Base(file), ".")
		id := ID(strings.ReplaceAll(name, "_", "-"))
		if strings.HasPrefix(name, "excerpts") {
			continue // what people paste, not a machine
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			m := hosttest.Load(t, file)
			if !strings.Contains("\n"+m.Want, "\nfail: ") {
				return
			}
			causes := causesOf(t, m)
			if len(causes) > 0 && (causes[0].Check.ID == id || slices.Contains(causes[0].Follows, id)) {
				return
			}
			for _, c := range causes {
				t.Logf("got %s: %s", c.Check.ID, c.Finding.Summary)
			}
			t.Errorf("got %d causes, want %s first", len(causes), id)
		})
	}
}

// factsOf begins a run on a recorded machine, about the page that it names.
func factsOf(m *recorded.Machine) *sysinfo.Facts {
	f := sysinfo.NewFacts(m.Host)
	f.URL = m.URL
	return f
}

// causesOf asks every check about a machine.
func causesOf(t *testing.T, m *recorded.Machine) []Cause {
	t.Helper()
	found := map[ID][]Finding{}
	for e := range Run(t.Context(), factsOf(m), All()) {
		found[e.Check.ID] = e.Findings
	}
	return Explain(All(), found)
}

// fixtures are the machines that one check is asked about.
func fixtures(t *testing.T, id ID) []string {
	t.Helper()
	name := "testdata/" + strings.ReplaceAll(string(id), "-", "_")
	one, err := filepath.Glob(name + ".txtar")
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob(name + ".*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	return append(one, more...)
}
