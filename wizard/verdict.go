package wizard

import (
	"context"
	"fmt"
	"time"

	"fix502/checks"
	"fix502/sysinfo"
)

// verdict is the word and the sentence of a run.
func verdict(ctx context.Context, f *sysinfo.Facts, causes []checks.Cause, c Coverage) (Verdict, string) {
	if len(causes) > 0 {
		first := causes[0]
		where := ""
		if s := first.Finding.At(); s != nil {
			where = s.Name + ": "
		}
		say := checks.Quote(where + first.Finding.Summary)
		if first.Now() {
			return Broken, say
		}
		return Intermittent, say
	}
	bad, slow, good, silent := answered(ctx, f)
	switch {
	case bad != nil && f.Host.UID != 0 && len(c.Missing) > 0:
		return Unexplained, checks.Quote(fmt.Sprintf("%s answers %d; what would tell why can only be read by root: run it with sudo", bad.Question.Host+bad.Question.URI, bad.Status))
	case bad != nil:
		return Unexplained, checks.Quote(fmt.Sprintf("%s answers %d and none of the known causes fits; the logs and the checklist below are what is known", bad.Question.Host+bad.Question.URI, bad.Status))
	case good > 0 && silent == 0 && c.Looked*2 < c.Total:
		return Unclear, "the site answers now; whether it failed lately could not be seen: most of the logs and states need root"
	case slow != nil:
		return Unclear, checks.Quote(fmt.Sprintf("%s had not answered after %s; that is slow, and no failure yet", slow.Question.Host+slow.Question.URI, slow.Took.Round(100*time.Millisecond)))
	case c.Total > 0 && c.Looked*2 < c.Total, good == 0 && silent > 0 && f.Target(ctx) != nil, c.Looked == 0:
		return Unclear, "too little could be looked at to say; see what is missing"
	case !f.Serves(ctx):
		return Unclear, "no web server that fix502 knows was found here"
	case f.URL != "" && f.Target(ctx) == nil:
		return Unclear, checks.Quote("no web server that fix502 knows here answers " + f.URL)
	case good == 0:
		return Unclear, "no site of this machine's web server could be asked; see what is missing"
	}
	return Healthy, healthy(good)
}

func healthy(sites int) string {
	switch sites {
	case 0:
		return "no cause of a 502 was found"
	case 1:
		return "the site answers, and no cause of a 502 was found"
	}
	return fmt.Sprintf("%d sites answer, and no cause of a 502 was found", sites)
}

// answered sorts what the asked sites said: a gateway's failure, nothing in time, an answer, silence.
func answered(ctx context.Context, f *sysinfo.Facts) (bad, slow *sysinfo.Answer, good, silent int) {
	for _, s := range f.Sites(ctx) {
		answers := f.Answers(ctx, s)
		ok := false
		for i, a := range answers {
			switch {
			case a.Status >= 502 && a.Status <= 504, a.Status == 500 && i == 0:
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
