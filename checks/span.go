package checks

import (
	"fmt"
	"time"
)

// Span says a duration as people do: "24 h", "7 days", "90 min", "3 min 20 s".
func Span(d time.Duration) string {
	d = d.Round(time.Second)
	whole := func(unit time.Duration) bool { return d >= unit && d%unit == 0 }
	switch {
	case d >= 48*time.Hour && whole(24*time.Hour):
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	case whole(time.Hour):
		return fmt.Sprintf("%d h", d/time.Hour)
	case whole(time.Minute) && d < 2*time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
	}
	return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
}
