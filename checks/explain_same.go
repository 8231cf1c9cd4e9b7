package checks

import (
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// sameStories gives for each finding the first of its check that the same commands mend, at another site, at the same place or step by step: one stopped PHP-FPM is one
// cause, however many sites it serves, and so is one health check, however many servers fail it. One that is itself the first, or has no command, is its own.
func sameStories(all []Cause) []int {
	out := make([]int, len(all))
	firsts := map[string]int{}
	sites := map[string]*sysinfo.Site{}
	for i, c := range all {
		out[i] = i
		commands := c.Finding.Fix.commands()
		if commands == "" {
			continue
		}
		lines := strings.Split(commands, "\n")
		slices.Sort(lines)
		key := fmt.Sprint(c.Check.ID, c.Now(), lines)
		if at, ok := firsts[key]; !ok {
			firsts[key], sites[key] = i, c.Finding.At()
		} else if first := all[at].Finding; c.Finding.At() != sites[key] || c.Finding.Where == first.Where && first.Where.Known() || first.Fix.inAnyOrder() == c.Finding.Fix.inAnyOrder() {
			out[i] = at
		}
	}
	return out
}

// inAnyOrder is a fix's steps, each with its words: two servers of a block that are mended together are so in any order.
func (x Fix) inAnyOrder() string {
	var steps []string
	for _, s := range x.Steps {
		steps = append(steps, s.Say+"\n"+s.Command)
	}
	slices.Sort(steps)
	return strings.Join(steps, "\n")
}

// commands are those that the steps of a fix run.
func (x Fix) commands() string {
	var b strings.Builder
	for _, s := range x.Steps {
		if s.Command != "" {
			b.WriteString(s.Command + "\n")
		}
	}
	return b.String()
}

// alsoAt names another site that meets the same.
func (f *Finding) alsoAt(other Finding) {
	at := other.At()
	if at == nil || at == f.At() || strings.Count(f.Summary, " as well") > 2 || strings.Contains(f.Summary, "; "+at.Name+" as well") {
		return
	}
	f.Summary += "; " + at.Name + " as well"
}
