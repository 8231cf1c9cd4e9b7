package wizard

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fix502/checks"
	"fix502/sysinfo"
)

// Change is something that changed on the machine within the window.
type Change struct {
	Time   time.Time          `json:"time"`
	Kind   sysinfo.ChangeKind `json:"kind"` // package, config, plugin, killed, boot, unit
	What   string             `json:"what"`
	Source string             `json:"source"`

	web   bool // a web server's way leads over it
	parts []Change
	blame int // larger than 0: it is of the service that the first cause names, or of the file that its fix changes; or unrelated
}

// Onset is when the failures that go on now began, and what had changed just before.
type Onset struct {
	Time  time.Time `json:"time"`
	Exact bool      `json:"exact"`           // to the second; else to the minute
	Edge  bool      `json:"or_earlier"`      // it is where the window begins: they may have begun before
	After *Change   `json:"after,omitempty"` // what changed shortly before; not proven to be the reason
}

// pause ends a row of failures: what comes after it is another outage. lately is how long before the first failure a
// change may lie to be worth a word.
const (
	pause  = 30 * time.Minute
	lately = 15 * time.Minute
)

type history struct {
	changes []Change
	unseen  []string
}

func historyOf(ctx context.Context, f *sysinfo.Facts) history {
	h := history{changes: []Change{}}
	all, unseen := f.Changes(ctx)
	for _, c := range all {
		h.changes = append(h.changes, changed(c))
	}
	for _, u := range unseen {
		h.unseen = append(h.unseen, checks.Quote(u))
	}
	return h
}

func changed(c sysinfo.Change) Change {
	out := Change{Time: c.At, Kind: c.Kind, What: checks.Quote(c.What), Source: checks.Quote(c.Source), web: c.Web}
	for _, part := range c.Parts {
		out.parts = append(out.parts, changed(part))
	}
	return out
}

// began finds the onset of the latest row of failures: of those that the first cause tells of, where there are any.
func (r *Report) began(first []time.Time, window time.Duration) {
	minutes := r.Errors.PerMinute
	if len(r.Causes) > 0 {
		if its, firsts := r.Errors.explained(r.Causes[0]); len(its) > 0 {
			minutes, first = its, firsts
		}
	}
	i := len(minutes) - 1
	for i >= 0 && minutes[i][0] > r.Started.Unix() { // a clock that is ahead
		i--
	}
	for i > 0 && time.Duration(minutes[i][0]-minutes[i-1][0])*time.Second <= pause {
		i--
	}
	if i < 0 {
		return
	}
	o := &Onset{Time: time.Unix(minutes[i][0], 0).In(r.Started.Location())}
	for _, t := range first {
		if t.Unix() >= minutes[i][0] && t.Unix() < minutes[i][0]+60 && (!o.Exact || t.Before(o.Time)) {
			o.Time, o.Exact = t, true
		}
	}
	if o.Edge = o.Time.Sub(r.Started.Add(-window)) < pause; !o.Edge {
		o.After = before(*o, blamed(r.Changes, o.Time, r.Causes), r.Errors.Asked)
	}
	r.Errors.Onset = o
}

// before is the change that most likely has to do with an onset: of those shortly before it the likeliest kind, and of
// that kind the last. Where nobody asked for a page in between, shortly may be longer.
func before(o Onset, changes []Change, asked [][2]int64) *Change {
	limit := o.Time.Add(-lately)
	if i := slices.IndexFunc(asked, func(m [2]int64) bool { return m[0] >= o.Time.Truncate(time.Minute).Unix() }); i > 0 {
		if quiet := time.Unix(asked[i-1][0], 0); quiet.Before(limit) {
			limit = quiet
		}
	}
	second := o.Time.Add(999 * time.Millisecond) // logs count in whole seconds
	var best *Change
	for i, c := range changes {
		end := second
		if !o.Exact && c.Kind != sysinfo.Service { // a service that starts after the failures is somebody's answer to them
			end = end.Add(59 * time.Second)
		}
		if c.Time.After(end) || c.Time.Before(limit) || c.likelier() == unrelated {
			continue
		}
		if best == nil || cmp.Or(c.likelier()-best.likelier(), c.Time.Compare(best.Time)) >= 0 {
			best = &changes[i]
		}
	}
	return best
}

// blamed marks the changes right before an onset of what the first cause names: of its service, or before that of the
// file that its fix changes.
func blamed(changes []Change, at time.Time, causes []Cause) []Change {
	if len(causes) == 0 {
		return changes
	}
	c, out := causes[0], slices.Clone(changes)
	for i := range out {
		ch := &out[i]
		right := at.Sub(ch.Time) <= time.Minute
		switch {
		case right && ch.Kind == sysinfo.Service && slices.ContainsFunc(c.Evidence, func(e Evidence) bool { return e.Source == ch.Source }):
			ch.blame = 1
		case ch.Kind == sysinfo.Edit && c.Where != nil && c.Fix != nil:
			ch.speaks(c, right)
		}
	}
	return out
}

// speaks marks a change of files when one of them is that which a cause names and its fix changes: it speaks for the others then. Files that a
// cause which is as good as sure speaks of nowhere were written near the onset by chance.
func (c *Change) speaks(of Cause, right bool) {
	files := append(c.parts[:len(c.parts):len(c.parts)], *c)
	for _, p := range files {
		mended := slices.ContainsFunc(of.Fix.Commands(), func(s string) bool { return strings.Contains(s, p.Source) })
		if right && of.Where.File == p.Source && mended {
			c.What, c.Source, c.blame = p.What, p.Source, 2
			return
		}
	}
	for _, p := range files {
		if of.tells(p.Source) {
			c.What, c.Source = p.What, p.Source
			return
		}
	}
	if of.Confidence >= 0.9 {
		c.blame = unrelated
	}
}

// tells says that a cause names a file, as the place to change or in its evidence.
func (c Cause) tells(file string) bool {
	return c.Where.File == file || slices.ContainsFunc(c.Evidence, func(e Evidence) bool { return e.Source == file || strings.HasPrefix(e.Source, file+":") })
}

// unrelated is a change that lies near an onset by its time alone.
const unrelated = -100

// likelier is larger for changes that are likelier to be why a site stopped working. First come those of what the cause
// names; a package or a file that no web server's way leads over comes last.
func (c Change) likelier() int {
	if c.blame != 0 {
		return c.blame
	}
	if !c.web && (c.Kind == sysinfo.Package || c.Kind == sysinfo.Edit) {
		return unrelated
	}
	return -slices.Index([]sysinfo.ChangeKind{sysinfo.Package, sysinfo.Edit, sysinfo.Plugin, sysinfo.Killed, sysinfo.Reboot, sysinfo.Service}, c.Kind)
}

// Say is the onset as a sentence without its full stop.
func (o Onset) Say() string {
	layout := "15:04:05"
	if !o.Exact {
		layout = "15:04"
	}
	s := "it began at " + o.Time.Format(layout)
	if o.Edge {
		return "it has gone on since " + o.Time.Format(layout) + " at the latest, where the look into the logs begins"
	}
	if o.After == nil {
		return s
	}
	gap := o.Time.Sub(o.After.Time)
	switch {
	case gap < -time.Second || gap < time.Second && !o.Exact:
		return s + ", in the same minute in which " + o.After.What
	case gap < time.Second:
		return s + ", just when " + o.After.What
	case gap < 2*time.Minute && o.Exact:
		return fmt.Sprintf("%s, %d s after %s", s, gap/time.Second, o.After.What)
	case gap < 2*time.Minute:
		return s + ", shortly after " + o.After.What
	}
	return fmt.Sprintf("%s, %d min after %s", s, gap/time.Minute, o.After.What)
}
