package checks

import (
	"testing"
	"time"
)

func TestAStartBelongsToTheChangeRightBeforeIt(t *testing.T) {
	start := time.Date(2026, 11, 22, 12, 30, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		before time.Duration
		want   bool
	}{
		"seconds before": {5 * time.Second, true},
		"in its own second, which systemd cuts off":  {-400 * time.Millisecond, true},
		"two minutes before":                         {2 * time.Minute, true},
		"an hour before: it was started for another": {time.Hour, false},
		"after it: it was not read":                  {-10 * time.Second, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := rightBefore(start.Add(-c.before), start); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}
