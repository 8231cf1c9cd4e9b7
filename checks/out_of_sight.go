package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
)

// outOfSight is why nothing is known of a gateway in a container that only root may see into.
type outOfSight struct{ g *sysinfo.Gateway }

func (o outOfSight) Error() string {
	return o.g.Title() + " runs in a container, and its sites, files and logs are there"
}
func (outOfSight) Unwrap() error { return sysinfo.ErrNeedsRoot }

// unseenGateway is all that is said of such a gateway: what it answers, where the page comes from it. It is asked for here, where there is time to wait.
func unseenGateway(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) *Finding {
	found := &Finding{Status: Unknown, Summary: why(outOfSight{g})}
	if l := f.ByItself(ctx); l != nil && l.Hidden == g {
		said := fmt.Sprintf("answers %s", l.Word())
		if by := l.Header.Get("Server"); by != "" {
			said += fmt.Sprintf(" as %q", by)
		}
		found.Evidence = []Evidence{{Source: "GET " + l.Question.Host + withoutArguments(l.Question.URI), Text: said, Time: l.Answer.At}}
	}
	return found
}

// hiddenBehind is such a gateway where it most likely is the app of a hop: somebody of whom only root may see who he is listens there, and the page is made as that
// kind makes its own; nil where it is not.
func hiddenBehind(ctx context.Context, f *sysinfo.Facts, l *live) *sysinfo.Gateway {
	all, err := f.Gateways(ctx)
	if err != nil || l.answer == nil || !l.reach.Local || !l.reach.Open() || l.reach.Owner != nil {
		return nil
	}
	for _, g := range all {
		if g.Hidden && own(g.Kind, l.answer) {
			return g
		}
	}
	return nil
}
