package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// noHTTP: what came is no answer in HTTP, and no protocol that is known here either: another program than the app has the port, or the app writes
// something in front of its answers.
func noHTTP(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine, now bool) *Finding {
	if line.Kind != errlog.NotHTTP || !now || !l.hit || l.Scheme != "http" {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.85, Where: l.Where, Summary: fmt.Sprintf("what %s answers is no HTTP: %s", l.Address(), what(line)), Evidence: []Evidence{quoteLine(line)}}
	way := sh("http://" + l.Address() + "/")
	if l.Unix != "" {
		way = "--unix-socket " + sh(l.Unix) + " http://localhost/"
	}
	x := Fix{Title: "See what answers there", Risk: Low}.Do("Ask it, and read what comes", "curl -sS --http0.9 -m 3 %s | head -c 300 | cat -v", way)
	found.Fix = readApp(ctx, f, l, x, "Read what the app said: words that it prints belong into its log, and never before the first line of an answer; a program that is no web server needs another port")
	return found
}
