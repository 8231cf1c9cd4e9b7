package checks

import (
	"context"
	"io"
	"os"
	"sort"
	"strings"
	"time"

	"fix502/sysinfo/errlog"
)

// LineReport is what a line, an excerpt or a whole log of another machine says: `explain --json`.
type LineReport struct {
	Schema  int         `json:"schema"`
	Lines   int         `json:"lines"`
	Matched int         `json:"matched"`
	Unknown int         `json:"unknown"`
	Causes  []LineCause `json:"causes"` // most likely first
	Noise   []LineNoise `json:"noise"`
}

// LineCause is one cause the lines speak for.
type LineCause struct {
	ID         ID         `json:"id"`
	Count      int        `json:"count"` // lines that speak for it
	First      *time.Time `json:"first,omitempty"`
	Last       *time.Time `json:"last,omitempty"`
	Confidence float64    `json:"confidence"`
	Certain    bool       `json:"certain"` // the lines alone name it
	Example    string     `json:"example"`
	LookAt     []string   `json:"look_at"` // what makes it certain

	score float64
}

// LineNoise counts lines that may alarm and mean no failure.
type LineNoise struct {
	ID    ID  `json:"id"`
	Count int `json:"count"`
}

// excerptSize is up to where text is taken for something a person pasted: lines wrapped by a screen are put together.
const excerptSize = 64 << 10

// ExplainLog reads lines to the end and says what they mean. A file is read by several workers, and from since on only.
func ExplainLog(ctx context.Context, r io.Reader, since time.Time, loc *time.Location) (LineReport, error) {
	if f, ok := r.(*os.File); ok {
		if st, err := f.Stat(); err == nil && st.Mode().IsRegular() && st.Size() > excerptSize {
			t, err := errlog.Scan(ctx, f, st.Size(), since, loc)
			if err != nil {
				return LineReport{}, err
			}
			return ExplainTally(t), nil
		}
	}
	t := errlog.NewTally(loc, since)
	head, err := io.ReadAll(io.LimitReader(r, excerptSize))
	if err != nil {
		return LineReport{}, err
	}
	if len(head) < excerptSize {
		for _, line := range unwrap(string(head)) {
			t.Line(line)
		}
		return ExplainTally(t), nil
	}
	err = t.Read(ctx, io.MultiReader(strings.NewReader(string(head)), r))
	return ExplainTally(t), err
}

// ExplainText is ExplainLog of a few lines.
func ExplainText(text string, loc *time.Location) LineReport {
	t := errlog.NewTally(loc, time.Time{})
	for _, line := range unwrap(text) {
		t.Line(line)
	}
	return ExplainTally(t)
}

// ExplainTally says what counted lines mean, taken together.
func ExplainTally(t *errlog.Tally) LineReport {
	r := LineReport{Schema: 1, Lines: t.Lines, Unknown: t.Kinds[errlog.Unknown].Count, Causes: []LineCause{}, Noise: []LineNoise{}}
	r.Matched = r.Lines - r.Unknown
	noise := map[ID]int{}
	for k, span := range t.Kinds {
		if id := noiseID(errlog.Kind(k)); id != "" && span.Count > 0 {
			noise[id] += span.Count
		}
	}
	for id, n := range noise {
		r.Noise = append(r.Noise, LineNoise{id, n})
	}
	sort.Slice(r.Noise, func(i, j int) bool {
		a, b := r.Noise[i], r.Noise[j]
		return a.Count > b.Count || a.Count == b.Count && a.ID < b.ID
	})
	r.Causes = weigh(t)
	return r
}
