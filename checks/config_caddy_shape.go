package checks

import (
	"fmt"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

var (
	caddyPort      = whenAsked(`server block \d+, key \d+ \(([^)\s]+)\): .*invalid port '([^']*)'`)
	caddyGlobal    = whenAsked(`server block without any key is global configuration, and if used, it must be first`)
	caddyOpen      = whenAsked(`^Syntax error: Unexpected token '`)
	caddyProxy     = whenAsked(`^proxy\s+(/\S*)\s+(\S+(?:\s+[^{\s]\S*)*?)(\s*\{)?$`)
	caddyCycle     = whenAsked(`a cycle of imports exists between \S+:(\S+) and`)
	caddyModule    = whenAsked(`module not registered: (\S+)|(\S+) is not a registered directive`)
	caddyBasicAuth = whenAsked(`^\s*basic_?auth\b`)
	caddyPassword  = whenAsked(`base64-decoding password`)
	caddyBlock     = whenAsked(`^\{\s*$`)
	caddyOption    = whenAsked(`^(\w*_timeout|keepalive\w*|lb_\w+|health_\w+|fail_\w+|max_\w+|flush_interval|transparent|websocket|buffer\w*|compression|versions)$`)

	// caddyRenamed are words of Caddy 1, of nginx and of other places, and what Caddy 2 calls them.
	caddyRenamed = map[string]string{"connect_timeout": "dial_timeout", "proxy_connect_timeout": "dial_timeout", "proxy_read_timeout": "read_timeout", "proxy_send_timeout": "write_timeout", "header_timeout": "response_header_timeout",
		"header_upstream": "header_up", "header_downstream": "header_down", "policy": "lb_policy", "try_duration": "lb_try_duration", "try_interval": "lb_try_interval", "health_check": "health_uri", "health_check_interval": "health_interval",
		"health_check_timeout": "health_timeout", "health_path_uri": "health_uri", "fail_timeout": "fail_duration", "proxy_set_header": "header_up", "gzip": "encode gzip"}
)

// caddyShape mends the shape of a line or of the whole file.
func (t *confError) caddyShape(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	r := g.Root
	switch {
	case caddyOpen.MatchString(t.text) && strings.Count(line, `"`)%2 == 1 && !strings.Contains(line, "`"):
		closed, brace := strings.CutSuffix(line, " {")
		if closed += `"`; brace {
			closed += " {"
		}
		return x.Do("Close the quotation mark", "%s", setLine(r, t.place, closed)), true
	case caddyPort.MatchString(t.text):
		m := caddyPort.FindStringSubmatch(t.text)
		port := strings.NewReplacer("o", "0", "O", "0", "l", "1", "I", "1").Replace(m[2])
		if port == "" || strings.Trim(port, "0123456789") != "" || strings.Count(line, ":"+m[2]) != 1 {
			return x, false
		}
		return x.Do("A port is made of digits", "%s", replace(r, t.place, ":"+m[2], ":"+port)), true
	case caddyGlobal.MatchString(t.text):
		end := blockEnd(r, t.place)
		if end == 0 || guarded(r, t.place, end) || saysWho(r, t.place, end) {
			return x.Tell("Move what the block at %s says into the one at the top of the file: there is one such block, and it stands above all sites. No command does it, for it says who may come in", t.place), end > 0
		}
		x.Risk, x.Workaround = Medium, true
		return t.offBlock(g, x.Tell("Write what the block at %s says into the one at the top of the file: there is one such block, and it stands above all sites", t.place), end, "Until then switch it off"), true
	case caddyCycle.MatchString(t.text) && strings.HasPrefix(line, "import "):
		return x.Do("Take the import out: the snippet imports itself", "%s", commentOut(r, t.place)), true
	case caddyModule.MatchString(t.text) && !harmless.MatchString(line): // without encode pages are larger, and that is all
		m := caddyModule.FindStringSubmatch(t.text)
		return x.Tell("%s at %s needs a module that this Caddy was built without (%s). Install it (https://caddyserver.com/download says which; caddy add-package ADDRESS), or take the lines that use it out, if they keep nobody out", firstWord(line), t.place, m[1]+m[2]), true
	case caddyPassword.MatchString(t.text):
		return x.Tell("Behind the name at %s stands the password itself; Caddy wants its hash there, which caddy hash-password makes. Without the line the page would be open", t.place), true
	case strings.Contains(t.text, "Unexpected EOF") && unbalanced(r, t.place.File) > 1:
		return t.closeAll(g, x)
	}
	return x, false
}

// saysWho says that a global block of Caddy's decides who may command it, or whom it believes.
func saysWho(r sysinfo.Root, from sysinfo.Place, end int) bool {
	for at, line := range linesIn(r, from.File) {
		if at.Line >= from.Line && at.Line <= end && caddyWho.MatchString(line) {
			return true
		}
	}
	return false
}

var caddyWho = whenAsked(`^\s*(admin|origins|enforce_origin|trusted_proxies\w*|client_ip_headers|strict_sni_host|client_auth|order|storage|ca|acme_ca|on_demand_tls|ask)\b`)

// closeAll ends a file that was cut off in the middle of its blocks.
func (t *confError) closeAll(g *sysinfo.Gateway, x Fix) (Fix, bool) {
	b, err := g.Root.ReadFile(t.place.File)
	if err != nil {
		return x, false
	}
	n := unbalanced(g.Root, t.place.File)
	last, file := strings.Count(strings.TrimRight(string(b), "\n"), "\n")+1, sh(realFile(g.Root, t.place.File))
	if t.place.Line < last || n > 9 {
		return x, false
	}
	if g.Running() || guarded(g.Root, sysinfo.Place{File: t.place.File, Line: 1}, last) {
		return x.Tell("The file ends in the middle of %d blocks: it was cut off. Put the rest back from a backup. Closed by hand it would lack what stood below, a password's demand as well%s", n, runningHas(g)), true
	}
	x.Risk, x.Workaround, x.Undo = Medium, true, fmt.Sprintf("sed -i '%d,$d' %s", last+1, file)
	return x.Tell("The file ends in the middle of %d blocks: it was cut off. Put the rest back, if a backup has it; sites that stood below are gone until then", n).
		Do("Until then close them", "sed -i %s %s", sh(fmt.Sprintf(`$a\%s`, strings.TrimSuffix(strings.Repeat(`}\n`, n), `\n`))), file), true
}

// runningHas tells where a Caddy that runs has the whole configuration still.
func runningHas(g *sysinfo.Gateway) string {
	if !g.Running() {
		return ""
	}
	return ". The Caddy that runs has it whole: curl localhost:2019/config/ prints it, as JSON; do not restart it before that"
}

// caddyOld writes a word of Caddy 1 or of another server the way Caddy 2 does, or takes out an option that it does not know.
func (t *confError) caddyOld(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	m := unknownWord.FindStringSubmatch(t.text)
	if m == nil || firstWord(line) != m[1] {
		return x, false
	}
	r := g.Root
	if p := caddyProxy.FindStringSubmatch(line); p != nil && m[1] == "proxy" {
		path := ""
		if p[1] != "/" {
			path = strings.TrimSuffix(p[1], "/") + "* "
		}
		return t.withoutOld(g, x.Do("Caddy 2 calls it reverse_proxy", "%s", setLine(r, t.place, "reverse_proxy "+path+p[2]+p[3]))), true
	}
	switch new := caddyRenamed[m[1]]; {
	case new != "" && line == "gzip":
		return x.Do("Caddy 2 calls it encode", "%s", setLine(r, t.place, new)), true
	case new != "" && m[1] != "gzip" && strings.Count(line, m[1]) == 1:
		return t.everywhere(g, t.slip(g, x, m[1], new), m[1], new), true
	case caddyOption.MatchString(m[1]) && !strings.ContainsAny(line, "{}") && strings.Contains(t.text, "subdirective"):
		x.Risk, x.Workaround = Medium, true
		return x.Do("Take the option out: Caddy has no "+m[1]+" here, and its own default is used", "%s", commentOut(r, t.place)), true
	}
	return x, false
}

// withoutOld takes out what stood in Caddy 1's proxy and happens by itself in Caddy 2's (its upgrade guide, "proxy").
func (t *confError) withoutOld(g *sysinfo.Gateway, x Fix) Fix {
	undo := []string{x.Undo}
	for at, raw := range linesIn(g.Root, t.place.File) {
		line := strings.TrimSpace(raw)
		if (line == "transparent" || line == "websocket") && at.Line > t.place.Line && at.Line < blockEnd(g.Root, t.place) {
			x = x.Do("Caddy 2 does that by itself", "%s", commentOut(g.Root, at))
			undo = append(undo, setLine(g.Root, at, line))
		}
	}
	x.Undo = undoAll(undo)
	return x
}

// caddySought is the line that Caddy means where it names none: an address with a port that is no number, or a global block below a site.
func caddySought(g *sysinfo.Gateway, said string) sysinfo.Place {
	if m := caddyPort.FindStringSubmatch(said); m != nil {
		return seekLine(g, regexp.MustCompile(`^\s*([^#]*[\s,])?`+regexp.QuoteMeta(m[1])+`(\s|,|$)`))
	}
	if m := caddyCycle.FindStringSubmatch(said); m != nil {
		return selfImport(g, m[1])
	}
	if caddyPassword.MatchString(said) {
		return seekLine(g, caddyBasicAuth)
	}
	if caddyGlobal.MatchString(said) {
		return lastOf(g, caddyBlock)
	}
	return sysinfo.Place{}
}

// selfImport is the line of a snippet that imports the snippet itself.
func selfImport(g *sysinfo.Gateway, name string) sysinfo.Place {
	at := seekLine(g, regexp.MustCompile(`^\s*\(`+regexp.QuoteMeta(name)+`\)\s*\{`))
	if !at.Known() {
		return at
	}
	end := blockEnd(g.Root, at)
	for in, line := range linesIn(g.Root, at.File) {
		if in.Line > at.Line && in.Line < end && strings.HasPrefix(strings.TrimSpace(line)+" ", "import "+name+" ") {
			return in
		}
	}
	return sysinfo.Place{}
}
