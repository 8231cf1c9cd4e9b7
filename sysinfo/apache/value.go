package apache

import (
	"strconv"
	"strings"
	"time"
)

// units are those of ap_timeout_parameter_parse.
var units = []struct {
	suffix string
	each   time.Duration
}{{"ms", time.Millisecond}, {"mi", time.Minute}, {"min", time.Minute}, {"s", time.Second}, {"h", time.Hour}}

// duration reads "60", "500ms", "2min"; a bare number counts in what the directive counts in.
func duration(s string, bare time.Duration) (time.Duration, bool) {
	low := strings.ToLower(s)
	for _, u := range units {
		if num, ok := strings.CutSuffix(low, u.suffix); ok {
			n, err := strconv.ParseInt(num, 10, 32)
			if err == nil {
				return time.Duration(n) * u.each, true
			}
		}
	}
	n, err := strconv.ParseInt(s, 10, 32)
	return time.Duration(n) * bare, err == nil
}

// Number is a directive's first argument as a number; otherwise when it is not set or no number.
func (d *Directive) Number(otherwise int) int {
	if d == nil {
		return otherwise
	}
	n, err := strconv.Atoi(d.Arg(0))
	if err != nil {
		return otherwise
	}
	return n
}

// On says that a switch is on.
func (d *Directive) On() bool { return strings.EqualFold(d.Arg(0), "on") }
