package wizard

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"fix502/checks"
	"fix502/sysinfo"
)

// verdict is the word and the sentence of a run, and the page that did not come in time where that is all there is to say.
func verdict(ctx context.Context, f *sysinfo.Facts, causes []checks.Cause, c Coverage, closed []checks.Finding) (v Verdict, say string, slow *sysinfo.Answer) {
	if len(causes) > 0 {
		first := causes[0]
		where := ""
		if s := first.Finding.At(); s != nil {
			where = checks.Quote(visited(ctx, f, s)) + ": " // by itself: of "token.example: nothing listens" the mask would take the word behind for the token
		}
		say := where + checks.Quote(first.Finding.Summary)
		if first.Now() {
			return Broken, say, nil
		}
		return Intermittent, say, nil
	}
	bad, slow, good, silent := answered(ctx, f, closed)
	hidden := f.HiddenFront(ctx)
	switch {
	case len(hidden) > 0:
		v, say := inContainer(hidden, f.ByItself(ctx))
		return v, say, nil
	case bad != nil && f.Host.UID != 0 && len(c.Missing) > 0:
		return Unexplained, checks.Quote(fmt.Sprintf("%s answers %s; what would tell why can only be read by root: run it with sudo", bad.Question.Page(), bad.Word())), nil
	case bad != nil:
		return Unexplained, unexplained(*bad), nil
	case good > 0 && silent == 0 && c.Looked*2 < c.Total:
		return Unclear, "the site answers now; whether it failed lately could not be seen: most of the logs and states need root", nil
	case slow != nil:
		return Unclear, checks.Quote(fmt.Sprintf("%s had not answered after %s; that is slow, and no failure yet; fix502 waits longer with --timeout %.0fs", slow.Question.Page(), slow.Took.Round(100*time.Millisecond), (12 * f.Patience).Seconds())), slow
	case c.Total > 0 && c.Looked*2 < c.Total, good == 0 && silent > 0 && f.Target(ctx) != nil, c.Looked == 0:
		return Unclear, "too little could be looked at to say; see what is missing", nil
	case f.ByItself(ctx) != nil:
		return byItself(f.ByItself(ctx))
	case !f.Serves(ctx):
		say := "no web server that fix502 knows was found here"
		if f.Unlisted(ctx) {
			say += "; this machine has containers that only root can list: run it with sudo"
		}
		return Unclear, say, nil
	case f.URL != "" && f.Target(ctx) == nil:
		return Unclear, checks.Quote("no web server that fix502 knows here answers " + f.URL), nil
	case good == 0:
		return Unclear, "no site of this machine's web server could be asked; see what is missing", nil
	}
	if title := checks.ShutLog(ctx, f); title != "" {
		return Unclear, checks.Quote(fmt.Sprintf("%s now; whether pages failed lately only root can see, in the log of %s: run it with sudo", answersWell(ctx, f, good), title)), nil
	}
	return Healthy, checks.Quote(well(ctx, f, good) + unseen(f, c)), nil
}

// visited is the name by which visitors know a site. One without a name of its own, behind another gateway here, has that one's: nobody types
// localhost:8080.
func visited(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) string {
	if !strings.HasPrefix(s.Name, "localhost") || slices.Contains(s.Names, "localhost") {
		return s.Title()
	}
	outer := f.Sites(ctx)
	if t := f.Target(ctx); t != nil {
		outer = []*sysinfo.Site{t}
	}
	var names []string
	for _, o := range outer {
		if o != s && slices.ContainsFunc(o.Hops, func(h *sysinfo.Hop) bool { return slices.Contains(f.Beyond(ctx, h), s) }) && !slices.Contains(names, o.Title()) {
			names = append(names, o.Title())
		}
	}
	if len(names) != 1 { // several sites share it
		return f.Title(ctx, s)
	}
	return names[0]
}

// well is what is said of a machine on which nothing is found.
func well(ctx context.Context, f *sysinfo.Facts, sites int) string {
	if s := f.Target(ctx); f.URL != "" && s != nil && stranger(f, s) {
		return fmt.Sprintf("no site here is called %s; the site %s answers in its place, and no cause of a 502 was found", hostOf(f.URL), s.Title())
	}
	if a, refused := refusal(ctx, f); refused {
		return fmt.Sprintf("%s answers %d (%s): that is the site's own answer, and no cause of a 502 was found", a.Question.Page(), a.Status, strings.ToLower(http.StatusText(a.Status)))
	}
	if f.URL != "" && f.Target(ctx) != nil {
		return healthy(1, 0) // the others are the way to it, or share its gateway
	}
	return healthy(sites, f.UnaskedSites(ctx))
}

// unseen says that a part was not looked at for want of rights: an error log, say, in which failures stand.
func unseen(f *sysinfo.Facts, c Coverage) string {
	n := 0
	for _, m := range c.Missing {
		if m.needsRoot() {
			n++
		}
	}
	if f.Host.UID == 0 || n == 0 {
		return ""
	}
	return fmt.Sprintf(" in what can be seen without root; %d of %d steps need it", n, c.Total)
}

// refusal is what the asked page answers where it is not the page: 404, 403. No hop is broken then.
func refusal(ctx context.Context, f *sysinfo.Facts) (sysinfo.Answer, bool) {
	s := f.Target(ctx)
	if f.URL == "" || s == nil {
		return sysinfo.Answer{}, false
	}
	answers := f.Answers(ctx, s)
	if len(answers) == 0 || answers[0].Status < 400 || answers[0].Status >= 500 {
		return sysinfo.Answer{}, false
	}
	return answers[0], true
}

// waited waits for a page that did not come in time as long as the run still may: one that is slow by its nature is well.
func waited(ctx context.Context, slow sysinfo.Answer, v Verdict, say string) (Verdict, string) {
	end, ok := ctx.Deadline()
	if !ok || slow.Late == nil {
		return v, say
	}
	ctx, cancel := context.WithDeadline(ctx, end.Add(-300*time.Millisecond))
	defer cancel()
	a, came := slow.Late.Wait(ctx)
	switch q := a.Question; {
	case !came || a.Status == 0:
		return v, say
	case a.Failed():
		return Unexplained, unexplained(a)
	default:
		return Healthy, checks.Quote(fmt.Sprintf("%s takes %s and answers; no cause of a 502 was found", q.Page(), a.Took.Round(100*time.Millisecond)))
	}
}

func unexplained(a sysinfo.Answer) string {
	return checks.Quote(fmt.Sprintf("%s answers %s and none of the known causes fits; the logs and the checklist below are what is known", a.Question.Page(), a.Word()))
}

func healthy(sites, unasked int) string {
	switch {
	case sites == 0:
		return "no cause of a 502 was found"
	case unasked > 0:
		return fmt.Sprintf("%d sites answer, and no cause of a 502 was found; %d more were read, not asked: give the address of one to ask it", sites, unasked)
	case sites == 1:
		return "the site answers, and no cause of a 502 was found"
	}
	return fmt.Sprintf("%d sites answer, and no cause of a 502 was found", sites)
}

// stranger says that a page's name is none of the site's that answers it: it answers because it is the default.
func stranger(f *sysinfo.Facts, s *sysinfo.Site) bool {
	host := hostOf(f.URL)
	if _, err := netip.ParseAddr(host); err == nil || host == "localhost" || len(s.Names) == 0 {
		return false
	}
	for _, n := range append(slices.Clone(s.Names), s.Name) {
		if strings.EqualFold(n, host) || n == "_" || n == "" || strings.ContainsAny(n, "*~^$(") || strings.HasPrefix(n, ".") {
			return false
		}
	}
	return true
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// answered sorts what the asked sites said: a gateway's failure, nothing in time, an answer, silence.
func answered(ctx context.Context, f *sysinfo.Facts, closed []checks.Finding) (bad, slow *sysinfo.Answer, good, silent int) {
	for _, s := range f.Sites(ctx) {
		answers := f.Answers(ctx, s)
		shut := slices.ContainsFunc(closed, func(c checks.Finding) bool { return c.Status == checks.Warn && c.Site == s })
		if shut && (len(answers) == 0 || answers[0].Status == 0 || answers[0].Status >= 500) {
			continue // on purpose, and nobody asked for it
		}
		meant := slices.ContainsFunc(closed, func(c checks.Finding) bool { return c.Status == checks.Warn && c.Hop != nil && c.Hop.Site == s })
		part := slices.ContainsFunc(closed, func(c checks.Finding) bool { return c.Status == checks.Warn && c.Site == s })
		ok := false
		for i, a := range answers {
			switch {
			case i > 0 && meant: // a word of the app's own about another page than the asked one
			case i > 0 && part && a.Status == http.StatusServiceUnavailable: // closed on purpose
			case a.Failed() && (i == 0 || a.Status != http.StatusInternalServerError):
				bad = &answers[i]
			case a.Status > 0:
				ok = true
			case a.TimedOut() && i == 0:
				slow = &answers[i]
			}
		}
		if ok {
			good++
		} else {
			silent++
		}
	}
	return bad, slow, good, silent
}
