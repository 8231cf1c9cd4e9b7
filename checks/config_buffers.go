package checks

import (
	"fmt"
	"strings"

	"fix502/sysinfo"
)

var (
	busyBuffers = whenAsked(`"(\w+)_busy_buffers_size" must be (?:less than|equal to or greater than)`)
	bufferSize  = whenAsked(`_buffer_size\s+(\d+)([kKmM]?);`)
)

// cureBuffers makes the buffers of a family fit each other. Who raises the one for the header has to raise the others as well:
// the busy ones must hold the largest, and be less than all together.
func (t *confError) cureBuffers(g *sysinfo.Gateway, x Fix, _, line string) (Fix, bool) {
	m := busyBuffers.FindStringSubmatch(t.text)
	n, ok := g.Extra.(*sysinfo.Nginx)
	if m == nil || !ok || !alone(line) {
		return x, false
	}
	if strings.HasPrefix(line, m[1]+"_busy_buffers_size") {
		return x.Do("Take this line out: nginx works the number out by itself", "%s", commentOut(g.Root, t.place)), true
	}
	size := bufferSize.FindStringSubmatch(line)
	if size == nil {
		return x.Do("Take this line out: the default fits", "%s", commentOut(g.Root, t.place)), true
	}
	want := fmt.Sprintf("%s_buffers 8 %s%s;", m[1], size[1], size[2])
	others := confError{}
	if others.lineWith(g, n, m[1]+"_buffers "); others.place.Known() && alone(configLine(g.Root, others.place)) {
		x.Undo = setLine(g.Root, others.place, configLine(g.Root, others.place))
		return x.Do("Make the other buffers as large", "%s", setLine(g.Root, others.place, want)), true
	}
	x.Undo = removeBelow(g.Root, t.place, 1)
	return x.Do("Make the other buffers as large", "%s", insertAfter(g.Root, t.place, want)), true
}

// openQuote points to the only line of the file that opens a quotation mark, ends as a directive does and does not close it.
func (t *confError) openQuote(g *sysinfo.Gateway) bool {
	found := 0
	for at, line := range linesIn(g.Root, t.place.File) {
		code := withoutComment(strings.TrimSpace(line))
		if strings.Count(code, `"`)%2 == 1 && strings.HasSuffix(code, ";") && !strings.Contains(code, "'") {
			found++
			t.place = at
		}
	}
	return found == 1
}
