package wizard

import (
	_ "embed"
	"slices"
	"strings"
	"testing"
	"unicode"

	"fix502/checks"
)

// plainWords are the words that every reader knows, read through by hand: no page explains them.
//
//go:embed testdata/plain.txt
var plainWords string

// prose is what the pages tell in their own words.
func prose() map[string]string {
	out := map[string]string{}
	for _, c := range checks.All() {
		out[string(c.ID)] = c.Title + "\n" + c.Means
	}
	for _, t := range slices.Concat(OwnerTasks(checks.All()), VisitorTasks()) {
		s := []string{t.Title, t.Why, t.Works}
		for _, w := range t.Ways {
			s = append(s, w.Say)
		}
		for _, m := range checks.Menus {
			if t.Menu != nil {
				s = append(s, t.Menu(m))
			}
		}
		out["step "+t.ID] = strings.Join(s, "\n")
	}
	for _, l := range Lessons() {
		p := Page{Title: l.Title, Found: l.Parts}
		out["lesson "+l.Title] = p.Text()
	}
	return out
}

// No word of a page is left unexplained: each is one that everybody knows, or one of the glossary, or the name of a
// thing (a path, a directive, a number, an error's code), which the sentence around it explains.
func TestEveryWordIsPlainOrExplained(t *testing.T) {
	plain := map[string]bool{}
	for w := range strings.FieldsSeq(plainWords) {
		plain[w] = true
	}
	used := map[string]bool{}
	for page, text := range prose() {
		for w := range strings.FieldsFuncSeq(text, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_-./'", r)
		}) {
			w = strings.Trim(w, ".-'/")
			if w == "" || isName(w) || len(Terms(w)) > 0 {
				continue
			}
			small := strings.ToLower(w)
			if used[small] = true; !plain[small] {
				t.Errorf("%s: %q is neither in the glossary nor in testdata/plain.txt", page, w)
			}
		}
	}
	for w := range plain {
		if !used[w] {
			t.Errorf("testdata/plain.txt: no page says %q, or the glossary explains it", w)
		}
	}
}

func isName(w string) bool {
	_, cause := checks.Find(checks.ID(w))
	inner := strings.IndexFunc(strings.TrimLeftFunc(w, unicode.IsUpper), unicode.IsUpper) > 0 // MaxRequestWorkers
	return cause || inner || strings.ContainsAny(w, "_./0123456789")
}

func TestGlossaryIsInOrder(t *testing.T) {
	seen := map[string]string{}
	before := ""
	for _, term := range Glossary() {
		if low := strings.ToLower(term.Word); low < before {
			t.Errorf("%q stands behind %q", term.Word, before)
		} else {
			before = low
		}
		for _, w := range append([]string{term.Word}, term.Also...) {
			if first, twice := seen[strings.ToLower(w)]; twice {
				t.Errorf("%q is explained at %q and at %q", w, first, term.Word)
			}
			seen[strings.ToLower(w)] = term.Word
		}
		if len(term.Means) > 140 || strings.HasSuffix(term.Means, ".") {
			t.Errorf("%q is not explained in one line: %q", term.Word, term.Means)
		}
	}
}
