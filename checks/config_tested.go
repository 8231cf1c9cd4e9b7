package checks

import (
	"context"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

var (
	unresolved  = regexp.MustCompile(`(?:could not resolve address '|Backend host '"?)([^'"]+)`) // HAProxy's and Varnish's words
	didYouMean  = regexp.MustCompile(`unknown keyword '([^']+)'.*did you mean '([^']+)'`)
	unknownWord = regexp.MustCompile(`(?:unknown keyword '|unrecognized (?:directive|subdirective|global option): ?)([\w.-]+)`)
)

// repairTested corrects the line that HAProxy's, Varnish's or Caddy's own test complains about, where a command can know how.
func (t *confError) repairTested(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, x Fix) Fix {
	if !t.place.Known() || t.place.Line == 0 {
		return x.Tell("Correct what %s complains about", keeperOf(g).test)
	}
	line := configLine(g.Root, t.place)
	if m := unresolved.FindStringSubmatch(t.text); m != nil {
		return t.cureName(ctx, f, g, x, m[1], line)
	}
	cure := map[string]func(*sysinfo.Gateway, Fix, string) (Fix, bool){"haproxy": t.cureHAProxy, "varnish": t.cureVarnish, "caddy": t.cureCaddy}[g.Kind]
	if cure != nil {
		if cured, ok := cure(g, x, line); ok {
			return cured
		}
	}
	wrong := ""
	if m := didYouMean.FindStringSubmatch(t.text); m != nil && strings.Contains(line, m[1]) {
		return t.slip(g, x, m[1], m[2])
	} else if m := unknownWord.FindStringSubmatch(t.text); m != nil {
		wrong = m[1]
	}
	if wrong != "" && !strings.HasSuffix(line, "{") && !guards(line) && !nearGuard(wrong) {
		return x.Do("Take the line out: "+g.Title()+" does not know "+wrong, "%s", commentOut(g.Root, t.place))
	}
	return t.switchOff(g, x, line)
}

// slip puts the word that was meant in the place of another.
func (t *confError) slip(g *sysinfo.Gateway, x Fix, wrong, meant string) Fix {
	return x.Do("Correct the slip: "+wrong+" is "+meant, "%s", replace(g.Root, t.place, wrong, meant))
}

// carrying are the first words of lines without which a gateway serves nobody, or somebody it should not.
var carrying = regexp.MustCompile(`(?i)^(global|defaults|frontend|backend|listen|bind|server|default_backend|use_backend|mode|acl|http-request|tcp-request|` +
	`\.host|\.port|vcl |import |sub |reverse_proxy|php_fastcgi|proxypass|balancermember|sslcertificate|require|deny|allow|auth|documentroot|user |group )`)

// switchOff takes out a line that a gateway does not take and can do without: it serves again, and what the line was for is
// missing until somebody puts it right.
func (t *confError) switchOff(g *sysinfo.Gateway, x Fix, line string) Fix {
	if line == "" || carrying.MatchString(line) || guards(line) || strings.ContainsAny(line, "{}") || strings.HasPrefix(line, "<") {
		return x.Tell("Correct %s: %s", t.place, t.text)
	}
	x.Risk, x.Workaround = Medium, true
	return x.Do("Correct "+t.place.String()+" if you know what it should say ("+t.text+"); until then take the line out: "+g.Title()+" starts, and lacks what it was for", "%s", commentOut(g.Root, t.place))
}
