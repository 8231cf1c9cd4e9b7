package checks

import (
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// cureLine mends what nginx says of one line, beyond slips of the pen.
func (t *confError) cureLine(g *sysinfo.Gateway, x Fix, name, line string) (Fix, bool) {
	off := commentOut(g.Root, t.place)
	switch {
	case line == "":
		return x, false
	case strings.HasPrefix(t.text, "unknown log format") && strings.Contains(line, " "+name):
		return x.Do(fmt.Sprintf("Log in nginx's own format: no log_format here is called %s", name), "%s", replace(g.Root, t.place, " "+name, " combined")), true
	case strings.HasSuffix(t.text, "directive is duplicate") && alone(line) && !guards(line):
		if t.goneBefore(g, line) {
			x.Undo = setLine(g.Root, t.place, configLine(g.Root, t.place))
			return x.Do("Take the first one out: it may stand once only, and what it names is not there", "%s", commentOut(g.Root, t.place)), true
		}
		return x.Do("Take the second one out: it may stand once only", "%s", off), true
	case strings.Contains(t.text, "cannot have URI part") && uriPart.MatchString(line):
		m := uriPart.FindStringSubmatch(line)
		return x.Do("Take the path off the address: a location with a regular expression passes on the path it was asked for", "%s", replace(g.Root, t.place, m[0], m[1]+";")), true
	case strings.Contains(t.text, "invalid parameter") && strings.HasPrefix(line, "listen ") && strings.Contains(line, " "+name):
		return x.Do(fmt.Sprintf("Take %s out: this nginx does not know it", name), "%s", replace(g.Root, t.place, " "+name, "")), true
	case strings.Contains(t.text, "zone") && containsAny(t.text, "is unknown", "zero size shared memory") && alone(line) && guards(line):
		return t.cureZone(g, x, name, line)
	case strings.Contains(t.text, "zone") && containsAny(t.text, "is unknown", "zero size shared memory") && alone(line):
		return x.Do("Take the line out: nothing here makes the zone that it uses", "%s", off), true
	case bindGone.MatchString(t.text):
		return t.cureAddress(g, x, line)
	case strings.HasPrefix(t.text, "duplicate location") || strings.HasPrefix(t.text, "duplicate upstream"):
		if end := blockEnd(g.Root, t.place); end > 0 && wholeLines(g.Root, t.place, end, strings.Fields(t.text)[1]) && !guarded(g.Root, t.place, end) {
			return t.offBlock(g, x, end, "Switch the second one off; the first stays"), true
		}
	}
	return x, false
}

var uriPart = whenAsked(`(_pass\s+\w+://[^/;\s]+)/[^;\s]*;`)

// cureRegexp closes the bracket that a location's regular expression leaves open.
func (t *confError) cureRegexp(g *sysinfo.Gateway, x Fix, _, line string) (Fix, bool) {
	m := openRegexp.FindStringSubmatch(t.text)
	if m == nil || strings.Count(m[1], "(") != strings.Count(m[1], ")")+1 || strings.Count(line, m[1]) != 1 {
		return x, false
	}
	closed := m[1] + ")"
	if stem, ok := strings.CutSuffix(m[1], "$"); ok {
		closed = stem + ")$"
	}
	return x.Do("Close the bracket", "%s", replace(g.Root, t.place, m[1], closed)), true
}

var openRegexp = whenAsked(`missing (?:closing parenthesis|\)) in "([^"]+)"`)

// cureWhole mends what is not a matter of one line.
func (t *confError) cureWhole(g *sysinfo.Gateway, x Fix, name, line string) (Fix, bool) {
	const upgrade = "00-connection-upgrade.conf"
	switch {
	case containsAny(t.text, "duplicate") && spareFile(g, t.place.File) != "":
		spare := spareFile(g, t.place.File)
		to := "/etc/nginx/" + path.Base(spare) + ".aside"
		x.Undo = fmt.Sprintf("mv -nT %s %s", sh(to), sh(spare))
		return x.Do("Move the copy out of the folder: nginx reads every file in it", "mv -nT %s %s", sh(spare), sh(to)), true
	case strings.HasPrefix(t.text, "could not build") && strings.Contains(t.text, "_hash"):
		return t.roomForNames(g, x)
	case strings.HasPrefix(t.text, "unknown") && strings.HasSuffix(t.text, "variable") && name == "connection_upgrade" && newConf(g, upgrade) != "":
		file := newConf(g, upgrade)
		x.Undo = "rm " + sh(file)
		return x.Do("Make the variable, as nginx's page on WebSocket does", "printf '%%s\\n' %s >%s", sh("map $http_upgrade $connection_upgrade { default upgrade; '' close; }"), sh(file)), true
	case strings.HasPrefix(t.text, `no "events" section`):
		x.Undo = dropLine(g.Root, g.Config, "events { worker_connections 768; }")
		return x.Do("Give it the section that nginx cannot do without", "%s", addLine(g.Root, g.Config, "events { worker_connections 768; }")), true
	case strings.HasPrefix(t.text, "unexpected end of file") && t.openQuote(g):
		line = configLine(g.Root, t.place)
		x.Undo = setLine(g.Root, t.place, line)
		return x.Do("Close the quotation mark", "%s", setLine(g.Root, t.place, strings.TrimSuffix(line, ";")+`";`)), true
	case strings.HasPrefix(t.text, "unexpected end of file, expecting") && t.place.Known() && unbalanced(g.Root, t.place.File) == 1:
		x.Undo = "sed -i '${/^}$/d;}' " + sh(realFile(g.Root, t.place.File))
		return x.Do("Close the block that is still open at the end of the file", "%s", addLine(g.Root, t.place.File, "}")), true
	case t.text == `unexpected "}"` && line == "}" && unbalanced(g.Root, t.place.File) == -1:
		return x.Do("Take out the brace that closes nothing", "%s", commentOut(g.Root, t.place)), true
	}
	return x, false
}

// roomForNames gives nginx's table of names the size that it asks for.
func (t *confError) roomForNames(g *sysinfo.Gateway, x Fix) (Fix, bool) {
	m := hashSize.FindStringSubmatch(t.text)
	if m == nil {
		return x, false
	}
	n := g.Extra.(*sysinfo.Nginx)
	room := fmt.Sprintf("%s %d;", m[1], bucket(n, m[1]))
	if t.lineWith(g, n, m[1]+" "); t.place.Known() && alone(configLine(g.Root, t.place)) {
		x.Undo = setLine(g.Root, t.place, configLine(g.Root, t.place))
		return x.Do("Give the table of names more room, as nginx asks", "%s", setLine(g.Root, t.place, room)), true
	}
	t.longestName(g, n, m[1])
	file := newConf(g, "00-hash.conf")
	if file == "" {
		return x.Tell("Give the table of names more room, as nginx asks: %s in the http block of %s", room, g.Config), true
	}
	x.Undo = "rm " + sh(file)
	return x.Do("Give the table of names more room, as nginx asks", "echo %s >%s", sh(room), sh(file)), true
}

var hashSize = whenAsked(`you should increase (?:either )?(?:\w+_hash_max_size: \d+ or )?(\w+_hash_bucket_size)`)

// lineWith is the first line of the configuration that says one of these.
func (t *confError) lineWith(g *sysinfo.Gateway, n *sysinfo.Nginx, words ...string) {
	for _, w := range words {
		for at, line := range linesIn(g.Root, n.Config.Files...) {
			if strings.Contains(withoutComment(strings.TrimSpace(line)), w) {
				t.place, t.evidence = at, append(t.evidence, lineOf(g.Root, at))
				return
			}
		}
	}
}

// blockEnd is the line on which the block closes that opens at a place; 0 when it never does.
func blockEnd(r sysinfo.Root, at sysinfo.Place) int {
	b, err := r.ReadFile(at.File)
	if err != nil {
		return 0
	}
	depth := 0
	for n, line := range strings.Split(string(b), "\n") {
		if n+1 < at.Line {
			continue
		}
		was := depth
		if depth += braces(line); depth <= 0 && (was > 0 || strings.Contains(line, "{")) {
			return n + 1
		}
	}
	return 0
}

// unbalanced is how many blocks a file opens and does not close.
func unbalanced(r sysinfo.Root, file string) int {
	depth := 0
	for _, line := range linesIn(r, file) {
		depth += braces(line)
	}
	return depth
}

// braces are those that a line opens, less those it closes; a regular expression's own are in pairs.
func braces(line string) int {
	line = withoutComment(strings.TrimSpace(line))
	return strings.Count(line, "{") - strings.Count(line, "}")
}

// zoneGone is a cache that nobody makes; nginx names the end of its whole configuration for it.
var zoneGone = whenAsked(`"(\w+_cache)" zone "([^"]+)" is unknown`)

// bindGone is an address to listen on that this machine does not have (any more).
var bindGone = whenAsked(`bind\(\) to (\S+):(\d+) failed \(99:`)

// seek finds the line for what nginx names no place for.
func (t *confError) seek(g *sysinfo.Gateway, n *sysinfo.Nginx, name string) {
	switch m := bindGone.FindStringSubmatch(t.text); {
	case m != nil:
		t.lineWith(g, n, "listen "+m[1]+":"+m[2], "listen "+m[1]+";", "listen "+m[1]+" ")
	case strings.HasPrefix(t.text, "open()") && strings.HasSuffix(name, ".pid"):
		t.lineWith(g, n, "pid "+name)
	case strings.HasPrefix(t.text, "unknown") && strings.HasSuffix(t.text, "variable") && name != "":
		t.lineWith(g, n, "$"+name+";", "$"+name+" ", "$"+name+`"`, "$"+name, "${"+name+"}")
	case busyBuffers.MatchString(t.text):
		t.lineWith(g, n, busyBuffers.FindStringSubmatch(t.text)[1]+"_busy_buffers_size ", busyBuffers.FindStringSubmatch(t.text)[1]+"_buffer_size ", busyBuffers.FindStringSubmatch(t.text)[1]+"_buffers ")
	case zoneGone.MatchString(t.text):
		t.lineWith(g, n, zoneGone.FindStringSubmatch(t.text)[1]+" "+zoneGone.FindStringSubmatch(t.text)[2]+";")
	case strings.HasPrefix(t.text, "zero size shared memory zone") && name != "":
		t.lineWith(g, n, "zone="+name+" ", "zone="+name+";", "limit_conn "+name+" ", "_cache "+name+";", "zone "+name+";", "shared:"+name+";")
	}
}
