package wizard

import (
	"encoding/json"
	"io"
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
	Behind  *Stop  `json:"behind,omitempty"`    // the database that the site's app asks
	Log     string `json:"error_log,omitempty"` // where the site's failures are written
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

	aside bool // visitors of the page that was asked for are not sent there
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
	MadeGood  []Group    `json:"made_good,omitempty"` // of single servers, in whose place another one answered: no failure of the site

	firsts []time.Time     // when each group began
	spread []map[int64]int // and how many of it each minute has
}

// Group is one kind of failure of one site and upstream.
type Group struct {
	ID       checks.ID `json:"id"`             // the likeliest cause by the line alone, or the proven one
	Says     string    `json:"says,omitempty"` // what the lines say, where their cause is not proven
	Count    int       `json:"count"`
	Upstream string    `json:"upstream,omitempty"`
	Site     string    `json:"site,omitempty"`
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
