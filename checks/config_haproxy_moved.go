package checks

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

var (
	haproxyGone  = whenAsked(`The '(\w+)' directive is not supported anymore.*Use '([^']+)' instead`)
	haproxyQuote = whenAsked(`unmatched quote`)
	headerGone   = whenAsked(`^(req|rsp)(add|idel|del)\s+(\^?[\w-]+)(:?)(?:\\ |\s)*(.*)$`)
	tlsWords     = whenAsked(`\s(ssl|check-ssl|verify (?:none|required)|ca-file \S+|sni \S+|alpn \S+)`)
)

// haproxyOld writes a directive of old the way it is written since HAProxy took it away.
func (t *confError) haproxyOld(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	m := haproxyGone.FindStringSubmatch(t.text)
	if m == nil || firstWord(line) != m[1] {
		return x, false
	}
	fixed, rest := "", strings.TrimSpace(strings.TrimPrefix(line, m[1]))
	switch h := headerGone.FindStringSubmatch(line); {
	case strings.HasPrefix(m[2], "timeout "):
		fixed = m[2] + " " + rest
	case m[1] == "block":
		fixed = "http-request deny " + rest
	case h == nil || strings.Contains(m[2], "replace"):
		return x, false
	default:
		fixed = headerRule(h)
	}
	if fixed == "" {
		return x, false
	}
	return x.Do(fmt.Sprintf("Write it the way this HAProxy does: %s is gone", m[1]), "%s", setLine(g.Root, t.place, fixed)), true
}

// headerRule is reqadd and its like as an http-request rule; empty where only a person can say which.
func headerRule(h []string) string {
	rule := map[string]string{"req": "http-request ", "rsp": "http-response "}[h[1]]
	name, value := strings.TrimPrefix(h[3], "^"), strings.ReplaceAll(strings.TrimSpace(h[5]), `\ `, " ")
	text, cond := value, ""
	for _, word := range []string{" if ", " unless "} {
		if before, after, ok := strings.Cut(value, word); ok {
			text, cond = before, word+after
			break
		}
	}
	switch {
	case strings.ContainsAny(text, `"'\%`):
		return ""
	case h[2] == "add" && text != "":
		if strings.Contains(text, " ") {
			text = `"` + text + `"`
		}
		return rule + "add-header " + name + " " + text + cond
	case h[2] != "add" && strings.HasPrefix(h[3], "^") && h[4] == ":" && (text == "" || text == ".*"): // a pattern: without both it may mean more headers than one
		return rule + "del-header " + name + cond
	}
	return ""
}

// haproxyShape closes a quotation mark, or takes out a rule whose condition is not there.
func (t *confError) haproxyShape(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	r := g.Root
	if haproxyQuote.MatchString(t.text) && strings.Count(line, `"`)%2 == 1 && !strings.ContainsAny(line, `'\`) {
		return x.Do("Close the quotation mark", "%s", setLine(r, t.place, withoutComment(line)+`"`)), true
	}
	m := haproxyACL.FindStringSubmatch(t.text)
	if m == nil {
		return x, false
	}
	if at := seekLine(g, regexp.MustCompile(`^\s*#+\s*acl\s+`+regexp.QuoteMeta(m[1])+`\s`)); at.Known() && at.File == t.place.File && at.Line < t.place.Line && !guards(line) && sameSection(r, at, t.place) {
		off := configLine(r, at)
		t.place, x.Undo = at, setLine(r, at, off)
		return x.Do("Switch the acl on again that the rule asks for", "%s", setLine(r, at, strings.TrimSpace(strings.TrimLeft(off, "# ")))), true
	}
	if !strings.HasPrefix(line, "use_backend ") || strings.ContainsAny(line, "!{") || !strings.HasSuffix(line, " if "+m[1]) || guardFile.MatchString(m[1]) || !seekLine(g, regexp.MustCompile(`^\s*default_backend\s`)).Known() {
		return x, false
	}
	x.Risk, x.Workaround = Medium, true
	return x.Tell("Write the acl %s again, above %s, if you know whom it meant", m[1], t.place).
		Do("Until then take the rule out: those for whom it was go to default_backend, everybody else is served as before", "%s", commentOut(r, t.place)), true
}

// sameSection says that two lines of a file belong to one proxy of HAProxy's: no section begins between them.
func sameSection(r sysinfo.Root, a, b sysinfo.Place) bool {
	for at, line := range linesIn(r, a.File) {
		if at.Line > a.Line && at.Line <= b.Line && haproxySection.MatchString(line) {
			return false
		}
	}
	return true
}

// plainServer takes TLS off a server that speaks none: what HAProxy cannot find is what it would have checked its certificate with.
func (t *confError) plainServer(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	if g.Kind != "haproxy" || !haproxyCA.MatchString(t.text) || !strings.HasPrefix(line, "server ") {
		return x, false
	}
	for _, h := range allHops(g) {
		if h.Where != t.place && h.Pass != t.place {
			continue
		}
		heard, err := f.Spoken(ctx, h)
		fixed := tlsWords.ReplaceAllString(line, "")
		if err != nil || heard.Protocol != "http" || fixed == line {
			continue
		}
		return x.Do(fmt.Sprintf("%s speaks plain HTTP: ask it that way, without a certificate to check", h.Address()), "%s", setLine(g.Root, t.place, fixed)), true
	}
	return x, false
}
