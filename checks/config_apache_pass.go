package checks

import (
	"slices"
	"strings"

	"fix502/sysinfo"
)

var (
	passWord    = whenAsked(`^(ProxyPass|ProxyPassReverse|BalancerMember)\b`)
	passURL     = whenAsked(`\s(\w*)(:?/{1,3}|://)([A-Za-z0-9.-]+(?::\w+)?(?:/\S*)?)`)
	barePass    = whenAsked(`\s((?:[A-Za-z0-9.-]+):(?:\d+)(?:/\S*)?)`)
	bareQuoted  = whenAsked(`\s"((?:[A-Za-z0-9.-]+):(?:\d+)(?:/[^\s"]*)?)"`)
	noPath      = whenAsked(`^(ProxyPass(?:Reverse)?)\s+(\w+://\S+.*)$`)
	placedPath  = whenAsked(`^(ProxyPass(?:Reverse)?)\s+/\S*\s+(\w+://\S+.*)$`)
	letterPort  = whenAsked(`(://[^/\s:]+:)([0-9oOlI]+)(/|\s|$)`)
	badPassURL  = whenAsked(`URL must be absolute|Unable to parse URL|must be an absolute URL|Can't parse|has an invalid|must define a valid`)
	passSchemes = map[string]string{"http": "http", "https": "https", "htp": "http", "htpp": "http", "htttp": "http", "hhtp": "http", "htps": "https", "fcgi": "fcgi", "ajp": "ajp", "uwsgi": "uwsgi", "ws": "ws"}
)

// apachePass mends the address that Apache passes on to, or the path before it.
func (t *confError) apachePass(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	fixed, say := line, ""
	switch {
	case !passWord.MatchString(line):
	case strings.Contains(t.text, "needs a path") && noPath.MatchString(line):
		fixed, say = noPath.ReplaceAllString(line, "$1 / $2"), "Say for which path: all of the site"
	case strings.Contains(t.text, "not have a path") && placedPath.MatchString(line):
		fixed, say = placedPath.ReplaceAllString(line, "$1 $2"), "Take the path out: the section around it says it"
	case strings.Contains(t.text, "unknown Worker parameter"):
		fixed, say = withoutParameter(line), "Take out what is no parameter of a worker"
	case badPassURL.MatchString(t.text) && letterPort.MatchString(line):
		m := letterPort.FindStringSubmatch(line)
		port := strings.NewReplacer("o", "0", "O", "0", "l", "1", "I", "1").Replace(m[2])
		fixed, say = strings.Replace(line, m[1]+m[2], m[1]+port, 1), "A port is made of digits"
	case badPassURL.MatchString(t.text):
		fixed, say = wholeURL(line), "Write the address as a whole: its scheme, ://, and where the app listens"
	}
	if fixed == line {
		return x, false
	}
	return x.Do(say, "%s", setLine(g.Root, t.place, fixed)), true
}

// withoutParameter is a line without the parameters that mod_proxy does not know (proxy.conf, "ProxyPass key=value").
func withoutParameter(line string) string {
	for _, word := range strings.Fields(line) {
		key, _, ok := strings.Cut(word, "=")
		if ok && !strings.Contains(word, "://") && !strings.HasPrefix(key, "%") && !slices.Contains(workerKeys, strings.ToLower(key)) {
			line = strings.Replace(line, " "+word, "", 1)
		}
	}
	return line
}

var workerKeys = []string{"acquire", "connectiontimeout", "disablereuse", "enablereuse", "flushpackets", "flushwait", "iobuffersize", "responsefieldsize", "keepalive", "lbset", "loadfactor", "max", "min", "ping",
	"receivebuffersize", "redirect", "retry", "route", "secret", "smax", "status", "timeout", "ttl", "upgrade", "hcexpr", "hcfails", "hcinterval", "hcmethod", "hcpasses", "hctemplate", "hcuri", "addressttl",
	"failonstatus", "failontimeout", "growth", "lbmethod", "maxattempts", "nofailover", "nonce", "stickysession", "stickysessionsep", "forcerecovery", "scolonpathdelim", "mapping", "nocanon", "interpolate"}

// wholeURL puts the scheme of a line's address right, or gives it one.
func wholeURL(line string) string {
	for _, m := range passURL.FindAllStringSubmatch(line, -1) {
		if scheme := passSchemes[strings.ToLower(m[1])]; scheme != "" && m[2] != "" {
			return strings.Replace(line, m[1]+m[2]+m[3], scheme+"://"+m[3], 1)
		}
	}
	if m := bareQuoted.FindStringSubmatch(line); m != nil && !strings.Contains(line, "//") {
		return strings.Replace(line, `"`+m[1], `"http://`+m[1], 1)
	}
	if m := barePass.FindStringSubmatch(line); m != nil && !strings.Contains(line, "//") {
		return strings.Replace(line, " "+m[1], " http://"+m[1], 1)
	}
	return line
}
