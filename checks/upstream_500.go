package checks

import (
	"context"
	"fmt"
	"net/http"

	"fix502/sysinfo"
)

// missedBehind: the app answers 500 itself, and has just told that a service of this machine refused it, which does not run, or that the socket of one turned it away. A 500 alone is the app's own
// affair; what PHP says of one others tell.
func missedBehind(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	if l.answer == nil || l.answer.Status != http.StatusInternalServerError || l.Scheme == "fastcgi" || !passedOn(l) || f.Inner(ctx, l.Hop) != nil {
		return nil
	}
	u := appUnit(ctx, f, l)
	if u.Name == "" || l.madeByGateway(ctx, f, l.answer) && !l.saysTheSame(ctx, f) {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.95, Where: l.Where, Summary: fmt.Sprintf("the app at %s answers 500", l.Address()),
		Evidence: []Evidence{pageSays(l.answer, fmt.Sprintf("500, and %s; body: %s", notItsOwn(ctx, f, l), firstText(l.answer.Body))), passLine(l), unitSays(u)}}
	found.Evidence = append(found.Evidence, lastWords(ctx, f, u)...)
	if !toldWhy(ctx, f, l, u, found) && !wrongInterfaceOf(ctx, f, u, found) {
		return nil
	}
	return found
}
