package haproxy

import (
	"strings"

	"fix502/sysinfo/late"
)

// byName is a backend that the visitor's host names itself: bk_%[req.hdr(host),lower], or by its first label, with field(1,'.').
var byName = late.New(`^([^%]*)%\[(?:req\.|ssl_fc_)?(?:f?hdr\((?i:host)\)|sni)((?:,lower|,field\(1,:\)|,word\(1,:\))*)(,(?:field|word)\(1,'?\.'?\))?\]([^%]*)$`)

// named are the rules that one use_backend with such a name stands for: one for each backend that is called so. HAProxy passes over
// a name that no backend has (its manual, "use_backend").
func (s *Section) named(l Line) (out []Rule, known bool) {
	m := byName.FindStringSubmatch(l.Words[1])
	if m == nil {
		return nil, false
	}
	for _, backend := range s.backends {
		host, begins := strings.CutPrefix(backend, m[1])
		host, ends := strings.CutSuffix(host, m[4])
		if !begins || !ends || host == "" || len(out) == maxMapped {
			continue
		}
		how := "hdr(host)"
		if m[3] != "" {
			how, host = "hdr_beg(host)", host+"."
		}
		r := Rule{Place: l.Place, Backend: backend, named: []string{"if", "{", how, "-i", host, "}"}, words: l.Words[2:]}
		if m[3] == "" {
			r.Hosts, r.Spelt = s.hosts(r.named)
			r.only = []string{strings.ToLower(host)}
		}
		out = append(out, r)
	}
	return out, true
}
