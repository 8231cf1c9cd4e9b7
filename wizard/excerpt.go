package wizard

import (
	"fmt"
	"path"
	"strings"
	"unicode"

	"fix502/checks"
	"fix502/sysinfo"
)

// Excerpt is a piece of a configuration file around the line that a cause points at.
type Excerpt struct {
	File  string   `json:"file"`
	First int      `json:"first"` // the number of the first line shown
	Lines []string `json:"lines"`
	Line  int      `json:"line"`           // the number of the line it is about
	Mark  [2]int   `json:"mark,omitempty"` // the word that is wrong, as byte offsets in that line; equal where no single word is
}

// excerptAround is how many lines stand above and below.
const excerptAround = 3

// excerptOf reads the lines around a place. Nil where there is no such line, or the file cannot be read.
func excerptOf(r sysinfo.Root, f checks.Finding) *Excerpt {
	p := f.Where
	if p.File == "" || p.Line < 1 || !strings.HasPrefix(p.File, "/") || private(p.File) {
		return nil
	}
	if real, err := r.Resolve(p.File); err != nil || private(real) || real != p.File && !open(r, real) {
		return nil
	}
	b, err := r.ReadFile(p.File)
	if err != nil {
		return nil
	}
	x := &Excerpt{File: checks.Quote(p.File), First: max(1, p.Line-excerptAround), Line: p.Line}
	n := 0
	for line := range strings.Lines(string(b)) {
		if n++; n < x.First {
			continue
		}
		if n > p.Line+excerptAround {
			break
		}
		if checks.OneLine(p, line) {
			return nil
		}
		x.Lines = append(x.Lines, checks.QuoteConfig(strings.ReplaceAll(line, "\t", "    ")))
	}
	if n < p.Line {
		return nil
	}
	x.trim()
	x.Mark = wrongWord(x.Lines[p.Line-x.First], f)
	return x
}

// private are files of an app's own, code and settings: a password may stand there in any form, as the third word of a call,
// say, that nothing tells from other words.
func private(file string) bool {
	switch path.Base(file) {
	case "shadow", "gshadow", "master.passwd":
		return true
	}
	switch path.Ext(file) {
	case ".key", ".pem", ".p12", ".pfx":
		return true
	case ".php", ".inc", ".py", ".rb", ".js", ".mjs", ".cjs", ".ts", ".env":
		return true
	}
	return strings.HasPrefix(path.Base(file), ".env")
}

// open says that everybody may read a file: a link that somebody else may have laid must not lead to what only root reads.
func open(r sysinfo.Root, file string) bool {
	info, err := r.Stat(file)
	return err == nil && info.Mode.Perm()&0o004 != 0
}

// trim drops empty lines at both ends and the indentation that all lines share.
func (x *Excerpt) trim() {
	for len(x.Lines) > 0 && x.First < x.Line && x.Lines[0] == "" {
		x.Lines, x.First = x.Lines[1:], x.First+1
	}
	for n := len(x.Lines); n > 0 && x.First+n-1 > x.Line && x.Lines[n-1] == ""; n = len(x.Lines) {
		x.Lines = x.Lines[:n-1]
	}
	least := -1
	for _, l := range x.Lines {
		if n := len(l) - len(strings.TrimLeft(l, " ")); l != "" && (least < 0 || n < least) {
			least = n
		}
	}
	for i, l := range x.Lines {
		x.Lines[i] = l[min(max(least, 0), len(l)):]
	}
}

// wrongWord is where in a line the word stands that the finding is about: the address of its hop where the finding's own sentence speaks of
// it, or else the longest word of the line that the sentence names; an address that it does not speak of comes last.
func wrongWord(line string, f checks.Finding) [2]int {
	address := [2]int{}
	if f.Hop != nil {
		addr := strings.TrimPrefix(f.Hop.Address(), "unix:")
		if i := strings.Index(line, addr); i >= 0 && len(addr) > 3 {
			address = [2]int{i, i + len(addr)}
		}
		if strings.Contains(f.Summary, addr) && address[1] > 0 {
			return address
		}
	}
	best := [2]int{}
	for at, w := range words(line) {
		if n := best[1] - best[0]; (len(w) > n || len(w) == n && at < best[0]) && (len(w) > 2 || strings.Trim(w, "0123456789") == "") && wordAt(f.Summary, w, "/_-") >= 0 {
			best = [2]int{at, at + len(w)}
		}
	}
	if best[1] == 0 {
		return address
	}
	return best
}

// words are the words of a configuration line, by where they begin; the first, the directive, is none of them.
func words(line string) map[int]string {
	out := map[int]string{}
	start, first := -1, true
	for i, r := range line + " " {
		if unicode.IsSpace(r) || strings.ContainsRune(`;{}"'=,|`, r) {
			if start >= 0 && !first {
				out[start] = line[start:i]
			}
			if start >= 0 {
				first = false
			}
			start = -1
		} else if start < 0 {
			start = i
		}
	}
	return out
}

// Word is the word that is marked; empty where none is.
func (x Excerpt) Word() string {
	if i := x.Line - x.First; i >= 0 && i < len(x.Lines) && x.Mark[1] <= len(x.Lines[i]) {
		return x.Lines[i][x.Mark[0]:x.Mark[1]]
	}
	return ""
}

// excerpt writes a file's lines for those who hear them: the line that matters is called so.
func (t *printer) excerpt(x Excerpt) {
	for i, l := range x.Lines {
		n := x.First + i
		if n != x.Line {
			t.line(fmt.Sprintf("  line %d: %s", n, l))
			continue
		}
		t.line(fmt.Sprintf("  LINE %d, here: %s", n, l))
		if w := x.Word(); w != "" {
			t.line("    the word it is about: " + w)
		}
	}
}
