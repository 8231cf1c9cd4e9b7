package wizard

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"fix502/checks"
	"fix502/sysinfo"
)

// Schema is the version of the report's JSON. Fields are only ever added.
const Schema = 1

// Verdict is the one word of a run.
type Verdict string

const (
	Broken       Verdict = "broken"       // a cause of a 502, at this moment
	Intermittent Verdict = "intermittent" // a cause that comes and goes, seen within the window
	Unexplained  Verdict = "unexplained"  // a 502 without a known cause
	Healthy      Verdict = "healthy"
	Unclear      Verdict = "unknown" // too little could be looked at
)

// Report is a finished run: the JSON of `diagnose`, and the wizard's last page.
type Report struct {
	Schema   int       `json:"schema"`
	Version  string    `json:"version"`
	Host     Machine   `json:"host"`
	Started  time.Time `json:"started"`
	Elapsed  int64     `json:"elapsed_ms"`
	Verdict  Verdict   `json:"verdict"`
	Summary  string    `json:"summary"`
	Coverage Coverage  `json:"coverage"`
	Causes   []Cause   `json:"causes"`
	RuledOut []Ruled   `json:"ruled_out"`
	Paths    []Path    `json:"paths"`
	Errors   Errors    `json:"errors"`
	Changes  []Change  `json:"changes"`                  // what changed on the machine within the window, oldest first
	Unseen   []string  `json:"changes_unseen,omitempty"` // where changes could not be looked for, and why
	Checks   []Row     `json:"checks"`
	Done     []string  `json:"done_by_hand,omitempty"` // steps that a person ticked off in the wizard
}

// Machine says where the report was made.
type Machine struct {
	Name string `json:"name"`
	OS   string `json:"os"`
	Root bool   `json:"root"`
}

// Coverage says how much could be looked at.
type Coverage struct {
	Looked  int       `json:"looked"`
	Total   int       `json:"total"`
	Missing []Missing `json:"missing"`
}

// Missing is a check that could not look.
type Missing struct {
	ID      checks.ID `json:"id"`
	Why     string    `json:"why"`
	Command string    `json:"command,omitempty"`
}

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

// Ruled is a rival cause, and what rules it out.
type Ruled struct {
	ID checks.ID `json:"id"`
	By string    `json:"by"`
}

// Path is the way of one site's requests.
type Path struct {
	Site    string `json:"site"`
	Front   *Stop  `json:"front,omitempty"`   // the content network between browsers and this machine
	Through []Stop `json:"through,omitempty"` // gateways of this machine that pass on to this one, the outermost first
	Hops    []Stop `json:"hops"`
	Behind  *Stop  `json:"behind,omitempty"` // the database that the site's app asks
	Break   *Break `json:"-"`
}

// Stop is one hop of a path, as it was found.
type Stop struct {
	Kind    string         `json:"kind"`
	Address string         `json:"address"`
	Status  checks.Status  `json:"status"`
	MS      float64        `json:"ms"`
	Says    string         `json:"says"`
	Where   *sysinfo.Place `json:"where,omitempty"`
}

// Errors is what the logs say of the window.
type Errors struct {
	Window    string     `json:"window"`
	Total     int        `json:"total"`
	First     *time.Time `json:"first,omitempty"`
	Last      *time.Time `json:"last,omitempty"`
	PerMinute [][2]int64 `json:"per_minute"`
	Asked     [][2]int64 `json:"requests_per_minute"` // of the access logs; empty where none is kept
	Onset     *Onset     `json:"onset,omitempty"`
	Groups    []Group    `json:"groups"`

	firsts []time.Time // when each group began
}

// Group is one kind of failure of one site and upstream.
type Group struct {
	ID       checks.ID `json:"id"`
	Count    int       `json:"count"`
	Upstream string    `json:"upstream,omitempty"`
	Site     string    `json:"site,omitempty"`
}

// Row is one check.
type Row struct {
	ID       checks.ID     `json:"id"`
	Title    string        `json:"title"`
	Topic    checks.Topic  `json:"topic"`
	Status   checks.Status `json:"status"`
	Summary  string        `json:"summary"`
	Elapsed  int64         `json:"elapsed_ms"`
	Evidence []Evidence    `json:"evidence"`
	Fix      *Fix          `json:"fix"`
}

// JSON writes the report as one document.
func (r Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

// Exit is the exit status: 0 healthy, 1 a cause or an unexplained 502, 3 too little was looked at.
func (r Report) Exit() int {
	switch r.Verdict {
	case Healthy:
		return 0
	case Unclear:
		return 3
	}
	return 1
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
	out := &Fix{Title: checks.Quote(f.Title), Risk: f.Risk, Workaround: f.Workaround, Undo: checks.Quote(f.Undo), Steps: []Step{}}
	if out.Risk == "" {
		out.Risk = checks.Low
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

func causeOf(root sysinfo.Root, c checks.Cause) Cause {
	f := c.Finding
	out := Cause{ID: c.Check.ID, Title: checks.Quote(f.Summary), Status: checks.Now, Confidence: c.Sure(), Where: placeOf(f.Where),
		Means: c.Check.Means, Evidence: quoteAll(f.Evidence), Fix: fixOf(f.Fix), Follows: c.Follows}
	if f.When == checks.Intermittent {
		out.Status = checks.Intermittent
	}
	if s := f.At(); s != nil {
		out.Site, root = checks.Quote(s.Name), s.Gateway.Root
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
		b.There = checks.Quote(after)
	}
	return b
}

// Result is what one check came to.
type Result struct {
	Check    checks.Check
	Findings []checks.Finding
	Took     time.Duration
}

// Worst is the status that stands for all findings of a check: a failure outdoes what could not be looked at,
// which outdoes a warning, a pass, a skip.
func (r Result) Worst() checks.Finding {
	order := []checks.Status{checks.Fail, checks.Unknown, checks.Warn, checks.Pass, checks.Skip}
	for _, s := range order {
		for _, f := range r.Findings {
			if f.Status == s {
				return f
			}
		}
	}
	return checks.Finding{Status: checks.Skip, Summary: "does not apply here"}
}

func rowOf(r Result) Row {
	w := r.Worst()
	summary := w.Summary
	if n := more(r.Findings, w.Status); n > 0 {
		summary = fmt.Sprintf("%s (and %d more)", summary, n)
	}
	return Row{ID: r.Check.ID, Title: r.Check.Title, Topic: r.Check.Topic, Status: w.Status, Summary: checks.Quote(summary),
		Elapsed: r.Took.Milliseconds(), Evidence: quoteAll(w.Evidence), Fix: fixOf(w.Fix)}
}

func more(found []checks.Finding, s checks.Status) int {
	n := -1
	for _, f := range found {
		if f.Status == s {
			n++
		}
	}
	return n
}

// coverage counts the checks that apply here and could look.
func coverage(results []Result, command string) Coverage {
	c := Coverage{Missing: []Missing{}}
	for _, r := range results {
		switch w := r.Worst(); {
		case w.Status == checks.Skip:
		case slices.ContainsFunc(r.Findings, func(f checks.Finding) bool { return f.Status == checks.Unknown }):
			c.Total++
			m := Missing{ID: r.Check.ID, Why: checks.Quote(unknownOf(r.Findings))}
			if m.needsRoot() {
				m.Command = command
			}
			c.Missing = append(c.Missing, m)
		default:
			c.Total++
			c.Looked++
		}
	}
	return c
}

func unknownOf(found []checks.Finding) string {
	for _, f := range found {
		if f.Status == checks.Unknown {
			return f.Summary
		}
	}
	return ""
}
