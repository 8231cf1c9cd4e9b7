package checks

import (
	"encoding/json"
	"errors"

	"fix502/sysinfo"
)

// caddyJSON mends a comma too many or too few in a configuration of Caddy's that is JSON, and names the line of another slip.
func (t *confError) caddyJSON(g *sysinfo.Gateway, x Fix, _ string) (Fix, bool) {
	b, err := g.Root.ReadFile(t.place.File)
	var slip *json.SyntaxError
	if err != nil || t.place.File != g.Config || len(b) == 0 || b[0] != '{' || !errors.As(json.Unmarshal(b, new(any)), &slip) || !refusesJSON.MatchString(t.text) {
		return x, false
	}
	wrong := comma(string(b), int(slip.Offset))
	t.place.Line = wrong.line
	t.evidence = append(t.evidence, codeLine(g.Root, t.place))
	if wrong.edit == "" {
		return x.Tell("Correct line %d of %s: %s", wrong.line, t.place.File, wrong.says), true
	}
	real := sh(realFile(g.Root, t.place.File))
	x.Undo = "sed -i " + sh(wrong.undo) + " " + real
	return x.Do(wrong.say+": "+wrong.says, "sed -i %s %s", sh(wrong.edit), real), true
}
