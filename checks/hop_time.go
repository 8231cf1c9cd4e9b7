package checks

import (
	"context"
	"path"
	"slices"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// settled is the moment since when this hop is what it is now: a start or reload of either end. Lines from
// before it are history.
func (l *live) settled() time.Time {
	t := l.Site.Gateway.Loaded
	if o := l.reach.Owner; o != nil && o.Start.After(t) {
		t = o.Start
	}
	if l.cured.After(t) {
		t = l.cured
	}
	if l.reach.File != nil && l.reach.Listener != nil && l.reach.File.ModTime.After(t) {
		t = l.reach.File.ModTime
	}
	return t
}

// serviceBegan is since when the service runs that names a hop's address, for those who may not see who listens. One that systemd restarted by
// itself may do so again: its past is no history.
func serviceBegan(ctx context.Context, f *sysinfo.Facts, l *live) time.Time {
	if f.Host.UID == 0 || l.reach.Owner != nil || !l.reach.Open() {
		return time.Time{}
	}
	if u := f.AppFor(ctx, l.Hop).Unit; u.Name != "" && u.Running() && u.Restarts == 0 && f.Mentions(u, l.Hop) {
		return u.Since
	}
	return time.Time{}
}

// after says that a line was written since the hop is what it is now.
func (l *live) after(line sysinfo.LogLine) bool {
	if line.Ours && l.answersNow() && line.Time.Equal(l.settled().Truncate(time.Second)) {
		return false // we asked, and the hop was mended within the very second: what visitors met in it has lines of its own
	}
	return !ofOldWorker(l.Site.Gateway, line) && l.since(line.Time)
}

// lastAfter is after of a group's last line.
func (l *live) lastAfter(g *sysinfo.LogGroup) bool {
	if n := len(g.Latest); n > 0 && g.Latest[n-1].Time.Equal(g.Last) && g.Latest[n-1].Ours {
		return l.after(g.Latest[n-1])
	}
	return l.since(g.Last)
}

// ofOldWorker says that a line of the time of a reload is one of a worker that is gone, which had the old configuration. nginx's lines have whole
// seconds; HAProxy's old worker serves until the new one has said that it is ready.
func ofOldWorker(g *sysinfo.Gateway, line sysinfo.LogLine) bool {
	nginx := line.Event.Source == errlog.Nginx && line.Time.Equal(g.Loaded.Truncate(time.Second))
	haproxy := line.Event.Source == errlog.HAProxy && g.Container == nil && within(line.Time, g.Loaded, 2*time.Second)
	return (nginx || haproxy) && line.PID > 0 && len(g.Workers) > 0 && !slices.Contains(g.Workers, line.PID)
}

// tick is how far off a process's start may be: /proc/uptime and /proc/PID/stat count in hundredths of a second (proc(5)), and a program does not
// listen as soon as it is there.
const tick = 30 * time.Millisecond

// endOfSecond is when a second is over: a cure ends what failed in its own second as well, which logs of whole seconds do not divide.
func endOfSecond(t time.Time) time.Time { return t.Truncate(time.Second).Add(time.Second) }

// since says that t is not before the hop became what it is now; nginx's logs know whole seconds only, Apache's more.
func (l *live) since(t time.Time) bool {
	if t.Nanosecond() != 0 {
		return !t.Before(l.settled().Add(tick))
	}
	return !t.Before(l.settled().Truncate(time.Second))
}

// before says that a line is older than the configuration that the gateway runs with: today's limits are not the ones it
// tells of.
func (l *live) before(line sysinfo.LogLine) bool {
	loaded := l.Site.Gateway.Loaded
	return !line.Time.IsZero() && !loaded.IsZero() && line.Time.Add(time.Second).Before(loaded)
}

// broken gives the status of a finding about a hop that cannot be reached: a cause when visitors meet it, worth
// a warning when nobody asks for it.
func (l *live) broken() Status {
	if l.hit {
		return Fail
	}
	if l.failsSome() {
		return Fail
	}
	for _, g := range l.past {
		if !(l.visits && ofCheck(g)) && l.lastAfter(g) && (l.Site.Gateway.Running() || l.filesOnly) && (!l.answersNow() || l.triedOnce()) {
			return Fail
		}
	}
	return Warn
}

// ofCheck says that lines are HAProxy's word of a server by its own check, and no visitor's: where the log has visitors at all, those whom a
// dead server fails are in it as well.
func ofCheck(g *sysinfo.LogGroup) bool {
	n := len(g.Latest)
	return n > 0 && g.Latest[n-1].Event.Source == errlog.HAProxy && g.Latest[n-1].Method == ""
}

// answersNow says that a page which goes through this hop was asked for and came back well.
func (l *live) answersNow() bool {
	return l.answer != nil && !l.hit && !l.silent && l.answer.Status > 0 && l.answer.Status < 500 // a page that breaks off is a hit
}

// mended says that a line is history though nobody was started anew since: the page that it names comes well by now, and the code or settings at which
// it failed were written since; or it tells that the kernel did not run a script, which comes and goes with nothing but that file.
func (l *live) mended(line sysinfo.LogLine, file string) bool {
	if !l.answersNow() || line.URI != l.answer.Question.URI || !path.IsAbs(file) || file == l.Where.File {
		return false
	}
	i, err := l.Site.Gateway.Root.Stat(file)
	if err != nil || i.Mode.Perm()&0o111 == 0 && !slices.Contains(ownKinds, path.Ext(file)) { // data is written all the time
		return false
	}
	return i.ModTime.After(line.Time) || inBrackets.MatchString(ownPart(line.Text))
}

// comesAndGoes judges lines of the window that our own question did not bring about again: a cause that comes
// and goes, unless either end was restarted or reloaded after the last of them.
func (l *live) comesAndGoes(line sysinfo.LogLine) (When, Status) {
	if l.after(line) {
		return Intermittent, Fail
	}
	return Intermittent, Warn
}
