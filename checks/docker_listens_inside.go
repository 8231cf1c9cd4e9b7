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
	at, said, ok := onlyMounted(f, c, func(line string) []string {
		if said := listensAlone.FindStringSubmatch(line); said != nil && said[2] == fmt.Sprint(port) {
			return said
		}
		return nil
	})
	if ok {
		listensFrom(f, c, at, "Let the app listen for others in its container", replace(f.Host.Root, at, said[1], "0.0.0.0"), replace(f.Host.Root, at, "0.0.0.0", said[1]), found)
	}
}

// listensFrom corrects the line by which an app in a container is told where to listen.
func listensFrom(f *sysinfo.Facts, c sysinfo.Container, at sysinfo.Place, title, edit, back string, found *Finding) {
	found.Where = at
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
	anew := c.Engine + " restart " + c.Name
	x := Fix{Title: title, Risk: Medium, Undo: back + "; " + anew}
	x = inPlace(x.Do("It is alone there: who may come in is a matter of the container's network and its published ports", "%s", edit), c.Mounts)
	found.Fix = x.Do("Start the container anew", "%s && sleep 2", anew)
}

// onlyMounted is the one line that fits, of the small files that the machine gives a container; false where several do, or none.
func onlyMounted(f *sysinfo.Facts, c sysinfo.Container, fits func(line string) []string) (at sysinfo.Place, said []string, ok bool) {
	for place, line := range mountedLines(f, c) {
		m := fits(line)
		switch {
		case m == nil:
		case ok:
			return at, nil, false
		default:
			at, said, ok = place, m, true
		}
	}
	return at, said, ok
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
	if l.Scheme != "fastcgi" {
		return found
	}
	if at, said, ok := onlyMounted(f, c, listensAtFile.FindStringSubmatch); ok {
		found.Confidence = 0.96
		found.Summary = strings.TrimSuffix(found.Summary, " at any port") + fmt.Sprintf(": its PHP-FPM listens at %s, which stays inside", said[1])
		listensFrom(f, c, at, "Let PHP-FPM listen at the port that leads to it", setLine(f.Host.Root, at, fmt.Sprintf("listen = %d", port)), setLine(f.Host.Root, at, configLine(f.Host.Root, at)), found)
	}
	return found
}
