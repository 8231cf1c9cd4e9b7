package checks

import (
	"regexp"
	"strings"

	"fix502/sysinfo"
)

var (
	caddyError = whenAsked(`^Error: (?:adapting config using caddyfile: )?(.*)`)
	caddyFile  = whenAsked(`(?:open|loading certificates:[^/]*) (/[^\s:]+): `)
	caddyWay   = whenAsked(`^(?:(?:loading|provision|setting up|server|route|position)\b[^:]*: )+`) // through its modules to the one that complains; whole in the evidence
	caddyKey   = whenAsked(`tls: (?:private key does not match|failed to find)`)
)

// caddySaid is what Caddy says of no place: then the line is looked for that it means.
func caddySaid(g *sysinfo.Gateway, said, source string) *confError {
	for line := range strings.Lines(said) {
		m := caddyError.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		t := &confError{text: m[1], evidence: []Evidence{{Source: source, Text: m[1]}}}
		switch own := m[1]; {
		case caddyAmbiguous.MatchString(own):
			t.place = lastOf(g, regexp.MustCompile(`^\s*`+regexp.QuoteMeta(caddyAmbiguous.FindStringSubmatch(own)[1])+`\s*\{`))
		case caddyMatcher.MatchString(own):
			n := caddyMatcher.FindStringSubmatch(own)
			t.place = lastOf(g, regexp.MustCompile(`@`+regexp.QuoteMeta(strings.TrimPrefix(n[1]+n[2], "@"))+`\b`))
		case caddyFile.MatchString(own):
			t.place = seekLine(g, regexp.MustCompile(`^[^#]*`+regexp.QuoteMeta(caddyFile.FindStringSubmatch(own)[1])+`(\s|$)`))
		case caddyKey.MatchString(own):
			t.place = seekLine(g, caddyTLS)
		default:
			t.place = caddySought(g, own)
		}
		if t.place.Known() {
			t.evidence, t.text = append(t.evidence, lineOf(g.Root, t.place)), caddyWay.ReplaceAllString(t.text, "")
			return t
		}
	}
	return nil
}
