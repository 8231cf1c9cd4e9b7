package sysinfo

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"fix502/sysinfo/errlog"
)

// Watch follows the logs of a run: each look gives what they have gained since the one before.
type Watch struct {
	f     *Facts
	mu    sync.Mutex
	files []rootedLog
	sizes map[string]int64

	journals []rootedLog
	heard    time.Time // up to when the journal was read
	asked    time.Time // when it was asked last
}

// journalPause is how long the journal is left alone: asking it starts a process, some ten milliseconds of work.
const journalPause = 9 * time.Second

// maxGain is how much of one log one look reads: of more, its end.
const maxGain = 4 << 20

// Watch begins where Logs ended.
func (f *Facts) Watch(ctx context.Context) *Watch {
	now := f.Host.Now()
	w := &Watch{f: f, sizes: map[string]int64{}, heard: now, asked: now}
	all, err := f.Logs(ctx)
	if err != nil {
		return w
	}
	for _, lf := range f.logFiles(ctx) {
		if strings.HasPrefix(lf.Path, "journal:") {
			w.journals = append(w.journals, lf)
			continue
		}
		name := lf.root.LogName(lf.Path)
		if at, ok := all.sizes[name]; ok {
			w.files, w.sizes[name] = append(w.files, lf), at
		}
	}
	return w
}

// Look gives the lines since the last look; nil when there is none.
func (w *Watch) Look(ctx context.Context) *Logs {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := newLogs()
	out.mine = w.f.Host.asked
	gained := false
	for _, lf := range w.files {
		info, err := lf.root.Stat(lf.Path)
		name := lf.root.LogName(lf.Path)
		from := w.sizes[name]
		if err != nil || info.Size == from || ctx.Err() != nil {
			continue
		}
		if info.Size < from { // rotated, or emptied
			from = 0
		}
		from = max(from, info.Size-maxGain)
		file, err := openLog(lf.root, &lf.LogFile)
		if err != nil {
			continue
		}
		end := file.Size()
		if _, err := out.scan(file, lf.LogFile, errlog.NewParser(w.f.zone()), from, end, 0, time.Time{}); err == nil {
			gained = true
		}
		file.Close()
		w.sizes[name] = end
	}
	if w.listen(ctx, out) {
		gained = true
	}
	if !gained {
		return nil
	}
	out.disown()
	return w.f.about(ctx, out)
}

// listen takes in what the journal gained, and says whether that was anything.
func (w *Watch) listen(ctx context.Context, out *Logs) bool {
	now := w.f.Host.Now()
	if len(w.journals) == 0 || now.Sub(w.asked) < journalPause {
		return false
	}
	w.asked = now
	last, gained := w.heard, false
	for _, lf := range w.journals {
		unit := strings.TrimPrefix(lf.Path, "journal:")
		lines, source, err := w.f.unitSaid(ctx, unit, "500")
		if err != nil {
			continue // without rights, or it hangs: the run has said so
		}
		lines = slices.DeleteFunc(lines, func(j JournalLine) bool { return !j.Time.After(w.heard) })
		for _, j := range lines {
			gained = true
			if j.Time.After(last) {
				last = j.Time
			}
		}
		out.journal(lf.LogFile, source, lines, w.f.zone())
	}
	w.heard = last
	return gained
}
