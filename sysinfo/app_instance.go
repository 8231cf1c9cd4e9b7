package sysinfo

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// instanceFor is the one of a template's instances that a server of an upstream block stands for, where none of them runs, no file tells which port is whose
// (the app counts it out), and there are as many of them as servers of the block that nobody answers for: the first has the lowest port. All of them have to
// be started anyway.
func (f *Facts) instanceFor(ctx context.Context, h *Hop, down []App) App {
	var some []App
	for _, a := range down {
		if template, _, is := strings.Cut(a.Unit.Name, "@"); is && a.Unit.Enabled == "enabled" && !a.Unit.Running() && (len(some) == 0 || strings.HasPrefix(some[0].Unit.Name, template+"@")) {
			some = append(some, a)
		}
	}
	if len(some) < 2 || h.Site == nil || h.Block == "" {
		return App{}
	}
	var lost []*Hop
	for _, o := range h.Site.Hops {
		if o.Block == h.Block && f.Reach(ctx, o).Broken() && !slices.ContainsFunc(lost, func(l *Hop) bool { return l.Address() == o.Address() }) {
			lost = append(lost, o)
		}
	}
	if len(lost) != len(some) {
		return App{}
	}
	slices.SortFunc(lost, func(a, b *Hop) int { return cmp.Or(a.Port-b.Port, strings.Compare(a.Unix, b.Unix)) })
	slices.SortFunc(some, func(a, b App) int { // api@2 before api@10
		return cmp.Or(len(a.Unit.Name)-len(b.Unit.Name), strings.Compare(a.Unit.Name, b.Unit.Name))
	})
	i := slices.IndexFunc(lost, func(l *Hop) bool { return l.Address() == h.Address() })
	if i < 0 {
		return App{}
	}
	return some[i]
}
