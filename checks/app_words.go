package checks

import (
	"context"

	"fix502/sysinfo"
)

// readApp adds the step in which a person reads what the app of a hop said lately.
func readApp(ctx context.Context, f *sysinfo.Facts, l *live, x Fix, say string) Fix {
	u := appUnit(ctx, f, l)
	if u.Name == "" && l.reach.Owner != nil {
		u = sysinfo.Unit{MainPID: l.reach.Owner.PID} // started by hand: what it has open is known all the same
	}
	if show := showApp(ctx, f, u); show != "" {
		return x.Do(say, "%s", show)
	}
	return x.Tell("%s", say+": the log file it writes, or where whoever started it sees its output")
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
