package wizard

import (
	"slices"
	"time"
)

// Chart is the requests of a stretch of time, in equal steps.
type Chart struct {
	From   time.Time
	Step   time.Duration
	Failed []int64
	Asked  []int64 // all requests; never less than Failed
	Marks  []Mark  // the changes within it, oldest first
}

// Mark is a change with the step it falls into.
type Mark struct {
	Change
	Letter string // "a", "b" …: the same below the chart and in the list beside it
	At     int
}

// barSteps are how much time one bar may stand for.
var barSteps = []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 6 * time.Hour, 24 * time.Hour}

// maxMarks is how many changes are marked: the latest of those worth it.
const maxMarks = 8

// Chart lays the report's requests out over at most width bars: the present row of failures with some time before it, up
// to now. Not ok when there is nothing to draw.
func (r Report) Chart(width int, now time.Time) (c Chart, ok bool) {
	e := r.Errors
	if width < 4 || len(e.PerMinute) == 0 && len(e.Asked) == 0 {
		return c, false
	}
	from := now
	for _, all := range [][][2]int64{e.PerMinute, e.Asked} {
		if len(all) > 0 && all[0][0] < from.Unix() {
			from = time.Unix(all[0][0], 0)
		}
	}
	if e.Onset != nil {
		if early := e.Onset.Time.Add(-max(now.Sub(e.Onset.Time)/2, 15*time.Minute)); early.After(from) || len(e.Asked) == 0 {
			from = early
		}
	}
	if from.After(now) { // lines of a clock that is ahead
		from = now
	}
	c.Step = barSteps[len(barSteps)-1]
	for _, s := range barSteps {
		if now.Sub(from)/s < time.Duration(width) {
			c.Step = s
			break
		}
	}
	end := now.Unix() / 60
	per := int64(c.Step / time.Minute)
	n := int(min(int64(now.Sub(from)/c.Step)+1, int64(width)))
	index := func(unix int64) int { return n - 1 - int((end-unix/60)/per) }
	c.From = time.Unix((end-int64(n)*per+1)*60, 0).In(now.Location())
	c.Failed, c.Asked = make([]int64, n), make([]int64, n)
	for _, m := range e.PerMinute {
		if i := index(m[0]); i >= 0 && i < n {
			c.Failed[i] += max(0, m[1])
		}
	}
	for _, m := range e.Asked {
		if i := index(m[0]); i >= 0 && i < n {
			c.Asked[i] += max(0, m[1])
		}
	}
	for i := range c.Asked {
		c.Asked[i] = max(c.Asked[i], c.Failed[i])
	}
	c.mark(r.Changes, e.Onset, func(t time.Time) int { return index(t.Unix()) })
	return c, true
}

// mark keeps the change that stands closest to the onset and the latest others.
func (c *Chart) mark(changes []Change, o *Onset, index func(time.Time) int) {
	var in []Mark
	for _, ch := range changes {
		if i := index(ch.Time); i >= 0 && i < len(c.Failed) {
			in = append(in, Mark{Change: ch, At: i})
		}
	}
	for len(in) > maxMarks {
		drop := 0
		if o != nil && o.After != nil && in[0].Kind == o.After.Kind && in[0].Time.Equal(o.After.Time) {
			drop = 1
		}
		in = slices.Delete(in, drop, drop+1)
	}
	for i := range in {
		in[i].Letter = string(rune('a' + i))
	}
	c.Marks = in
}

// Most is the largest number of requests in one step.
func (c Chart) Most() int64 { return slices.Max(append([]int64{1}, c.Asked...)) }

// Sum is how many requests of the chart failed, and how many there were.
func (c Chart) Sum() (failed, asked int64) {
	for i := range c.Failed {
		failed += c.Failed[i]
		asked += c.Asked[i]
	}
	return failed, asked
}

// Time is when a step begins.
func (c Chart) Time(step int) time.Time { return c.From.Add(time.Duration(step) * c.Step) }
