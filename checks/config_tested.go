package checks

import (
	"context"
	"strings"

	"fix502/sysinfo"
)

var (
	unresolved  = whenAsked(`(?:could not resolve address '|Backend host '"?)([^'"]+)`) // HAProxy's and Varnish's words
	didYouMean  = whenAsked(`(?:unknown (?:keyword|option)|but got) '([^']+)'.*[dD]id you mean '([^']+)'`)
	unknownWord = whenAsked(`(?:unknown keyword '|unrecognized (?:directive|subdirective|global option):? ?)([\w.-]+)`)
)

// repairTested corrects the line that HAProxy's, Varnish's or Caddy's own test complains about, where a command can know how.
func (t *confError) repairTested(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, x Fix) Fix {
	if !t.place.Known() || t.place.Line == 0 {
		return x.Tell("Correct what %s complains about", keeperOf(g).test)
	}
	line := configLine(g.Root, t.place)
	if cured, ok := t.cureStart(g, x, line); ok {
		return cured
	}
	if cured, ok := t.movedFolder(g, x, line); ok {
		return cured
	}
	if cured, ok := t.cureFile(g, x); ok {
		return cured
	}
	if cured, ok := t.haproxyScheme(g, x, line); ok {
		return cured
	}
	if cured, ok := t.vclOneAddress(ctx, f, g, x, line); ok {
		return cured
	}
	if cured, ok := t.plainServer(ctx, f, g, x, line); ok {
		return cured
	}
	if m := unresolved.FindStringSubmatch(t.text); m != nil {
		return t.cureName(ctx, f, g, x, m[1], line)
	}
	cure := map[string]func(*sysinfo.Gateway, Fix, string) (Fix, bool){"haproxy": t.cureHAProxy, "varnish": t.cureVarnish, "caddy": t.cureCaddy}[g.Kind]
	if cure != nil {
		if cured, ok := cure(g, x, line); ok {
			return cured
		}
	}
	if m := didYouMean.FindStringSubmatch(t.text); m != nil && strings.Contains(line, m[1]) {
		return t.slip(g, x, m[1], m[2])
	} else if m := unknownWord.FindStringSubmatch(t.text); m != nil && strings.HasPrefix(line, "server ") && strings.Count(line, " "+m[1]) == 1 {
		return x.Do("Take the word out: "+g.Title()+" does not know "+m[1], "%s", replace(g.Root, t.place, " "+m[1], ""))
	} else if m != nil && firstWord(line) == m[1] && !strings.ContainsAny(line, "{}") && !nearGuard(m[1]) && g.Kind != "caddy" {
		x.Risk, x.Workaround = Medium, true
		return x.Do("Take the line out: "+g.Title()+" does not know "+m[1], "%s", commentOut(g.Root, t.place))
	}
	return t.switchOff(g, x, line)
}

// slip puts the word that was meant in the place of another.
func (t *confError) slip(g *sysinfo.Gateway, x Fix, wrong, meant string) Fix {
	return x.Do("Correct the slip: "+wrong+" is "+meant, "%s", replace(g.Root, t.place, wrong, meant))
}

// harmless are the first words of lines without which a gateway serves the same pages to the same visitors.
var harmless = whenAsked(`^(timeout|option|log|log-format|maxconn|tune\.\S+|retries|balance|stats socket|nbthread|nbproc|compression|errorfile|fullconn|cookie|` +
	`encode|header|set (beresp|resp)\.|\.first_byte_timeout|\.connect_timeout|\.between_bytes_timeout|\.max_connections)( |$)`)

// harmlessApache are Apache's.
var harmlessApache = whenAsked(`(?i)^(timeout|proxytimeout|keepalive\w*|maxkeepaliverequests|loglevel|logformat|limitrequest\w+|mutex|expires\w*|serversignature|servertokens|serveradmin|header|adddefaultcharset|sslprotocol|sslciphersuite|sslproxymachinecertificate\w+|hostnamelookups)(\s|$)`)

// switchOff takes out a line that a gateway does not take and can do without: it serves again, and what the line was for is
// missing until somebody puts it right.
func (t *confError) switchOff(g *sysinfo.Gateway, x Fix, line string) Fix {
	if g.Kind == "apache" && !harmlessApache.MatchString(line) {
		return x.Tell("Correct %s: %s", t.place, t.text)
	}
	if g.Kind != "apache" && !harmless.MatchString(line) && !strings.HasPrefix(line, ".") && !strings.HasPrefix(line, "set ") || guards(line) || g.Kind != "apache" && strings.ContainsAny(line, "{}") || strings.HasPrefix(line, "<") {
		return x.Tell("Correct %s: %s", t.place, t.text)
	}
	x.Risk, x.Workaround = Medium, true
	return x.Do("Correct "+t.place.String()+" if you know what it should say ("+t.text+"); until then take the line out: "+g.Title()+" starts, and lacks what it was for", "%s", commentOut(g.Root, t.place))
}
