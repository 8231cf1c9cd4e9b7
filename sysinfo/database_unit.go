package sysinfo

import (
	"context"
	"path"
	"strings"
)

// unitStores are those of the service behind a hop: of its unit, of the files it takes its environment from, of .env where
// it is started.
func (f *Facts) unitStores(ctx context.Context, h *Hop) []*Store {
	u := f.unitBehind(ctx, h)
	if u.Name == "" || u.Contained() {
		return nil
	}
	set := map[string]placed{}
	dir := u.Props["WorkingDirectory"]
	for _, l := range f.UnitLines(u) {
		switch l.Key {
		case "Environment":
			for word := range strings.FieldsSeq(l.Value) {
				envLine(set, strings.Trim(word, `"'`), l.Place)
			}
		case "EnvironmentFile":
			for k, v := range readEnv(f.Host.Root, strings.TrimPrefix(l.Value, "-")) {
				set[k] = v
			}
		}
	}
	name := strings.TrimSuffix(u.Name, ".service")
	out := envStores(set, name, false)
	if path.IsAbs(dir) && dir != "/" {
		out = append(out, envStores(readEnv(f.Host.Root, dir+"/.env"), name, false)...)
	}
	out = append(out, f.unitCode(ctx, u, set)...)
	for _, s := range out {
		s.Unit = u.Name
	}
	return out
}

// unitBehind is the service that listens at a hop's other end, or should.
func (f *Facts) unitBehind(ctx context.Context, h *Hop) Unit {
	if r := f.Reach(ctx, h); r.Owner != nil {
		if u, ok := f.Unit(ctx, f.UnitOf(r.Owner.PID)); ok {
			return u
		}
	}
	return f.AppFor(ctx, h).Unit
}
