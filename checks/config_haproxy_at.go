package checks

import (
	"strings"

	"fix502/sysinfo"
)

var (
	// haproxyAt is a complaint of HAProxy's that names its line at the end (check_config_validity, ssl_sock.c), not "parsing […]" first.
	haproxyAt    = whenAsked(`^\[ALERT\][^:]*: (?:config : )?(.*[ (]\[?(/[^\]:\s]+):(\d+)[\])].*)`)
	noneForBind  = whenAsked(`no SSL certificate specified for bind`)
	crtOfBind    = whenAsked(`\scrt\s+(/[\w./-]+)`)
	crtFileNames = []string{"*.pem", "*.crt", "*"}
)

// complaintAt is the place, and the words, of a line in which HAProxy names them in that order.
func complaintAt(g *sysinfo.Gateway, line string) []string {
	m := haproxyAt.FindStringSubmatch(line)
	if g.Kind != "haproxy" || m == nil {
		return nil
	}
	return []string{line, m[2], m[3], m[1]}
}

// haproxyEmptyFolder is for a bind line whose folder of certificates holds none.
func (t *confError) haproxyEmptyFolder(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	m := crtOfBind.FindStringSubmatch(line)
	if !noneForBind.MatchString(t.text) || m == nil || strings.Count(line, m[1]) != 1 || strings.Count(line, " crt ") != 1 {
		return x, false
	}
	for _, pattern := range crtFileNames {
		if names, err := g.Root.Glob(strings.TrimSuffix(m[1], "/") + "/" + pattern); err != nil || len(names) > 0 {
			return x.Tell("HAProxy takes none of the files in %s: each has to hold a certificate, its chain and its key, one after the other", m[1]), true
		}
	}
	t.evidence = append(t.evidence, Evidence{Source: "ls " + m[1], Text: "no file is there"})
	return t.haproxyCertificate(g, x, m[1]), true
}
