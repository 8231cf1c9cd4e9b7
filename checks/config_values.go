package checks

import (
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

var (
	apartUnit  = whenAsked(`\b(\d+)\s+(ms|[kKmMgGsShHdD])\b`)
	longUnit   = whenAsked(`(?i)\b(\d+)\s*(kib|kb|mib|mb|gib|gb|msec|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?)\b`)
	numberUnit = whenAsked(`^(\d+)[a-zA-Z]+$`)
	flagWords  = map[string]string{"yes": "on", "true": "on", "1": "on", "enable": "on", "enabled": "on", "no": "off", "false": "off", "0": "off", "disable": "off", "disabled": "off", "none": "off"}
	vital      = []string{"server", "listen", "server_name", "root", "alias", "include", "ssl_certificate", "ssl_certificate_key", "pid", "return", "worker_connections"}
)

// cureValue writes a value the way nginx takes it: 10m for 10mb or "10 m", 60s for 60sec, on for yes.
func (t *confError) cureValue(g *sysinfo.Gateway, x Fix, name, line string) (Fix, bool) {
	code := withoutComment(line)
	fixed := code
	switch {
	case !alone(line):
		return x, false
	case strings.HasPrefix(t.text, "invalid value") && strings.Contains(t.text, `must be "on" or "off"`) && flagWords[strings.ToLower(name)] != "":
		fixed = strings.Replace(code, " "+name+";", " "+flagWords[strings.ToLower(name)]+";", 1)
	case strings.Contains(t.text, "invalid number of arguments") && apartUnit.MatchString(code):
		fixed = apartUnit.ReplaceAllString(code, "$1$2")
	case strings.Contains(t.text, "invalid value") && apartUnit.MatchString(code) && !longUnit.MatchString(code):
		fixed = apartUnit.ReplaceAllString(code, "$1$2")
	case strings.HasPrefix(t.text, "invalid number ") && numberUnit.MatchString(name):
		fixed = strings.Replace(code, " "+name+";", " "+numberUnit.FindStringSubmatch(name)[1]+";", 1)
	case strings.Contains(t.text, "invalid value") || strings.Contains(t.text, "invalid number of arguments"):
		fixed = longUnit.ReplaceAllStringFunc(code, shortUnit)
	}
	if fixed == code {
		return x, false
	}
	return x.Do("Write the value the way nginx takes it", "%s", replace(g.Root, t.place, code, fixed)), true
}

// shortUnit is 10m for 10mb, 60s for 60 seconds, 5m for 5 minutes (nginx, "Configuration file measurement units").
func shortUnit(word string) string {
	m := longUnit.FindStringSubmatch(word)
	unit := strings.ToLower(m[2])
	if unit == "msec" {
		return m[1] + "ms"
	}
	return m[1] + unit[:1]
}

// cureOff takes a line out that nginx refuses, or the whole block that begins there, where the rest does without: a setting has
// its default then. What says who may come in, and what a site cannot do without, is left to people.
func (t *confError) cureOff(g *sysinfo.Gateway, x Fix, _, line string) (Fix, bool) {
	word, _, _ := strings.Cut(withoutComment(line), " ")
	word = strings.TrimSuffix(word, ";")
	switch {
	case word == "" || strings.HasPrefix(t.text, "open()") || strings.Contains(t.text, "unexpected"):
		return x, false
	case slices.Contains(vital, word) || strings.HasSuffix(word, "_pass") || guards(line):
		return x, false
	case alone(line):
		return x.Do("Switch the line off until it is put right: "+word+" has its default then", "%s", commentOut(g.Root, t.place)), true
	case word == "http" || word == "events":
		return t.unwrap(g, x, word)
	case word == "location" || word == "if" || word == "map" || word == "upstream" || word == "types":
		return t.blockOff(g, x, word)
	}
	return x, false
}

// unwrap takes the lines away that open and close a block, and leaves what is in it: http { in a file that is read within http.
func (t *confError) unwrap(g *sysinfo.Gateway, x Fix, word string) (Fix, bool) {
	end := blockEnd(g.Root, t.place)
	if end <= t.place.Line || !wholeLines(g.Root, t.place, end, word) || withoutComment(configLine(g.Root, sysinfo.Place{File: t.place.File, Line: end})) != "}" || !strings.HasSuffix(withoutComment(configLine(g.Root, t.place)), "{") {
		return x, false
	}
	file := sh(realFile(g.Root, t.place.File))
	off, on := "", ""
	same, differs := t.saidAbove(g, word, end)
	if differs {
		return x.Tell("This file is read inside the %s block already: take the lines away that open and close it (%d and %d). What it says beside, nginx.conf says otherwise: move those lines into the server blocks that they are for", word, t.place.Line, end), true
	}
	for _, n := range append([]int{t.place.Line, end}, same...) {
		off, on = off+fmt.Sprintf(";%ds/^/# /", n), on+fmt.Sprintf(";%ds/# //", n)
	}
	x.Undo = fmt.Sprintf("sed -i '%s' %s", on[1:], file)
	say := fmt.Sprintf("Take the %s block's own lines out: this file is read inside it already", word)
	if strings.Count(off, ";") > 2 {
		say += "; and what nginx.conf says there itself, for it may be said once only"
	}
	return x.Do(say, "sed -i '%s' %s", off[1:], file), true
}

// blockOff switches a whole block off; one that hands pages to a program is left to people.
func (t *confError) blockOff(g *sysinfo.Gateway, x Fix, word string) (Fix, bool) {
	end := blockEnd(g.Root, t.place)
	if end == 0 || !wholeLines(g.Root, t.place, end, word) || guarded(g.Root, t.place, end) || handsPagesOn(g.Root, t.place, end) {
		return x, false
	}
	return t.offBlock(g, x, end, "Switch the block off until it is put right; all else works without it"), true
}

// modules are what the names of directives begin with that only modules of others bring.
var modules = []string{"brotli", "zstd", "pagespeed", "modsecurity", "geoip2", "more", "vhost", "lua", "rtmp", "push", "headers"}

// cureFamily switches off all lines of a module that this nginx does not have: brotli on, and brotli_types after it.
func (t *confError) cureFamily(g *sysinfo.Gateway, x Fix, name, _ string) (Fix, bool) {
	n, ok := g.Extra.(*sysinfo.Nginx)
	if !ok || !strings.HasPrefix(t.text, "unknown directive") || strings.HasSuffix(t.text, "?)") || name == "" {
		return x, false
	}
	family, _, _ := strings.Cut(name, "_")
	if !slices.Contains(modules, family) {
		family = name
	}
	if nearGuard(name) {
		return x.Tell("%s keeps visitors out, and this nginx does not know it: install the module that brings it (apt-cache search libnginx-mod, or the package it came with); without the line the site would be open", name), true
	}
	var undo []string
	for _, file := range n.Config.Files {
		var lines []string
		for at, line := range linesIn(g.Root, file) {
			word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
			if (word == family || strings.HasPrefix(word, family+"_")) && alone(line) && !guards(line) {
				lines = append(lines, fmt.Sprintf("%ds/^[[:space:]]*/&# /", at.Line))
				undo = append(undo, setLine(g.Root, at, strings.TrimSpace(line)))
			}
		}
		if len(lines) > 0 {
			x = x.Do(fmt.Sprintf("Take the %s lines out (or install the module that brings them)", family), "sed -i %s %s", sh(strings.Join(lines, ";")), sh(realFile(g.Root, file)))
		}
	}
	x.Undo = undoAll(undo)
	return x, len(undo) > 0
}
