package sysinfo

import (
	"context"
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
}

// maxGain is how much of one log one look reads: of more, its end.
const maxGain = 4 << 20

// Watch begins where Logs ended. Logs in the journal are not followed: to ask it costs a process each time.
func (f *Facts) Watch(ctx context.Context) *Watch {
	w := &Watch{f: f, sizes: map[string]int64{}}
	all, err := f.Logs(ctx)
	if err != nil {
		return w
	}
	for _, lf := range f.logFiles(ctx) {
		if at, ok := all.sizes[lf.Path]; ok && !strings.HasPrefix(lf.Path, "journal:") {
			w.files, w.sizes[lf.Path] = append(w.files, lf), at
		}
	}
	return w
}

// Look gives the lines since the last look; nil when there is none.
func (w *Watch) Look(ctx context.Context) *Logs {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := newLogs()
	gained := false
	for _, lf := range w.files {
		info, err := lf.root.Stat(lf.Path)
		from := w.sizes[lf.Path]
		if err != nil || info.Size == from || ctx.Err() != nil {
			continue
		}
		if info.Size < from { // rotated, or emptied
			from = 0
		}
		from = max(from, info.Size-maxGain)
		file, err := lf.root.Open(lf.Path)
		if err != nil {
			continue
		}
		end := file.Size()
		if _, err := out.scan(file, lf.LogFile, errlog.NewParser(w.f.zone()), from, end, 0, time.Time{}); err == nil {
			gained = true
		}
		file.Close()
		w.sizes[lf.Path] = end
	}
	if !gained {
		return nil
	}
	return out
}
