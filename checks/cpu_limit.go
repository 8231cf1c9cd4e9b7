package checks

import (
	"context"
	"fmt"
	"strings"
	"syscall"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
	"fix502/sysinfo/phpfpm"
)

const (
	cpuTime     = "LimitCPU"
	shareOfTime = "If it was to have one processor and no more: CPUQuota=100% gives it that share of the time, and ends nothing"
)

// endedBySignal are the words by which an app server or systemd tells of a process that SIGKILL or SIGXCPU ended (gunicorn/arbiter.py; systemd.exec(5)).
var endedBySignal = whenAsked(`\bsignal (?:9|24)\b|was sent SIG(?:KILL|XCPU)\b|status=(?:9/KILL|24/XCPU)\b`)

// cpuLimit is the line of a unit that lets each of its processes compute for so many seconds in all its life, and by which a process that a signal ended may
// have ended: at its soft limit the kernel sends SIGXCPU, at its hard one, which is the same unless told otherwise, SIGKILL (setrlimit(2)).
func cpuLimit(f *sysinfo.Facts, u sysinfo.Unit, signal int) (sysinfo.UnitLine, bool) {
	if u.Manager != "" || signal != int(syscall.SIGXCPU) && signal != int(syscall.SIGKILL) {
		return sysinfo.UnitLine{}, false
	}
	l, ok := setBy(f, u, cpuTime)
	return l, ok && l.Value != "" && l.Value != "infinity"
}

// endsThem says what such a line does.
func endsThem(l sysinfo.UnitLine) string {
	return fmt.Sprintf("%s=%s of its unit ends each of its processes once it has computed for that long", l.Key, l.Value)
}

// outOfTime puts such a line into a finding about a process that ended, with the limit of one that runs, and takes it out.
func outOfTime(f *sysinfo.Facts, u sysinfo.Unit, l sysinfo.UnitLine, found *Finding) *Finding {
	found.Where, found.Confidence = l.Place, 0.95
	found.Summary += ": " + endsThem(l)
	found.Evidence = append(found.Evidence, unitLineSays(f, l))
	if says, ok := limitsSay(f, u.MainPID, "Max cpu time"); ok {
		found.Evidence = append(found.Evidence, says)
	}
	x := computeOn(f, u, Fix{Title: "Let " + unitWord(u.Name) + " compute for as long as it likes", Risk: Medium})
	found.Fix = x.Do("Start it anew: the processes that run keep their limit", "%s%s", anew(u), warmUp(u)).Tell("%s", shareOfTime)
	return found
}

// computeOn takes the limit out of a unit.
func computeOn(f *sysinfo.Facts, u sysinfo.Unit, x Fix) Fix {
	return daemonReload(unitSet(f, u, x, "Take the limit away", "Service", cpuTime, "infinity"))
}

// computesTooLong: the program itself comes to that limit, over and over. Of the one that runs now nobody knows how it will end, and systemd's words tell of
// the one before.
func computesTooLong(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	l, ok := cpuLimit(f, u, int(syscall.SIGXCPU))
	if !ok || !fails(u) || u.Result == "oom-kill" || u.Result == "timeout" { // killed for another reason
		return nil
	}
	o := &obstacle{where: l.Place, says: endsThem(l), evidence: []Evidence{unitLineSays(f, l)}, clear: func(x Fix) Fix { return computeOn(f, u, x).Tell("%s", shareOfTime) }}
	lines, _ := f.Words(ctx, u) // closed: the state of the unit may tell
	if said := lastSaid(recent(lines), endedBySignal); said != nil {
		o.evidence = append(o.evidence, Evidence{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time})
		return o
	}
	if _, ended := cpuLimit(f, u, u.ExitCode); ended && (u.CodeKind == "killed" || u.CodeKind == "dumped") {
		return o
	}
	return nil
}

// workerOutOfTime: a worker of an app came to it while it answered, by the app server's own words.
func workerOutOfTime(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, found *Finding) bool {
	l, ok := cpuLimit(f, u, int(syscall.SIGXCPU))
	if !ok {
		return false
	}
	lines, _ := f.Words(ctx, u) // closed: nothing is known of a worker
	said := lastSaid(recent(lines), endedBySignal)
	if said == nil {
		return false
	}
	found.Evidence = append([]Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}}, found.Evidence...)
	outOfTime(f, u, l, found)
	return true
}

// fpmOutOfTime is the same for a worker of a pool: PHP-FPM has a log of its own.
func fpmOutOfTime(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	return fpmEventOf([]errlog.Kind{errlog.FPMCrash, errlog.FPMKilled}, func(_ context.Context, f *sysinfo.Facts, _ *live, p *sysinfo.FPM, pool *phpfpm.Pool, line sysinfo.LogLine) *Finding {
		set, ok := cpuLimit(f, p.Unit, line.Signal)
		if !ok {
			return nil
		}
		return outOfTime(f, p.Unit, set, &Finding{Summary: fmt.Sprintf("signal %d ended a PHP worker of pool %s", line.Signal, pool.Name)})
	})(ctx, f, l)
}

// limitsSay is a line of a process's limits as evidence.
func limitsSay(f *sysinfo.Facts, pid int, name string) (Evidence, bool) {
	file := fmt.Sprintf("/proc/%d/limits", pid)
	for _, line := range linesIn(f.Host.Root, file) {
		if strings.HasPrefix(line, name+" ") {
			return Evidence{Source: file, Text: strings.Join(strings.Fields(line), " ")}, true
		}
	}
	return Evidence{}, false
}
