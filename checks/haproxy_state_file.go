package checks

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

// stateFile is the file from which HAProxy takes the states of a backend's servers when it starts (its manual: load-server-state-from-file,
// server-state-base, server-state-file, server-state-file-name), empty where it takes none.
func stateFile(c *haproxy.Config, block string) string {
	back := c.Backend(block)
	if back == nil {
		return ""
	}
	value := func(s *haproxy.Section, key string) string {
		l, ok := s.Get(key)
		if !ok || len(l.Words) < 2 {
			return ""
		}
		return l.Words[1]
	}
	global, name := c.Global(), ""
	switch value(back, "load-server-state-from-file") {
	case "global":
		name = value(global, "server-state-file")
	case "local":
		if name = value(back, "server-state-file-name"); name == "" || name == "use-backend-name" {
			name = block
		}
	}
	if base := value(global, "server-state-base"); name != "" && !path.IsAbs(name) {
		name = path.Join(base, name)
	}
	if !path.IsAbs(name) {
		return ""
	}
	return name
}

// keptOff says at which line of the file of states a server is taken out by hand, and what it says there ("show servers state":
// srv_admin_state, 0x01 maintenance, 0x08 drained).
func keptOff(r sysinfo.Root, file, label string) (at sysinfo.Place, line string) {
	back, server, _ := strings.Cut(label, "/")
	for place, l := range linesIn(r, file) {
		w := strings.Fields(l)
		if len(w) < 7 || w[1] != back || w[3] != server {
			continue
		}
		if n, err := strconv.Atoi(w[6]); err == nil && n&(0x01|0x08) != 0 {
			return place, strings.TrimSpace(l)
		}
	}
	return at, ""
}

// forgetState writes the states of servers anew into the file that HAProxy reads them from when it starts: with what is in it now it
// would take them out again.
func forgetState(f *sysinfo.Facts, l *live, out []*sysinfo.Hop, x Fix, found *Finding) Fix {
	h, ok := l.Site.Gateway.Extra.(*sysinfo.HAProxy)
	if !ok {
		return x
	}
	file := stateFile(h.Config, l.Block)
	var kept []sysinfo.Place
	for _, o := range out {
		if at, line := keptOff(f.Host.Root, file, o.Label); line != "" {
			kept = append(kept, at)
			found.Evidence = append(found.Evidence, Evidence{Source: at.String(), Text: line})
		}
	}
	if len(kept) == 0 {
		return x
	}
	if dump := adminCommand(f, l, "show servers state"); dump != "" {
		return x.Do("Write the states down anew: with what "+file+" says now, HAProxy would take it out again at its next start", "%s", strings.Replace(dump, "| socat - ", "| socat -t 5 - ", 1)+" >"+sh(file))
	}
	var off string
	for _, at := range kept {
		off += fmt.Sprintf("%dd;", at.Line)
	}
	anew := x.Steps[len(x.Steps)-1]
	x.Steps = x.Steps[:len(x.Steps)-1]
	x = x.Do("Take its line out of the file of states: HAProxy would read it again at its start", "sed -i '%s' %s", strings.TrimSuffix(off, ";"), sh(file))
	x.Steps = append(x.Steps, anew)
	return x
}
