package sysinfo

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
)

// maxStores bounds how many are looked at in one run; of more sites than fewSites the code is read only of those that fail.
const (
	maxStores = 20
	fewSites  = 4
)

// Stores are the databases and caches of the sites that this run is about, those of failing sites first, each once for every site.
func (f *Facts) Stores(ctx context.Context) []*Store {
	all, _ := Memo(f, "stores", func() ([]*Store, error) {
		var out []*Store
		seen := map[string]bool{}
		failing, well := f.failing(ctx)
		for i, s := range slices.Concat(failing, well) {
			if len(out) >= maxStores {
				break
			}
			for _, st := range f.storesOf(ctx, s, i < len(failing) || len(failing)+len(well) <= fewSites) {
				st.Site = s
				st.settle(s.Gateway.Root)
				f.driverSocket(ctx, st)
				f.insideContainer(ctx, st)
				key := fmt.Sprint(s.Name, st.Kind, st.Address(), st.User, st.Name)
				if !seen[key] && len(out) < maxStores && st.clean() {
					seen[key] = true
					out = append(out, st)
				}
			}
		}
		return out, nil
	})
	return all
}

// failing parts the sites of this run by their answers; one that was not asked may fail.
func (f *Facts) failing(ctx context.Context) (failing, well []*Site) {
	for _, s := range f.Sites(ctx) {
		answers := f.Answers(ctx, s)
		if len(answers) == 0 || slices.ContainsFunc(answers, func(a Answer) bool { return a.Status == 0 || a.Status >= 500 }) {
			failing = append(failing, s)
		} else {
			well = append(well, s)
		}
	}
	return failing, well
}

// storesOf are those of one site: of WordPress and its like, of PHP's sessions, of environment files and units, and of its code where that
// is to be read.
func (f *Facts) storesOf(ctx context.Context, s *Site, code bool) []*Store {
	var out []*Store
	if s.Gateway.Foreign { // what its apps call a name is another thing in their container, of which the engine has to tell
		for _, h := range s.Hops {
			if a := f.AppFor(ctx, h).Unit; s.Gateway.Container != nil && len(s.Hops) < 20 && a.Contained() {
				out = append(out, f.containerStores(ctx, a, s, code)...)
			}
		}
		return out
	}
	for _, w := range f.WordPresses(ctx) {
		if w.Site == s {
			stores := wordPressStores(s.Gateway.Root, w)
			if out = append(out, stores...); !slices.ContainsFunc(stores, func(st *Store) bool { return st.Kind == "redis" }) {
				out = append(out, f.dropInStores(ctx, w)...)
			}
		}
	}
	if s.Root != "" && !strings.Contains(s.Root, "$") {
		out = append(out, cmsStores(s.Gateway.Root, s.Root)...)
		for _, dir := range []string{s.Root, path.Dir(s.Root)} {
			if !s.Gateway.Root.Exists(dir + "/bootstrap/cache/config.php") { // Laravel has its settings from there then
				out = append(out, envStores(readEnv(s.Gateway.Root, dir+"/.env"), "the app", true)...)
			}
		}
		if len(out) == 0 && code {
			out = f.siteCode(ctx, s)
		}
	}
	for _, h := range s.Hops {
		out = append(out, f.sessionStores(ctx, h)...)
		if len(s.Hops) < 20 && (h.Scheme != "fastcgi" || f.AppFor(ctx, h).Unit.Contained()) {
			out = append(out, f.unitStores(ctx, h, code)...)
		}
	}
	return out
}
