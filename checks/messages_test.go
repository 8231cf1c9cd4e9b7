package checks

import (
	"os"
	"strings"
	"testing"
	"time"
)

// TestMessagesNameTheirCause asks for each product's own wordings, most of which no excerpt has.
func TestMessagesNameTheirCause(t *testing.T) {
	text, err := os.ReadFile("testdata/messages.txt")
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		want, line, ok := strings.Cut(row, ": ")
		if !ok || strings.HasPrefix(row, "#") {
			continue
		}
		r := ExplainText(line, time.UTC)
		switch {
		case want == "quiet" && (len(r.Causes) > 0 || r.Unknown > 0):
			t.Errorf("line %d: %q: got %v, %d unknown, want quiet", i+1, line, r.Causes, r.Unknown)
		case want != "quiet" && (len(r.Causes) == 0 || string(r.Causes[0].ID) != want):
			t.Errorf("line %d: %q: got %v, want %s first", i+1, line, r.Causes, want)
		}
	}
}
