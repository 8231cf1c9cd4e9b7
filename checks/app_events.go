package checks

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// appLine finds the latest line of some kinds in what a hop's app says of itself.
func appLine(ctx context.Context, f *sysinfo.Facts, l *live, kinds ...errlog.Kind) (sysinfo.LogLine, sysinfo.Unit, bool) {
	u := appUnit(ctx, f, l)
	if u.Name == "" {
		return sysinfo.LogLine{}, u, false
	}
	lines, err := sysinfo.Memo(f, fmt.Sprintf("app %s %d", u.Name, u.MainPID), func() ([]sysinfo.LogLine, error) { return appLines(ctx, f, u) })
	if err != nil {
		line, ok := endedUnheard(f, l, u, err, kinds)
		return line, u, ok
	}
	own := vassalLog(f, l, u)
	for i := len(lines) - 1; i >= 0; i-- {
		if own != "" && strings.HasPrefix(lines[i].Source, "/") && !strings.HasPrefix(lines[i].Source, own+":") {
			continue // another vassal's
		}
		if slices.Contains(kinds, lines[i].Kind) {
			return lines[i], u, true
		}
	}
	if err := f.ClosedLog(ctx, u); err != nil {
		line, ok := endedUnheard(f, l, u, err, kinds)
		return line, u, ok
	}
	return sysinfo.LogLine{}, u, false
}

// endedUnheard is the line that an app server has in a log which only root may read: our own page broke off just when the app's time limit was over, which
// anybody may know, and before its gateway's. Both gunicorn and uWSGI look once a second.
func endedUnheard(f *sysinfo.Facts, l *live, u sysinfo.Unit, err error, kinds []errlog.Kind) (sysinfo.LogLine, bool) {
	if !l.hit || sysinfo.Seen(err) || !l.reach.Open() || l.answer.Status < 500 || l.answer.Status == http.StatusGatewayTimeout {
		return sysinfo.LogLine{}, false
	}
	for _, k := range kinds {
		var limit timeLimit
		known := false
		switch k {
		case errlog.GunicornTimeout:
			limit, known = gunicornLimit(f, u)
			known = known && runsGunicorn(f, u)
		case errlog.UWSGIHarakiri:
			limit, known = harakiriLimit(f, l, u)
		}
		over := l.answer.Took - time.Duration(limit.seconds)*time.Second
		if known && limit.seconds > 0 && over > -50*time.Millisecond && over < 2*time.Second {
			says := fmt.Sprintf("%d after %s, when the limit of %d seconds was over", l.answer.Status, l.answer.Took.Round(100*time.Millisecond), limit.seconds)
			return sysinfo.LogLine{Source: "GET " + l.asked() + l.answer.Question.Path(), Text: says, Event: errlog.Event{Kind: k, Time: l.answer.At, URI: l.answer.Question.URI, Message: says}}, true
		}
	}
	return sysinfo.LogLine{}, false
}

// appUnit is the service behind a hop.
func appUnit(ctx context.Context, f *sysinfo.Facts, l *live) sysinfo.Unit {
	if l.reach.Owner != nil {
		if u, ok := f.Unit(ctx, f.UnitOf(l.reach.Owner.PID)); ok {
			if kept := f.AppFor(ctx, l.Hop).Unit; kept.Manager != "" && keepsOthers.MatchString(u.Name) { // supervisord's own service, or pm2's, is that of all its programs
				return kept
			}
			if u.MainPID == 0 && u.SysV() { // a script that starts a program for each app: this hop's says more than the script
				u.MainPID, u.Exec = l.reach.Owner.PID, l.reach.Owner.Cmd
			} else if f.Emperor(u) != "" {
				u.MainPID = l.reach.Owner.PID // the app's own master: it has its log open
			}
			return u
		}
	}
	if hiddenBehind(ctx, f, l) != nil {
		return sysinfo.Unit{}
	}
	if u, ok := uwsgiUnseen(ctx, f, l); ok {
		return u
	}
	if in := f.Inner(ctx, l.Hop); in != nil && in.Gateway.Running() && l.reach.Open() { // whose address another service has in its files, too
		if u, ok := f.Unit(ctx, in.Gateway.Unit); ok {
			return u
		}
	}
	return f.AppFor(ctx, l.Hop).Unit
}

// appLines reads what a service said as a program's log.
func appLines(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) ([]sysinfo.LogLine, error) {
	lines, err := f.Words(ctx, u)
	if err != nil {
		return nil, err
	}
	return parsedLines(f, lines), nil
}

func parsedLines(f *sysinfo.Facts, lines []sysinfo.JournalLine) []sysinfo.LogLine {
	p := errlog.NewParser(f.Host.Now().Location())
	var out []sysinfo.LogLine
	for _, j := range lines {
		ev := p.Parse(j.Text)
		ev.Time = j.Time
		out = append(out, sysinfo.LogLine{Event: ev, Source: j.Source, Text: j.Text})
	}
	return out
}

// appEvent is a check on an event in an app's log that broke requests of a hop. Of hops whose gateway tells of no trouble it looks at those alone
// whose gateway is silent about such an event, and at those of uWSGI whose gateway's log is closed: uWSGI's own may be open.
func appEvent(symptoms, kinds []errlog.Kind, judge func(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, line sysinfo.LogLine) *Finding, silent ...func(*live) bool) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
		quiet := len(l.past) == 0 && len(l.fresh) == 0 && !l.hit && !l.silent
		closed := quiet && l.unheard && l.Scheme == "uwsgi"
		if l.Scheme == "fastcgi" || quiet && !closed && !slices.ContainsFunc(silent, func(is func(*live) bool) bool { return is(l) }) {
			return nil
		}
		line, u, ok := appLine(ctx, f, l, kinds...)
		if !ok {
			if closed || u.Name == "" {
				return nil
			}
			err := f.ClosedLog(ctx, u)
			if err == nil {
				_, err = f.Words(ctx, u)
			}
			if err != nil && !sysinfo.Seen(err) {
				return &Finding{Status: Unknown, Summary: why(err)}
			}
			return nil
		}
		found := judge(ctx, f, l, u, line)
		if found == nil {
			return nil
		}
		if !found.Where.Known() {
			found.Where = execPlace(f, u)
		}
		found.Evidence = append([]Evidence{quoteLine(line)}, found.Evidence...)
		found.When, found.Status = Intermittent, Fail
		broke, now, seen := l.has(symptoms...)
		switch {
		case seen && now, l.hit && !madeByApp(ctx, f, l), l.silent && l.after(line) && !ofFormerRun(f, u, line):
			found.When = Now
		case !l.after(line) || ofFormerRun(f, u, line):
			found.Status = Warn
		}
		if seen && (now || within(broke.Time, line.Time, 5*time.Second)) {
			found.Evidence = append(found.Evidence, quoteLine(broke))
			found.Summary = fmt.Sprintf("%s (%s at %s)", found.Summary, uriOf(broke), broke.Time.Format("15:04:05"))
			found.Covers = append(found.Covers, "apache-keepalive-reuse", "upstream-keepalive-race") // the connection was in use, not idle
		}
		found.Evidence = append(found.Evidence, unitSays(u))
		return found
	})
}

// ofFormerRun says that a line of about the second in which a service was started is of the process that it was before: its number is nobody's any more.
func ofFormerRun(f *sysinfo.Facts, u sysinfo.Unit, line sysinfo.LogLine) bool {
	return line.PID > 0 && u.MainPID > 0 && within(line.Time, u.Since, 2*time.Second) && !f.Host.Root.Exists(fmt.Sprintf("/proc/%d", line.PID))
}

func within(a, b time.Time, d time.Duration) bool { return a.Sub(b).Abs() <= d }

// slowKinds are what a gateway says of an app that does not answer in time, or is ended before it does.
var slowKinds = append([]errlog.Kind{errlog.ReadTimeout}, brokenKinds...)

func died(signal int) string {
	if signal == 0 {
		return "by itself"
	}
	return fmt.Sprintf("signal %d", signal)
}
