package checks

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// listensAlone are the settings by which programs are told where to listen: PHP-FPM's listen, gunicorn's bind, uWSGI's http and http-socket.
var listensAlone = whenAsked(`^(?:listen|bind|http|http-socket)\s*=\s*["']?(127\.0\.0\.1|localhost|\[::1\]):(\d+)["']?$`)

// listensOpenly lets a container's app listen for others, where the one line that says otherwise is in a file which the machine gives the container.
func listensOpenly(f *sysinfo.Facts, c sysinfo.Container, port int, found *Finding) {
	var at sysinfo.Place
	host, count := "", 0
	for place, line := range mountedLines(f, c) {
		if said := listensAlone.FindStringSubmatch(line); said != nil && said[2] == fmt.Sprint(port) {
			at, host = place, said[1]
			count++
		}
	}
	if count != 1 {
		return
	}
	found.Where = at
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
	anew := c.Engine + " restart " + c.Name
	x := Fix{Title: "Let the app listen for others in its container", Risk: Medium, Undo: replace(f.Host.Root, at, "0.0.0.0", host) + "; " + anew}
	x = inPlace(x.Do("It is alone there: who may come in is a matter of the container's network and its published ports", "%s", replace(f.Host.Root, at, host, "0.0.0.0")), c.Mounts)
	found.Fix = x.Do("Start the container anew", "%s && sleep 2", anew)
}

// mountedLines are the lines, without blanks around them, of the small files that the machine gives a container.
func mountedLines(f *sysinfo.Facts, c sysinfo.Container) iter.Seq2[sysinfo.Place, string] {
	return func(yield func(sysinfo.Place, string) bool) {
		for _, m := range c.Mounts {
			files := []string{m.Source}
			if i, err := f.Host.Root.Stat(m.Source); err == nil && i.Mode.IsDir() {
				files, _ = f.Host.Root.Glob(m.Source + "/*") // unreadable: then it has none
			}
			for _, file := range files {
				if i, err := f.Host.Root.Stat(file); err != nil || i.Mode.IsDir() || i.Size > 64<<10 {
					continue
				}
				for place, line := range linesIn(f.Host.Root, file) {
					if !yield(place, strings.TrimSpace(line)) {
						return
					}
				}
			}
		}
	}
}

// listensAtFile is how a pool of PHP-FPM is told to listen at a socket file.
var listensAtFile = whenAsked(`^listen\s*=\s*["']?(/[^\s"']+)["']?$`)

// listensNowhere: the container runs, and nobody in it listens at any port. A pool of PHP-FPM that listens at a socket file, which stays inside the container, is told its
// port again where the one line that says so is in a file which the machine gives the container.
func listensNowhere(ctx context.Context, f *sysinfo.Facts, l *live, c sysinfo.Container, port int) *Finding {
	if f.NetOf(c.PID) == "" || c.Restarts > 0 || l.answersNow() {
		return nil
	}
	found := &Finding{Status: l.broken(), Confidence: 0.6, Where: l.Where, Covers: slices.Concat(elsewhereNow, []ID{"docker-localhost-upstream", "fpm-not-running"}),
		Summary:  fmt.Sprintf("port %d of this machine leads to %d in container %s, where nobody listens at any port", l.Port, port, c.Name),
		Evidence: []Evidence{passLine(l), {Source: c.Engine + " port " + c.Name, Text: fmt.Sprintf("%d/tcp -> %d", port, l.Port)}},
		Fix:      Fix{Title: "See what the app waits for", Risk: Low}.Tell("It may still start, or it listens at a socket file alone: its own words say so (%s logs --tail 50 %s)", c.Engine, c.Name)}
	if c.Has(l.reach.Addr.Addr()) {
		found.Summary = fmt.Sprintf("%s is container %s, where nobody listens at any port", l.reach.Addr.Addr(), c.Name)
		found.Evidence[1] = Evidence{Source: c.Engine + " inspect " + c.Name, Text: "IPAddress " + l.reach.Addr.Addr().String()}
	}
	var at sysinfo.Place
	socket, count := "", 0
	for place, line := range mountedLines(f, c) {
		if said := listensAtFile.FindStringSubmatch(line); said != nil && l.Scheme == "fastcgi" {
			at, socket = place, said[1]
			count++
		}
	}
	if count == 1 {
		found.Confidence, found.Where = 0.96, at
		found.Summary = strings.TrimSuffix(found.Summary, " at any port") + fmt.Sprintf(": its PHP-FPM listens at %s, which stays inside", socket)
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
		anew := c.Engine + " restart " + c.Name
		x := Fix{Title: "Let PHP-FPM listen at the port that leads to it", Risk: Medium, Undo: setLine(f.Host.Root, at, configLine(f.Host.Root, at)) + "; " + anew}
		x = inPlace(x.Do("It is alone there: who may come in is a matter of the container's network and its published ports", "%s", setLine(f.Host.Root, at, fmt.Sprintf("listen = %d", port))), c.Mounts)
		found.Fix = x.Do("Start the container anew", "%s && sleep 2", anew)
	}
	return found
}
