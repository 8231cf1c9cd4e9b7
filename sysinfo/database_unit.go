package sysinfo

import (
	"context"
	"maps"
	"path"
	"slices"
	"strings"
)

// unitStores are those of the service behind a hop: of its unit, of the files it takes its environment from, of .env where
// it is started, and of its code where that is to be read.
func (f *Facts) unitStores(ctx context.Context, h *Hop, code bool) []*Store {
	u := f.unitBehind(ctx, h)
	if a := f.AppFor(ctx, h).Unit; a.Contained() { // its engine holds the port for it
		return f.containerStores(ctx, a, h.Site, code)
	}
	if u.Name == "" || u.Contained() {
		return nil
	}
	set, whole := f.environmentOf(u)
	name := strings.TrimSuffix(u.Name, ".service")
	out := envStores(set, name, false)
	env := map[string]placed{} // what dotenv and its like read where the service is started; what is set already stays
	if dir := u.Props["WorkingDirectory"]; path.IsAbs(dir) && dir != "/" {
		maps.Copy(env, readEnv(f.Host.Root, dir+"/.env"))
		out = append(out, envStores(env, name, false)...)
	}
	if maps.Copy(env, set); !whole {
		env = nil
	}
	if code {
		written, _ := Memo(f, "stores in the code of "+u.Name, func() ([]*Store, error) { return f.unitCode(ctx, u, env), nil }) // many sites may have one app
		for _, s := range written {
			if own := *s; !slices.ContainsFunc(out, func(o *Store) bool { return o.Kind == s.Kind }) {
				out = append(out, &own)
			}
		}
	}
	for _, s := range out {
		s.Unit = u.Name
	}
	return out
}

// environmentOf are the variables that a unit gives its service; whole is false where a file of them could not be read.
func (f *Facts) environmentOf(u Unit) (set map[string]placed, whole bool) {
	set, whole = map[string]placed{}, true
	lines := f.UnitLines(u)
	for _, l := range lines {
		if l.Key == "Environment" {
			for word := range strings.FieldsSeq(l.Value) {
				envLine(set, strings.Trim(word, `"'`), l.Place)
			}
		}
	}
	for _, l := range lines { // "Settings from these files override settings made with Environment=" (systemd.exec(5)), wherever they stand
		if l.Key == "EnvironmentFile" {
			file := strings.TrimPrefix(l.For(u), "-")
			some := readEnv(f.Host.Root, file)
			absent := file != l.For(u) && path.IsAbs(file) && !strings.ContainsAny(file, "*?[") && !f.Host.Root.Exists(file) // and may be
			whole = whole && (some != nil || file == "" || absent)
			maps.Copy(set, some)
		}
	}
	return set, whole
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
