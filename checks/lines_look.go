package checks

import (
	"strconv"
	"strings"

	"fix502/sysinfo/errlog"
)

// lookAt says what makes a suspicion certain, with the socket, the port and the names of the line filled in. A row
// whose blank the line does not fill is left out.
func lookAt(id ID, ev *errlog.Event) []string {
	out := []string{}
	for _, row := range looks[id] {
		if text, ok := fill(row, ev); ok {
			out = append(out, text)
		}
	}
	if len(out) == 0 {
		out = append(out, "fix502 explain "+string(id))
	}
	return out
}

func fill(row string, ev *errlog.Event) (string, bool) {
	for {
		i := strings.IndexByte(row, '{')
		if i < 0 {
			return row, true
		}
		j := strings.IndexByte(row[i:], '}')
		value := blank(row[i+1:i+j], ev)
		if value == "" || strings.ContainsAny(value, "'\"`$;|&\\\n{}<>()") {
			return "", false // strangers write log lines: nothing odd goes into a command
		}
		row = row[:i] + value + row[i+j+1:]
	}
}

func blank(name string, ev *errlog.Event) string {
	switch name {
	case "socket":
		return ev.Upstream.Path()
	case "dir":
		path := ev.Upstream.Path()
		return path[:max(0, strings.LastIndexByte(path, '/'))]
	case "port":
		if n := ev.Upstream.Port(); n > 0 {
			return strconv.Itoa(n)
		}
	case "host":
		return ev.Upstream.Host()
	case "address":
		if ev.Upstream.Path() == "" {
			return ev.Upstream.Address
		}
	case "unit":
		if strings.HasSuffix(ev.Name, ".service") {
			return ev.Name
		}
	case "name":
		return ev.Name
	case "place":
		return ev.Place
	case "script":
		return ev.Script
	case "worker":
		if ev.Worker > 0 {
			return strconv.Itoa(ev.Worker)
		}
	case "uri":
		return ev.URI
	}
	return ""
}
