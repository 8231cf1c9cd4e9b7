package haproxy

import (
	"strings"

	"fix502/sysinfo/conf"
	"fix502/sysinfo/late"
)

// byMap is a backend that a file of host names chooses: %[req.hdr(host),lower,map(/etc/haproxy/hosts.map,other)]. The
// converters in between do not change a plain name.
var byMap = late.New(`^%\[(?:req\.|ssl_fc_)?(?:f?hdr\((?i:host)\)|sni)[^\]]*,map(_str|_dom|_beg|_end)?\(([^,)]+)(?:,([^,)]+))?\)\]$`)

// maxMapped is how many lines of a map are taken in.
const maxMapped = 2000

// readMaps takes in the maps by which frontends choose their backends.
func (r *reader) readMaps() {
	all := map[string][]Line{}
	var backends []string
	r.config.byName = map[string]*Section{}
	for _, s := range r.config.Proxies("backend", "listen") {
		backends = append(backends, s.Name)
		if r.config.byName[s.Name] == nil {
			r.config.byName[s.Name] = s
		}
	}
	for _, s := range r.config.Proxies("frontend", "listen") {
		s.maps, s.backends = all, backends
		for _, l := range s.All("use_backend") {
			m := byMap.FindStringSubmatch(strings.Join(l.Words[1:min(2, len(l.Words))], ""))
			if m == nil || all[m[2]] != nil {
				continue
			}
			if b, err := r.files.ReadFile(m[2]); err == nil { // unreadable: the rule stays one that nobody here can tell
				all[m[2]] = mapLines(m[2], string(b))
			}
		}
		s.acls = map[string][]Line{}
		for _, l := range s.All("acl") {
			if len(l.Words) > 1 {
				s.acls[l.Words[1]] = append(s.acls[l.Words[1]], l)
			}
		}
		s.rules = s.findRules() // a map may have thousands, and each of its hosts is asked for
		s.indexRules()
	}
}

// mapLines are the pairs of a map: a name, and what it stands for.
func mapLines(file, text string) []Line {
	out := []Line{}
	n := 0
	for line := range strings.Lines(text) {
		n++
		if w := strings.Fields(line); len(w) > 1 && w[0][0] != '#' && len(out) < maxMapped {
			out = append(out, Line{conf.At(file, n), w})
		}
	}
	return out
}

// mapped are the rules that one use_backend with a map stands for: one for each name of the file, and one for its default.
func (s *Section) mapped(l Line) []Rule {
	m := byMap.FindStringSubmatch(l.Words[1])
	if m == nil {
		return nil
	}
	how := map[string]string{"_dom": "hdr_dom(host)", "_beg": "hdr_beg(host)", "_end": "hdr_end(host)"}[m[1]]
	if how == "" {
		how = "hdr(host)"
	}
	var out []Rule
	for _, e := range s.maps[m[2]] {
		r := Rule{Place: l.Place, Backend: e.Words[1], Entry: e.Place, named: []string{"if", "{", how, "-i", e.Words[0], "}"}, words: l.Words[2:]}
		r.Hosts, r.Spelt = s.hosts(r.named)
		if how == "hdr(host)" {
			r.only = []string{strings.ToLower(e.Words[0])}
		}
		out = append(out, r)
	}
	if m[3] != "" {
		out = append(out, Rule{Place: l.Place, Backend: m[3], words: l.Words[2:]})
	}
	return out
}
