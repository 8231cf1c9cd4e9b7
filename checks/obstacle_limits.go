package checks

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

var (
	filesOut  = whenAsked(`(?i)too many open files|EMFILE|'ulimit -n' of \d+ is not enough|uv_loop_init`)
	unfed     = whenAsked(`Watchdog timeout \(limit [\w ]+\)!`)
	memoryOut = whenAsked(`(?i)cannot allocate memory|Fatal process OOM|failed to reserve virtual memory|MemoryError|bad_alloc|could not reserve enough space|pthread_create failed|fatal error: runtime: out of memory`)
	tooLarge  = whenAsked(`(?i)\bEFBIG\b|\bfile too large\b|file size limit exceeded|SIGXFSZ|status=25/XFSZ`) // write(2), signal(7)
	timeIsUp  = whenAsked(`Service reached runtime time limit`)
	forksOut  = whenAsked(`(?i)resource temporarily unavailable|EAGAIN|can't start new thread|unable to create (?:new )?native thread|cannot fork`) // fork(2), pthread_create(3)
	// forking is what such a line is about where forksOut alone may be of a lock that another holds, or of a full socket.
	forking = whenAsked(`(?i)\b_?v?fork(?:_exec)?\b|\bclone\b|start_new_thread|(?:new|native) thread|pthread_create|\bspawn|subprocess|Popen`)
)

// limit is a line of a unit that may end its program, by what is said then.
type limit struct {
	said      pattern
	key       string
	enough    int    // a number that no server needs more of; 0: any value binds
	value     string // to be set instead
	says, say string
}

func limits() []limit {
	return []limit{
		{filesOut, "LimitNOFILE", 65536, "65536", "it may open too few files", "Let it open as many files as servers do"},
		{forksOut, "LimitNPROC", 4096, "4096", "its user may have too few processes and threads", "Let its user have as many as servers need"},
		{forksOut, "TasksMax", 512, "4096", "it may have too few processes and threads", "Let it have as many as servers need"},
		{memoryOut, "LimitAS", 0, "infinity", "it may map too little memory", "Let it map what it likes: MemoryMax= is what limits memory that is used"},
		{memoryOut, "LimitDATA", 0, "infinity", "it may have too little memory for its data", "Let it have what it likes: MemoryMax= is what limits memory that is used"},
		{tooLarge, "LimitFSIZE", 0, "infinity", "it may write no larger files", "Let it write files of any size: what they may take together a quota limits"},
		{timeIsUp, "RuntimeMaxSec", 0, "infinity", "it is ended when its time is up", "Let it run for as long as it likes"},
		{unfed, "WatchdogSec", 0, "0", "systemd waits for a sign of life that its program never gives, and ends it", "Ask for no sign of life"},
	}
}

// set is the line of a unit's files that sets it, where it is small enough to be what the program ran into.
func (m limit) set(f *sysinfo.Facts, u sysinfo.Unit) (sysinfo.UnitLine, bool) {
	if m.key == "WatchdogSec" && strings.HasPrefix(u.Type(), "notify") { // one that told systemd of its start may really hang
		return sysinfo.UnitLine{}, false
	}
	l, ok := setBy(f, u, m.key)
	return l, ok && (m.enough == 0 || below(l.Value, m.enough))
}

// met says that a line is what a program says that comes to the limit.
func (m limit) met(text string, lines []sysinfo.JournalLine) bool {
	forks := m.key == "LimitNPROC" || m.key == "TasksMax"
	return m.said.MatchString(text) && (!forks || lastSaid(lines, forking) != nil)
}

// below says that a limit of a unit, "1024" or "1024:4096", is a number below another one.
func below(value string, than int) bool {
	soft, _, _ := strings.Cut(value, ":")
	n, err := strconv.Atoi(soft)
	return err == nil && n < than
}

// unitLimits: a limit of the unit's own ends the program: how many files it may open, how long it may run, where it may write.
func unitLimits(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	if err != nil || u.Manager != "" || !fails(u) {
		return nil
	}
	for _, line := range reversed(recent(lines)) {
		if ofARequest.MatchString(line.Text) {
			continue
		}
		o := &obstacle{where: sysinfo.Place{File: u.Fragment}, evidence: []Evidence{{Source: line.Source, Text: strings.TrimSpace(line.Text), Time: line.Time}}}
		if file := notWritten(u, line.Text); file != "" {
			return readOnlyFor(ctx, f, u, o, file)
		}
		for _, m := range limits() {
			if !m.met(line.Text, recent(lines)) { // before the unit's files are read
				continue
			}
			if l, ok := m.set(f, u); ok {
				return o.limited(f, u, m, l)
			}
		}
		if complains.MatchString(line.Text) && !strings.HasPrefix(line.Text, u.Name+": ") {
			return nil // it has ended for another reason since
		}
	}
	return nil
}

// limited is an obstacle in the line that sets a limit.
func (o *obstacle) limited(f *sysinfo.Facts, u sysinfo.Unit, m limit, l sysinfo.UnitLine) *obstacle {
	o.where, o.says = l.Place, fmt.Sprintf("%s (%s=%s)", m.says, m.key, l.Value)
	o.evidence = append(o.evidence, unitLineSays(f, l))
	o.clear = func(x Fix) Fix { return daemonReload(unitSet(f, u, x, m.say, "Service", m.key, m.value)) }
	return o
}
