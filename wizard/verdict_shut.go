package wizard

import (
	"context"
	"fmt"

	"fix502/checks"
	"fix502/sysinfo"
)

// shutLog is the gateway of which only root may read what failed: that of the asked page or one behind it, and where no page was asked for, of any site.
// Empty where all could be read.
func shutLog(ctx context.Context, f *sysinfo.Facts) string {
	if f.Host.UID == 0 {
		return ""
	}
	sites := f.Sites(ctx)
	if t := f.Target(ctx); f.URL != "" && t != nil {
		sites = []*sysinfo.Site{t}
		for _, h := range t.Hops {
			sites = append(sites, f.Beyond(ctx, h)...)
		}
	}
	for _, s := range sites {
		if checks.Shut(ctx, f, s) {
			return s.Gateway.Title()
		}
	}
	return ""
}

// answersWell counts the sites that come, as the beginning of a sentence.
func answersWell(ctx context.Context, f *sysinfo.Facts, sites int) string {
	s := f.Target(ctx)
	if a, refused := refusal(ctx, f); refused {
		return fmt.Sprintf("%s answers %d", a.Question.Page(), a.Status)
	}
	switch {
	case f.URL != "" && s != nil && stranger(f, s):
		return fmt.Sprintf("no site here is called %s; the site %s answers in its place", hostOf(f.URL), s.Title())
	case sites == 1 || f.URL != "" && s != nil:
		return "the site answers"
	}
	return fmt.Sprintf("%d sites answer", sites)
}
