package checks

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// startLimitHit: systemd gave up after too many failed starts.
func startLimitHit() Check {
	return Check{
		ID: "start-limit-hit", Title: "systemd has not given up on a service", Topic: Upstreams,
		Means: `A service that was started too often within ten seconds (five times, by default) is not started again: systemd says "Start request
repeated too quickly". The first failure, earlier in the journal, is the real reason. When that is mended, or there was none because
somebody restarted it in a loop, tell systemd to forget the count and start it.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if d := fpmTrouble(ctx, f, l); d != nil && d.cause == "start-limit-hit" {
				found := d.finding(ctx, f, l, "systemd gave up starting "+d.fpm.Name()+": too many starts in a short time")
				found.Where = d.pool.Get("listen").Place
				found.Fix = fpmStart(d.fpm, Fix{Title: "Forget the count and start " + d.fpm.Name(), Risk: Low})
				return found
			}
			u, down := appDown(ctx, f, l)
			if !down || !spent(ctx, f, u) {
				return nil
			}
			found := &Finding{Status: l.broken(), Confidence: 0.96, Where: execPlace(f, u), Summary: "systemd gave up starting " + unitWord(u.Name) + ": too many starts in a short time",
				Evidence: append([]Evidence{unitSays(u)}, lastWords(ctx, f, u)...), Fix: startUnit(u)}
			lines, _ := f.Journal(ctx, u.Name) // gaveUp has read it
			if name := mendedSince(f, u, lines); name != "" {
				found.Summary += ", and " + name + " was changed after the last of them"
			} else if file := openedSince(ctx, f, u, lines); file != "" {
				found.Summary += fmt.Sprintf(", for want of rights to %s; it may use that now", file)
			} else if at := calledInVain(ctx, f, lines); at != "" {
				found.Summary += ", while " + at + ", which it calls, was not there yet; somebody listens there now"
				found.Fix = found.Fix.Tell("So that it does not happen at the next boot: After= and Wants= of that service in its unit, or Restart=always with RestartSec=5 and StartLimitIntervalSec=0")
			}
			found.Evidence = append(found.Evidence, passLine(l))
			return withLine(found, l, connectKinds...)
		}),
	}
}

// spent says that nothing but the number of its starts keeps a service down.
func spent(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) bool {
	return gaveUp(ctx, f, u) && obstacleOf(ctx, f, u) == nil
}

// gaveUp says that systemd refuses to start a service for the number of its starts alone: none of them failed by itself, they
// were stopped again by whoever restarted it, or what they failed at was mended since.
func gaveUp(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) bool {
	stopped := (u.CodeKind == "killed" || u.CodeKind == "dumped") && slices.Contains([]int{1, 2, 3, 15}, u.ExitCode) // SIGHUP, SIGINT, SIGQUIT (which leaves a core where it is not caught yet), SIGTERM
	if u.Manager != "" || u.Active != "failed" {
		return false
	}
	lines, err := f.Journal(ctx, u.Name)
	if errors.Is(err, sysinfo.ErrNeedsRoot) {
		return u.Result == "start-limit-hit" // systemd keeps the first failure's name where there was one (service.c, service_enter_dead)
	}
	if u.Result != "start-limit-hit" && !stopped && mendedSince(f, u, lines) == "" && openedSince(ctx, f, u, lines) == "" && calledInVain(ctx, f, lines) == "" {
		return false
	}
	return err == nil && slices.ContainsFunc(lines[max(0, len(lines)-4):], func(l sysinfo.JournalLine) bool {
		return strings.Contains(l.Text, "Start request repeated too quickly")
	})
}

// openedSince is the file that an app was denied at its last start, and that its user may read and write by now; empty when there is none.
func openedSince(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, lines []sysinfo.JournalLine) string {
	if creds, ok := f.UnitCreds(ctx, u); !ok || creds.UID == 0 {
		return ""
	}
	for _, line := range reversed(lastAttempt(lines[:max(0, len(lines)-1)])) {
		if !refusedFile.MatchString(line.Text) {
			continue
		}
		if file := complainedOf(line.Text); file != "" {
			if f.Host.Root.Exists(path.Dir(file)) && len(barredOn(ctx, f, u, file, 6)) == 0 {
				return file
			}
			return ""
		}
	}
	return ""
}

var (
	refusedCall = whenAsked(`(?i)connection ?refused|ECONNREFUSED|couldn't connect to server`)
	localPort   = whenAsked(`(?:127\.0\.0\.1|localhost|\[?::1\]?)["']?\s*(?:[:,]|port)\s*(\d{2,5})\b`)
)

// calledInVain is the address of this machine that refused an app at its last start, and at which somebody listens by now; empty when
// there is none.
func calledInVain(ctx context.Context, f *sysinfo.Facts, lines []sysinfo.JournalLine) string {
	if port := refusedPort(lastAttempt(lines[:max(0, len(lines)-1)])); port != 0 && listenedAt(ctx, f, port) {
		return fmt.Sprintf("127.0.0.1:%d", port)
	}
	return ""
}

// refusedPort is the port of this machine at which an app was refused last; 0 when it names none. It stands in the line of the refusal, or in
// the traceback before it, where the app connects.
func refusedPort(last []sysinfo.JournalLine) int {
	for i := len(last) - 1; i >= 0; i-- {
		if !refusedCall.MatchString(last[i].Text) {
			continue
		}
		from := i
		if !anyAddress.MatchString(last[i].Text) {
			from = max(0, i-tracebackLines)
		}
		for n := i; n >= from; n-- {
			m := localPort.FindStringSubmatch(last[n].Text)
			if m == nil || n < i && !connects.MatchString(last[n].Text) {
				continue
			}
			port, _ := strconv.Atoi(m[1]) // it is all figures
			return port
		}
		return 0
	}
	return 0
}

// tracebackLines are the lines between an error of Python's and the line of the app's own code that brought it about.
const tracebackLines = 30

var (
	anyAddress = whenAsked(`[\w.-]+["']?\s*[:,]\s*\d{2,5}\b`)
	connects   = whenAsked(`(?i)connect|dial|client|redis|sql|amqp|pika|memcache|mongo|socket`)
)
