package wizard

import (
	"context"
	"fmt"

	"fix502/sysinfo"
)

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
