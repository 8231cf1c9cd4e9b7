package checks

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

var (
	haproxyMode     = whenAsked(`unknown proxy mode '([^']+)'`)
	haproxyACL      = whenAsked(`no such ACL : '([^']+)'`)
	haproxyFetch    = whenAsked(`unknown fetch method '([^']+)'`)
	haproxyUser     = whenAsked(`cannot find (user|group) id for '([^']+)'`)
	haproxyOption   = whenAsked(`unknown option '([^']+)'`)
	haproxyTwice    = whenAsked(`has the same name as \w+ '([^']+)' declared at`)
	haproxyCA       = whenAsked(`Couldn't open the ca-file '([^']+)'`)
	haproxyPatterns = whenAsked(`failed to open pattern file <([^>]+)>`)
	haproxyResolve  = whenAsked(`unable to find required resolvers '([^']+)'`)
	aclName         = whenAsked(`^\s*acl\s+(\S+)`)
	serverScheme    = whenAsked(`^server\s+\S+\s+(https?://)[^/\s]+(/?)(\s|$)`)
	// haproxyKeywords and haproxyServerWords are what lines begin with and what a server's line may have (configuration.txt, 3, 4.2 and 5.2).
	haproxyKeywords = []string{"server", "server-template", "default-server", "bind", "mode", "balance", "option", "timeout", "default_backend", "use_backend", "acl", "http-request", "http-response",
		"tcp-request", "tcp-response", "http-check", "tcp-check", "errorfile", "retries", "maxconn", "cookie", "stick-table", "stick", "compression", "stats", "redirect", "monitor-uri", "chroot",
		"user", "group", "daemon", "nbthread", "pidfile", "ca-base", "crt-base", "ssl-default-bind-ciphers", "ssl-default-bind-options", "log-format", "capture", "hash-type", "fullconn", "nameserver"}
	haproxyServerWords = []string{"check", "inter", "fastinter", "downinter", "fall", "rise", "weight", "backup", "maxconn", "minconn", "maxqueue", "verify", "verifyhost", "ca-file", "send-proxy", "send-proxy-v2",
		"cookie", "port", "addr", "resolvers", "init-addr", "proto", "alpn", "check-ssl", "check-sni", "check-proto", "check-send-proxy", "on-marked-down", "slowstart", "disabled", "track", "source", "observe"}
	haproxyFetches = []string{"hdr", "hdr_beg", "hdr_end", "hdr_dom", "hdr_reg", "hdr_sub", "path", "path_beg", "path_end", "path_reg", "path_sub", "path_dir", "url", "url_beg", "url_reg", "method",
		"src", "dst_port", "ssl_fc", "ssl_fc_sni", "req_ssl_sni", "req.ssl_sni", "req.hdr", "req.cook", "nbsrv", "always_true", "query", "http_auth", "base", "base_beg"}
)

// haproxyWord puts a word right that HAProxy does not know, by what it knows or what the configuration names.
func (t *confError) haproxyWord(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	wrong, meant := "", ""
	if m := haproxyMode.FindStringSubmatch(t.text); m != nil {
		wrong, meant = m[1], spelling.Closest(m[1], []string{"http", "tcp"})
	} else if m := haproxyACL.FindStringSubmatch(t.text); m != nil {
		wrong, meant = m[1], meantName(m[1], namedBy(g, aclName))
	} else if m := haproxyOption.FindStringSubmatch(t.text); m != nil && haproxyOptionOf(line) != "" {
		wrong, meant = m[1], haproxyOptionOf(line)
	} else if m := haproxyFetch.FindStringSubmatch(t.text); m != nil {
		wrong, meant = m[1], spelling.Closest(m[1], haproxyFetches)
	} else if m := unknownWord.FindStringSubmatch(t.text); m != nil && !didYouMean.MatchString(t.text) { // before 2.4 it makes no proposal
		wrong, meant = m[1], spelling.Closest(m[1], haproxyKeywords)
		if strings.HasPrefix(line, "server ") {
			meant = spelling.Closest(m[1], haproxyServerWords)
		}
	} else if m := haproxyUser.FindStringSubmatch(t.text); m != nil && hasName(g.Root, m[1], "haproxy") {
		wrong, meant = m[2], "haproxy"
	}
	if meant == "" || meant == wrong || strings.Count(line, wrong) != 1 { // a word that exists stands in the wrong place
		return x, false
	}
	return t.slip(g, x, wrong, meant), true
}

// haproxyOptionOf is the option that takes such words as a line has behind its own; empty where it has none. HAProxy proposes what is spelt alike,
// and that may take no word at all.
func haproxyOptionOf(line string) string {
	w := strings.Fields(line)
	if len(w) < 3 || w[0] != "option" {
		return ""
	}
	switch arg := w[2]; {
	case strings.HasPrefix(arg, "/"), slices.Contains([]string{"GET", "HEAD", "OPTIONS"}, arg):
		return "httpchk"
	case slices.Contains([]string{"except", "header", "if-none"}, arg):
		return "forwardfor"
	case arg == "user":
		return spelling.Closest(w[1], []string{"mysql-check", "pgsql-check"})
	case arg == "clf":
		return "httplog"
	}
	return ""
}

// hasName says that the machine has a user, or a group, of that name.
func hasName(r sysinfo.Root, kind, name string) bool {
	file := map[string]string{"user": "/etc/passwd", "group": "/etc/group"}[kind]
	b, err := r.ReadFile(file)
	return err == nil && strings.Contains("\n"+string(b), "\n"+name+":")
}

// haproxyFile mends a line for a file, a name or a section that HAProxy cannot have.
func (t *confError) haproxyFile(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	r := g.Root
	if m := haproxyTwice.FindStringSubmatch(t.text); m != nil {
		if end := sectionEnd(r, t.place); end > 0 && !guarded(r, t.place, end) {
			return t.offBlock(g, x, end, "Switch the second one off; the first "+m[1]+" stays"), true
		}
	}
	if m := haproxyResolve.FindStringSubmatch(t.text); m != nil && strings.Count(line, " resolvers "+m[1]) == 1 {
		return x.Do("Let the machine's own resolver find the name: no resolvers section here is called "+m[1], "%s", replace(r, t.place, " resolvers "+m[1], "")), true
	}
	if m := haproxyCA.FindStringSubmatch(t.text); m != nil && strings.Count(line, m[1]) == 1 && r.Exists(systemAuthorities) {
		x.Risk, x.Workaround = Medium, true
		return x.Tell("Put %s back, if a backup has it: it names who may sign that server's certificate", m[1]).
			Do("Until then believe the authorities that the machine knows: HAProxy starts, and only a server with a certificate of its own making stays down", "%s", replace(r, t.place, m[1], systemAuthorities)), true
	}
	m := haproxyPatterns.FindStringSubmatch(t.text)
	if m == nil || !strings.HasPrefix(line, "use_backend ") || !strings.Contains(line, ",map") || !path.IsAbs(m[1]) || r.Exists(m[1]) || !r.Exists(path.Dir(m[1])) {
		return x, false
	}
	x.Risk, x.Workaround, x.Undo = Medium, true, "rm "+sh(m[1])
	return x.Tell("Put %s back, if a backup has it", m[1]).
		Do("Until then an empty one: each site goes where the line sends those that are not in it", "touch %s", sh(m[1])), true
}

// haproxyScheme takes http:// off a server's address: HAProxy takes it for a name.
func (t *confError) haproxyScheme(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	m := serverScheme.FindStringSubmatch(line)
	if g.Kind != "haproxy" || m == nil || !strings.Contains(t.text, m[1]) {
		return x, false
	}
	word := strings.Fields(line)[2]
	bare := strings.TrimSuffix(strings.TrimPrefix(word, m[1]), "/")
	return x.Do(fmt.Sprintf("A server is written without %s", m[1]), "%s", replace(g.Root, t.place, word, bare)), true
}

// sectionEnd is the last line of a section of HAProxy's that begins at a place.
func sectionEnd(r sysinfo.Root, at sysinfo.Place) int {
	b, err := r.ReadFile(at.File)
	if err != nil {
		return 0
	}
	end := at.Line
	for n, line := range strings.Split(strings.TrimRight(string(b), "\n"), "\n") {
		if n+1 <= at.Line {
			continue
		}
		if haproxySection.MatchString(line) {
			break
		}
		if strings.TrimSpace(line) != "" {
			end = n + 1
		}
	}
	return end
}

var haproxySection = whenAsked(`^(global|defaults|frontend|backend|listen|userlist|peers|resolvers|mailers|cache|program|ring|http-errors)\b`)
