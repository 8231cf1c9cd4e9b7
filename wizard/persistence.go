package wizard

import (
	"slices"
	"time"
)

// Try is one time that the visitor's page was asked for.
type Try struct {
	At  time.Time
	Bad bool
}

// Try takes in that the visitor's page was asked for.
func (w Wizard) Try(t Try) Wizard {
	w.Tries = append(slices.Clone(w.Tries), t)
	return w
}

// persistent is after how long a failure that never lets up is no hiccup any more.
const persistent = 15 * time.Minute

// Persistence says in words how long and how often the visitor's page has failed, and what that means.
func (w Wizard) Persistence() string {
	said, span, bad := w.counted()
	switch {
	case said == "":
		return ""
	case bad == 0:
		return said + ": the page works from here"
	case bad == len(w.Tries) && span >= persistent:
		return said + ": persistent, not temporary. Waiting will not help; tell the owner."
	case bad == len(w.Tries):
		return said + "; asked again every minute, and after 15 minutes it counts as persistent"
	}
	return said + ": it comes and goes"
}

// counted is how often the page failed, in words and numbers.
func (w Wizard) counted() (said string, span time.Duration, bad int) {
	if len(w.Tries) == 0 {
		return "", 0, 0
	}
	for _, t := range w.Tries {
		if t.Bad {
			bad++
		}
	}
	span = w.Tries[len(w.Tries)-1].At.Sub(w.Tries[0].At).Round(time.Second)
	return plural(bad, "failure", "failures") + " in " + plural(len(w.Tries), "try", "tries") + " over " + Span(span.String()), span, bad
}
