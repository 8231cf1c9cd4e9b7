package checks

import (
	"context"

	"fix502/sysinfo"
)

// readApp adds the step in which a person reads what the app of a hop said lately, and the way back where it was just deployed.
func readApp(ctx context.Context, f *sysinfo.Facts, l *live, x Fix, say string) Fix {
	u := appUnit(ctx, f, l)
	if u.Name == "" && l.reach.Owner != nil {
		u = sysinfo.Unit{MainPID: l.reach.Owner.PID} // started by hand: what it has open is known all the same
	}
	if p, _ := f.PoolOf(ctx, l.Hop); l.Scheme == "fastcgi" && p != nil && len(p.Logs()) > 0 { // how its workers ended PHP-FPM alone says
		if unread(ctx, f, p.Logs()) != nil {
			say += " (as root: nobody else may read it)"
		}
		return goBack(f, l, u, x.Do(say, "tail -n 50 %s", sh(p.Logs()[0].Path)))
	}
	if f.ClosedLog(ctx, u) != nil {
		say += " (as root: nobody else may read it)"
	}
	if own := vassalLog(f, l, u); own != "" {
		return goBack(f, l, u, x.Do(say, "tail -n 50 %s", sh(own)))
	}
	if show := showApp(ctx, f, u); show != "" {
		return goBack(f, l, u, x.Do(say, "%s", show))
	}
	return goBack(f, l, u, x.Tell("%s", say+": the log file it writes, or where whoever started it sees its output"))
}

// badHeader is the way to the header that a gateway refuses; only the app's code can be mended.
func badHeader(ctx context.Context, f *sysinfo.Facts, l *live) Fix {
	return l.seeBytes(readApp(ctx, f, l, Fix{Title: "Correct the header in the app", Risk: Low}, "Read what the app said of that request")).
		Tell("Find where the app (or a plugin) sets that header, and take out what no header may have: a blank or a control character in its name, a line break in its value, a line without a colon")
}

// seeBytes shows an answer as its gateway gets it: curl itself stops at a header that is none.
func (l *live) seeBytes(x Fix) Fix {
	if l.Scheme != "http" || l.Unix != "" || l.answer == nil {
		return x
	}
	return x.Do("What it sends, each odd character shown", `printf '%%s\r\n' %s %s 'Connection: close' '' | curl -s -m 5 telnet://%s | head -n 20 | cat -v`,
		sh("GET "+l.answer.Question.Path()+" HTTP/1.1"), sh("Host: "+l.asked()), sh(l.Address()))
}

// showApp is the command that shows what a service said lately: its own log file, else what its manager keeps; empty where
// neither is known.
func showApp(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) string {
	switch logs := f.LogFiles(ctx, u); {
	case len(logs) > 0:
		return "tail -n 50 " + sh(logs[0])
	case u.Name == "":
		return ""
	case u.Manager == "":
		return "journalctl -u " + sh(u.Word()) + " -n 50 --no-pager"
	}
	return u.Log()
}
