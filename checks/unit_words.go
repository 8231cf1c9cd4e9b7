package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// unitSays is what a service's manager says of it, as evidence.
func unitSays(u sysinfo.Unit) Evidence {
	text := fmt.Sprintf("%s is %s (%s)", u.Name, u.Active, u.Sub)
	switch {
	case u.Manager != "" && u.StatusText != "":
		text = unitWord(u.Name) + ": " + u.StatusText
	case u.Manager != "" && u.Keeper != "":
		text = unitWord(u.Name) + " is not kept: " + strings.Split(u.Name, ":")[0] + " itself does not run"
	case u.Manager != "" && u.Sub == "": // supervisord's socket is root's mostly
		text = unitWord(u.Name) + " is one of its programs; how it is could not be asked"
	case u.Manager != "":
		text = unitWord(u.Name) + " is " + u.Sub
	case u.Load == "masked" || u.Enabled == "masked":
		text += ", masked"
	case u.Result != "" && u.Result != "success":
		text += ", result " + u.Result
		if u.CodeKind != "" {
			text += fmt.Sprintf(", main process %s with status %d", u.CodeKind, u.ExitCode)
		}
	}
	if u.Restarts > 0 && u.Manager == "" {
		text += fmt.Sprintf(", restarted %d times by systemd", u.Restarts)
	}
	if u.Enabled == "disabled" && u.Manager == "" {
		text += ", not enabled at boot"
	}
	return Evidence{Source: u.Status(), Text: text, Time: u.Since}
}

// lastWords are the lines of a unit's journal that tell why it went down: the last of them, each once, without
// systemd's own routine.
func lastWords(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) []Evidence {
	lines, err := f.Words(ctx, u)
	if err != nil {
		return []Evidence{{Source: u.Log(), Text: "could not be read: " + why(err)}}
	}
	if storeKind(u) == "mysql" && !u.Running() {
		lines = mysqlReasons(append(lastAttempt(lines), mysqlOwnLog(f, u)...))
	}
	if storeKind(u) == "postgres" && !u.Running() {
		if out := clusterReasons(ctx, f, u); len(out) > 0 {
			return out
		}
	}
	var out []Evidence
	for i := len(lines) - 1; i >= 0 && len(out) < 3; i-- {
		if line := lines[i]; telling(line) && !slices.ContainsFunc(out, func(e Evidence) bool { return e.Text == line.Text }) {
			out = append([]Evidence{{Source: line.Source, Text: line.Text, Time: line.Time}}, out...)
		}
	}
	return out
}

// telling leaves out what systemd and PHP-FPM say of every start and stop, and what Python's server says of a question in another protocol,
// as we and every scanner ask it, and what Varnish writes of every varnishadm, ours too.
func telling(l sysinfo.JournalLine) bool {
	text := strings.TrimSpace(l.Text)
	if len(text) < 4 || text == "}" || strings.HasPrefix(text, "Node.js v") || strings.HasPrefix(text, "at ") {
		return false
	}
	for _, w := range []string{"Started ", "Starting ", "Reloading ", "Reloaded ", "Stopped ", "Stopping ", "Consumed ", "Scheduled restart", "Deactivated successfully", "Main process exited", "Failed with result", "Failed to start", "NOTICE: fpm is running", "NOTICE: ready to handle", "NOTICE: Terminating ...", "NOTICE: Finishing ...", "NOTICE: exiting, bye-bye", "NOTICE: Reloading in progress", "NOTICE: reloading: execvp", "NOTICE: using inherited socket", "Could not create the Java Virtual Machine", "A fatal exception has occurred. Program will exit", "systemd monitor interval", "Bad request version", "Bad request syntax", "CLI telnet ", "PRI * HTTP/2.0", `"\x16\x03`, `"d\x00\x00\x00`} {
		if strings.Contains(text, w) {
			return false
		}
	}
	return true
}
