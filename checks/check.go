// Package checks holds what we know about the causes of a 502: one check a file, each looking at the facts of
// one machine and finding nothing, something, or that it could not look.
package checks

import (
	"context"
	"fmt"
	"time"

	"fix502/sysinfo"
)

// ID names a check for ever: in JSON, in file names, for `fix502 explain ID`.
type ID string

// Audience is who a check is for.
type Audience int

const (
	Owner Audience = iota
	Visitor
)

// A Check looks for one cause, or for one fact worth knowing. Its error means "could not look", never "looked
// and it is bad".
type Check struct {
	ID    ID
	Title string // what is true when all is well: "There is room on the disk"
	For   Audience
	Topic Topic                                                          // the wizard page it belongs to
	After []ID                                                           // causes that would explain this finding away
	Means string                                                         // its page: what it is, in plain words, for `fix502 explain disk-full` and the wizard
	Needs string                                                         // what looking takes that not everybody has: "root"; empty: anyone may look
	Run   func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) // one per place; none: does not apply here
}

// Topic is one page of the owner's checklist, in design order.
type Topic string

const (
	Server     Topic = "server"
	Logs       Topic = "logs"
	CDN        Topic = "cdn"
	Upstreams  Topic = "upstreams"
	Network    Topic = "network"
	Platform   Topic = "platform"
	Prevention Topic = "prevention"
)

// Status is what a check says of one place.
type Status int

const (
	Skip    Status = iota // does not apply here
	Pass                  // looked, and it is well
	Warn                  // worth mending, not why visitors see a 502
	Fail                  // a cause of a 502
	Unknown               // could not look
)

func (s Status) String() string {
	return [...]string{"skip", "pass", "warn", "fail", "unknown"}[s]
}

// MarshalText makes a status a word in JSON.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// When is whether a cause works now or comes and goes.
type When string

const (
	Now          When = "now"
	Intermittent When = "intermittent"
)

// Finding is what one check says of one place.
type Finding struct {
	Hop        *sysinfo.Hop  // the hop it is about
	Site       *sysinfo.Site // the site, where a hop would be too narrow; nil with a nil Hop: the machine
	Status     Status
	When       When    // for a Fail; empty means now
	Confidence float64 // for a Fail: how sure, 0 to 1; 0 means 0.9
	Summary    string  // one line, with the number in it
	Reached    bool    // the request came as far as the site's app: its own code fails there
	Before     bool    // it stands before the gateway: who asks here is answered
	There      string  // what is on the far side of the broken hop, where Summary does not say it after ", but "
	Where      sysinfo.Place
	Evidence   []Evidence
	Fix        Fix
	Covers     []ID           // other causes of the same hop that this one explains, beyond what their After says
	WordPress  *WordPressHome // what the guided steps' commands need; of the check that looks for it
	Menu       string         // whose menu the guided steps put first: that of the panel or cloud that was found

	inner  []*sysinfo.Site // of other gateways here, one behind the other, when the hop leads to them
	hit    bool            // the page that fix502 was told of goes through its hop, and failed just now
	astray bool            // requests come there by a wrong name: what fails behind is another site's trouble
	stands bool            // though a page came back well: its server is dead now, and asked in turn with another that is not
}

// Evidence is something that can be read again: "/var/log/nginx/error.log:1842", and the line itself.
type Evidence struct {
	Source string
	Text   string
	Time   time.Time // when it happened; zero when it is a state, not an event
}

// Risk is what a fix may cost.
type Risk string

const (
	Low    Risk = "low"    // reload, start of something that is down
	Medium Risk = "medium" // restart: requests in flight are lost
	High   Risk = "high"   // something may stay broken: read before you paste
)

// Fix is what to do about it. A check only ever looks; a person pastes.
type Fix struct {
	Title      string
	Undo       string
	Risk       Risk
	Workaround bool // relieves, does not cure
	Steps      []Step

	settles bool // the gateway sees for itself that it is done: no reload has to tell it
}

// Step is one thing to do. Command is one shell line that works when pasted as root on this machine; empty for
// a step that only a person can do.
type Step struct{ Say, Command string }

// Do adds a step with its command.
func (x Fix) Do(say, format string, args ...any) Fix {
	return x.step(Step{say, fmt.Sprintf(format, args...)})
}

// Tell adds a step for a person.
func (x Fix) Tell(format string, args ...any) Fix {
	return x.step(Step{Say: fmt.Sprintf(format, args...)})
}

// step adds a step; one without words and without a command is none.
func (x Fix) step(s Step) Fix {
	if s != (Step{}) {
		x.Steps = append(x.Steps[:len(x.Steps):len(x.Steps)], s)
	}
	return x
}
