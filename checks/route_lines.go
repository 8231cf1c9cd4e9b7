package checks

import (
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// routeLines are the lines of one file that name the network of a route, the last one first, for a line that is taken out moves those below: the
// command itself, or a word of a list that a command goes through.
func routeLines(r sysinfo.Root, name string, s stopRoute) []writtenRoute {
	var out []writtenRoute
	before, list := "", !stopsIn(r, name)
	for at, raw := range linesIn(r, name) {
		line := strings.TrimSpace(raw)
		n := routeNamed{r: r, at: at, line: line, before: before, list: list}
		if n.names(s) && line[0] != '#' && (stopsByScript.MatchString(line) || isList(line)) && !takesRoute.MatchString(line) {
			out = append(out, n.takeOut(s))
		}
		if line != "" {
			before = line
		}
	}
	slices.Reverse(out)
	return out
}

// A routeNamed is a line that names a network, and the one before it.
type routeNamed struct {
	r            sysinfo.Root
	at           sysinfo.Place
	line, before string
	list         bool   // its file has no command, and is read line by line
	word         string // by which it names it
	others       int    // the other networks that it names
}

func (n *routeNamed) names(s stopRoute) bool {
	for _, w := range routeTokens(n.line) {
		if net, ok := prefixOf(w); ok && net == s.to {
			n.word = w
		} else if ok {
			n.others++
		}
	}
	return n.word != ""
}

// takeOut takes a route out of a line: the whole line where it is a command of its own or has nothing else, the word where it is one of a list. What
// no single edit does is left to a person.
func (n *routeNamed) takeOut(s stopRoute) writtenRoute {
	w := writtenRoute{at: n.at, undo: setLine(n.r, n.at, n.line)}
	direct, commands := stopsByScript.MatchString(n.line), strings.Count(n.line, "route ")
	rest := strings.TrimSpace(strings.Replace(n.line, n.word, "", 1))
	alone := (n.list && n.others == 0 || rest == "" || rest[0] == '#') && !strings.HasSuffix(n.before, `\`)
	switch {
	case commands > 1, direct && n.others == 0 && !n.ofKind(s), direct && n.others == 0 && (strings.HasSuffix(n.line, `\`) || strings.HasSuffix(n.before, `\`)):
		return writtenRoute{at: n.at}
	case alone:
		w.mend, w.undo = n.drop()
	case !direct, n.others > 0:
		w.mend = replace(n.r, n.at, n.word, "")
	case strings.HasPrefix(n.line, "ExecStart="): // a service has to run something
		w.mend = setLine(n.r, n.at, "ExecStart=/bin/true")
	case opensBody.MatchString(n.before):
		w.mend = setLine(n.r, n.at, ": # "+n.line)
	default:
		w.mend = commentOut(n.r, n.at)
	}
	w.unit = strings.HasPrefix(n.line, "Exec")
	return w
}

// isList says that a line of a script is a list of networks, or a part of one, and no other command about one of them.
func isList(line string) bool {
	_, first := prefixOf(routeTokens(line)[0])
	return first || listBegins.MatchString(line)
}

var listBegins = whenAsked(`^(?:for\s+\w+\s+in\s|(?:(?:export|local|readonly)\s+)?\w+\+?=)`)

// ofKind says that a command brings in a route of that kind; the old route(8) calls one that is unreachable "reject".
func (n *routeNamed) ofKind(s stopRoute) bool {
	return strings.Contains(n.line, s.kind) || s.kind == "unreachable" && strings.Contains(n.line, "reject")
}

// drop takes the whole line away: an empty one could be read as every network there is.
func (n *routeNamed) drop() (mend, undo string) {
	file, raw := sh(realFile(n.r, n.at.File)), strings.ReplaceAll(rawLine(n.r, n.at), `\`, `\\`)
	mark := " "
	if indentOf(n.r, n.at) != "" {
		mark = `\`
	}
	mend = fmt.Sprintf("sed -i %dd %s", n.at.Line, file)
	if n.at.Line == 1 {
		return mend, fmt.Sprintf("sed -i %s %s", sh("1i"+mark+raw), file)
	}
	return mend, fmt.Sprintf("sed -i %s %s", sh(fmt.Sprintf("%da%s%s", n.at.Line-1, mark, raw)), file)
}

// routeOfNetworkd are the [Route] sections of systemd-networkd's files that bring a route in (systemd.network(5), Type= and Destination=).
func routeOfNetworkd(r sysinfo.Root, s stopRoute) []writtenRoute {
	files, _ := r.Glob("/etc/systemd/network/*.network") // none is common
	dropIns, _ := r.Glob("/etc/systemd/network/*.network.d/*.conf")
	var out []writtenRoute
	for _, name := range append(files, dropIns...) {
		section, first, last, kind, to := "", sysinfo.Place{}, 0, "", sysinfo.Place{}
		ends := func() {
			if section == "[Route]" && kind == s.kind && to.Known() {
				file := sh(realFile(r, name))
				out = append(out, writtenRoute{at: to, mend: fmt.Sprintf("sed -i '%d,%ds/^/#/' %s", first.Line, last, file), undo: fmt.Sprintf("sed -i '%d,%ds/^#//' %s", first.Line, last, file)})
			}
		}
		for at, raw := range linesIn(r, name) {
			line := strings.TrimSpace(raw)
			if strings.HasPrefix(line, "[") {
				ends()
				section, first, kind, to = line, at, "", sysinfo.Place{}
			}
			key, value, _ := strings.Cut(line, "=")
			switch value = strings.TrimSpace(value); strings.TrimSpace(key) {
			case "Type":
				kind = value
			case "Destination":
				if net, ok := prefixOf(value); ok && net == s.to {
					to = at
				}
			}
			if line != "" {
				last = at.Line
			}
		}
		ends()
	}
	return out
}
