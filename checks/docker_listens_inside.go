package checks

import (
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// listensAlone are the settings by which programs are told where to listen: PHP-FPM's listen, gunicorn's bind, uWSGI's http and http-socket.
var listensAlone = whenAsked(`^(?:listen|bind|http|http-socket)\s*=\s*["']?(127\.0\.0\.1|localhost|\[::1\]):(\d+)["']?$`)

// listensOpenly lets a container's app listen for others, where the one line that says otherwise is in a file which the machine gives the container.
func listensOpenly(f *sysinfo.Facts, c sysinfo.Container, port int, found *Finding) {
	var at sysinfo.Place
	host, count := "", 0
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
				if said := listensAlone.FindStringSubmatch(strings.TrimSpace(line)); said != nil && said[2] == fmt.Sprint(port) {
					at, host = place, said[1]
					count++
				}
			}
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
