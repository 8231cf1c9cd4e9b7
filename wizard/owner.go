package wizard

import (
	"slices"

	"fix502/checks"
)

// Task is one step of a checklist. Its live part are checks; its ways are what only a person can do or see, and
// what to do where no check looks yet.
type Task struct {
	ID     string
	Topic  checks.Topic
	Title  string
	Why    string // how this can end in a 502
	Checks []checks.ID
	Log    bool // shows what the logs say, group by group
	Front  bool // only where a CDN stands in front
	Ways   []Way
	Menu   func(checks.Menu) string // which place in the menus of panels and clouds the step is about; nil: none
	Works  string                   // how to know that it is well again
}

// Way is one way to go about a step: in a panel, in a shell, in a browser.
type Way struct {
	At      string // "cPanel", "In a shell"
	Say     string
	Command string // a shell line that only looks, or the exact text to type
}

// OwnerTasks are the owner's checklist: every step of the design, each with the checks of this list that exist, and
// then the checks that no step names, each as a step of its own.
func OwnerTasks(list []checks.Check) []Task {
	steps := steps()
	have := map[checks.ID]bool{}
	for _, c := range list {
		have[c.ID] = true
	}
	for i, s := range steps {
		var live []checks.ID
		for _, id := range s.Checks {
			if have[id] {
				live = append(live, id)
				have[id] = false // shown once, by the first step that asks for it
			}
		}
		steps[i].Checks = live
	}
	for _, c := range list {
		if have[c.ID] && c.For == checks.Owner {
			steps = slices.Insert(steps, lastOf(steps, c.Topic), Task{ID: string(c.ID), Topic: c.Topic, Title: c.Title, Why: c.Means, Checks: []checks.ID{c.ID}})
		}
	}
	return steps
}

// steps are the steps of the design, with every check they ask for, there or not.
func steps() []Task {
	return slices.Concat(serverSteps(), logSteps(), cdnSteps(), upstreamSteps(), networkSteps(), platformSteps(), preventionSteps())
}

// lastOf is where a topic's steps end.
func lastOf(steps []Task, t checks.Topic) int {
	for i := len(steps) - 1; i >= 0; i-- {
		if steps[i].Topic == t {
			return i + 1
		}
	}
	return len(steps)
}

// Guided says that only a person can do this step.
func (s Task) Guided() bool { return len(s.Checks) == 0 && !s.Log }
