package checks

import (
	"context"
	"slices"

	"fix502/sysinfo"
)

// toldOnce is two looks for one cause, by what the app says and by asking. Of a site of which the better one tells at this moment the other has nothing
// to add; elsewhere it knows better than what is of earlier.
func toldOnce(better, other func(context.Context, *sysinfo.Facts) ([]Finding, error)) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
		one, err := better(ctx, f)
		if err != nil {
			return one, err
		}
		two, err := other(ctx, f)
		fails := func(list []Finding, s *sysinfo.Site, now bool) bool {
			return slices.ContainsFunc(list, func(x Finding) bool {
				return x.Site == s && x.Status == Fail && (!now || x.When == Now || x.When == "")
			})
		}
		first := slices.Clone(one)
		one = slices.DeleteFunc(one, func(x Finding) bool { return !fails(first, x.Site, true) && fails(two, x.Site, false) })
		two = slices.DeleteFunc(two, func(x Finding) bool { return fails(first, x.Site, true) })
		return append(one, two...), err
	}
}
