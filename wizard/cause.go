package wizard

import (
	"context"
	"slices"
	"strings"
	"time"

	"fix502/checks"
	"fix502/sysinfo"
)

// Cause is one cause with its evidence and its fix.
type Cause struct {
	ID         checks.ID      `json:"id"`
	Title      string         `json:"title"`
	Status     checks.When    `json:"status"`
	Confidence float64        `json:"confidence"`
	Site       string         `json:"site,omitempty"`
	Hop        *HopName       `json:"hop,omitempty"`
	Break      *Break         `json:"break,omitempty"` // both sides of the broken hop
	Where      *sysinfo.Place `json:"where,omitempty"`
	Excerpt    *Excerpt       `json:"excerpt,omitempty"` // the file's lines around the place
	Means      string         `json:"means"`
	Evidence   []Evidence     `json:"evidence"`
	Fix        *Fix           `json:"fix"`
	Follows    []checks.ID    `json:"follows"`
}

// HopName names a hop.
type HopName struct {
	From    string `json:"from"`
	To      string `json:"to"`
	Address string `json:"address"`
}

// Evidence is a line to read again.
type Evidence struct {
	Source string     `json:"source"`
	Text   string     `json:"text"`
	Time   *time.Time `json:"time,omitempty"`
}

// Fix is what to do.
type Fix struct {
	Title      string      `json:"title"`
	Risk       checks.Risk `json:"risk"`
	Workaround bool        `json:"workaround"`
	Undo       string      `json:"undo,omitempty"`
	Steps      []Step      `json:"steps"`
}

// Step is one step of a fix.
type Step struct {
	Say     string `json:"say"`
	Command string `json:"command,omitempty"`
}

// quoteAll passes every string of a finding that may hold a stranger's words through the one door.
func quoteAll(ev []checks.Evidence) []Evidence {
	out := make([]Evidence, 0, len(ev))
	for _, e := range ev {
		q := Evidence{Source: checks.Quote(e.Source), Text: checks.Quote(e.Text)}
		if !e.Time.IsZero() {
			q.Time = &e.Time
		}
		out = append(out, q)
	}
	return out
}

func fixOf(f checks.Fix) *Fix {
	if f.Title == "" && len(f.Steps) == 0 {
		return nil
	}
	if !slices.ContainsFunc(f.Steps, func(s checks.Step) bool { return s.Command != "" }) {
		f.Undo = "" // what is only told has no way back
	}
	out := &Fix{Title: checks.Quote(f.Title), Risk: f.Risk, Workaround: f.Workaround, Undo: f.ShownUndo(), Steps: []Step{}}
	if out.Risk == "" {
		out.Risk = checks.Low
	}
	if f.Undo != "" && out.Undo == "" {
		out.Steps = append(out.Steps, Step{Say: "No way back is printed, for a secret stands on the line: keep a copy of the file first (cp -a FILE FILE.before)"})
	}
	for _, s := range f.Steps {
		out.Steps = append(out.Steps, Step{checks.Quote(s.Say), s.Command})
	}
	return out
}

func placeOf(p sysinfo.Place) *sysinfo.Place {
	if !p.Known() {
		return nil
	}
	return &p
}

func causeOf(ctx context.Context, facts *sysinfo.Facts, c checks.Cause) Cause {
	f, root := c.Finding, facts.Host.Root
	out := Cause{ID: c.Check.ID, Title: checks.Quote(f.Summary), Status: checks.Now, Confidence: c.Sure(), Where: placeOf(f.Where),
		Means: c.Check.Means, Evidence: quoteAll(f.Evidence), Fix: fixOf(f.Fix), Follows: c.Follows}
	if f.When == checks.Intermittent {
		out.Status = checks.Intermittent
	}
	if s := f.At(); s != nil {
		out.Site, root = checks.Quote(facts.Title(ctx, s)), s.Gateway.Root
	}
	out.Excerpt = excerptOf(root, f)
	if f.Hop != nil {
		out.Hop = &HopName{f.Hop.From, f.Hop.To, checks.Quote(f.Hop.Address())}
		out.Break = breakOf(f)
	}
	if out.Follows == nil {
		out.Follows = []checks.ID{}
	}
	return out
}

// breakOf is what stands on either side of a finding's hop. A sentence such as "nginx asks for A, but B listens on C" tells
// both; else the state of the hop says what is there.
func breakOf(f checks.Finding) *Break {
	b := &Break{Asks: "asks for " + strings.TrimPrefix(checks.Quote(f.Hop.Address()), "unix:"), There: checks.Quote(f.There)}
	if _, after, ok := strings.Cut(f.Summary, ", but "); ok && b.There == "" {
		after, _, _ = strings.Cut(after, ": ") // why it is so stands below the drawing
		after, _, _ = strings.Cut(after, "; ")
		b.There = checks.Quote(after)
	}
	return b
}
