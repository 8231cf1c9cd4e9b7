package checks

import (
	"cmp"
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
)

func apacheErrorOverride() Check {
	return Check{
		ID: "apache-error-override", Title: "Apache shows the backend's own errors", Topic: Platform,
		Means: `With ProxyErrorOverride On, Apache replaces every error page of the backend by its own, and with it the words that tell the reason. That is fine while all
is well. While you search, switch it Off for the site, reload, read the backend's own page, and switch it back.`,
		Run: perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
			if _, ok := s.Extra.(*apache.Server); !ok || len(s.Hops) == 0 {
				return nil
			}
			var d *apache.Directive
			for _, h := range s.Hops {
				d = cmp.Or(d, (&live{Hop: h}).override())
			}
			if d == nil {
				return pass(fmt.Sprintf("%s: the backend's error pages are passed on as they are", s))
			}
			at := d.Place
			found := &Finding{Status: Pass, Summary: fmt.Sprintf("%s: ProxyErrorOverride is on at %s, so Apache's page stands in for the backend's", s, at), Evidence: []Evidence{lineOf(s.Gateway.Root, at)}}
			l := hiddenNow(ctx, f, s)
			if l != nil {
				found.Summary = fmt.Sprintf("%s: ProxyErrorOverride at %s hides the %d of %s as we ask for it", s, at, l.answer.Status, l.Address())
				found.Evidence = l.ownWords(ctx, f)
			}
			if l != nil || !firstFailure(ctx, f, s).IsZero() {
				found.Status, found.Where = Warn, at
				x := Fix{Title: "Let the backend's own words through while you search", Risk: Low, Workaround: true, Undo: setLine(s.Gateway.Root, at, configLine(s.Gateway.Root, at))}
				found.Fix = reload(ctx, f, s.Gateway, x.Do("Switch it off", "%s", setLine(s.Gateway.Root, at, "ProxyErrorOverride Off")))
			}
			return found
		}),
	}
}

// hiddenNow is the hop of a site whose app answers with an error as we ask, and whose words Apache keeps to itself.
func hiddenNow(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *live {
	all, err := hops(ctx, f)
	if err != nil {
		return nil
	}
	for i := range all {
		l := &all[i]
		if l.Site != s || l.answer == nil {
			continue
		}
		if _, hides := l.standsIn(l.answer.Status); hides && madeByApp(ctx, f, l) {
			return l
		}
	}
	return nil
}
