package ui

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"fix502/wizard"
)

func count(n int) string { return strconv.Itoa(n) }

// spark draws failures per minute as a row of at most width bars, the newest at the right, and says how much time one
// bar stands for.
func spark(e wizard.Errors, width int, ascii bool) (bars, unit string) {
	if len(e.PerMinute) == 0 || width < 4 {
		return "", ""
	}
	first, last := e.PerMinute[0][0], e.PerMinute[len(e.PerMinute)-1][0]
	step := int64(60)
	for _, s := range []int64{60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400} {
		if step = s; (last-first)/s+1 <= int64(width) {
			break
		}
	}
	n := int(min((last-first)/step+1, int64(width)))
	sum, most := make([]int64, n), int64(1)
	for _, p := range e.PerMinute {
		i := n - 1 - int((last-p[0])/step)
		if i >= 0 && i < n {
			sum[i] += max(0, p[1])
			most = max(most, sum[i])
		}
	}
	levels := []rune("▁▂▃▄▅▆▇█")
	none := "▁"
	if ascii {
		levels, none = []rune(".:-=+*#@"), "_"
	}
	var b strings.Builder
	for _, v := range sum {
		if v == 0 {
			b.WriteString(none)
			continue
		}
		b.WriteRune(levels[(v*int64(len(levels)-1)+most-1)/most])
	}
	d := time.Duration(step) * time.Second
	if d < time.Hour {
		return b.String(), fmt.Sprintf("per %d min", d/time.Minute)
	}
	return b.String(), fmt.Sprintf("per %d h", d/time.Hour)
}
