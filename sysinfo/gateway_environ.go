package sysinfo

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
)

// An environ is the environment that a gateway's configuration may name.
type environ struct {
	set   map[string]string
	whole bool // a name that is not in it is set nowhere
}

// environ is that of the process where we may look, else what its unit gives to it and the file that its package has for that.
func (f *Facts) environ(ctx context.Context, g *Gateway, file string) environ {
	if g.Running() {
		if own, err := f.Host.Root.ReadFile(fmt.Sprintf("/proc/%d/environ", g.PID)); err == nil {
			env := environ{pairs(own), true}
			if u, ok := f.Unit(ctx, g.Unit); ok && g.Kind == "caddy" && g.Container == nil && !u.Reloaded().IsZero() { // "caddy reload" fills the Caddyfile in by itself, with the environment of that moment
				unit, _ := f.environmentOf(u)
				for key, v := range unit {
					env.set[key] = v.text
				}
			}
			return env
		}
	}
	env := environ{set: map[string]string{}}
	if text, err := g.Root.ReadFile(file); err == nil {
		env.set = pairs(bytes.ReplaceAll(text, []byte("\n"), []byte{0}))
	}
	u, ok := f.Unit(ctx, orUnit(g.Unit, g.Kind+".service"))
	if !ok || g.Container != nil {
		return env
	}
	unit, whole := f.environmentOf(u)
	for key, v := range unit {
		env.set[key] = v.text
	}
	env.whole = whole && u.Fragment != ""
	return env
}

// fill puts variables into a unit's command and gives its words: systemd.service(5), "Command lines".
func (e environ) fill(command string) []string {
	return strings.Fields(os.Expand(command, func(key string) string { return e.set[key] }))
}

func pairs(text []byte) map[string]string {
	out := map[string]string{}
	for pair := range bytes.SplitSeq(text, []byte{0}) {
		if k, v, ok := strings.Cut(string(pair), "="); ok && k != "" && k[0] != '#' {
			out[k] = strings.Trim(v, `"'`)
		}
	}
	return out
}
