package checks

import (
	"fmt"
	"regexp"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/varnish"
)

// roomier are varnishd's limits for what a backend sends ahead of its page (varnishd(1)): all headers together, one of them, their number, and the
// workspace that they have to fit in. None is less than what its command line gives it, and so many bytes as were sent fit.
func roomier(l *live, sent int) []pair {
	var o varnish.Options
	if v, ok := l.Site.Gateway.Extra.(*sysinfo.Varnish); ok {
		o = v.Options
	}
	one := doubled(headerRoom(64<<10, sent), o.Size("http_resp_hdr_len", 0))
	all := doubled(2*one, o.Size("http_resp_size", 0))
	lines := min(doubled(256, o.Size("http_max_hdr", 0)), 65535)
	return []pair{{"http_resp_size", kib(all)}, {"http_resp_hdr_len", kib(one)}, {"http_max_hdr", fmt.Sprint(lines)}, {"workspace_backend", kib(doubled(4*all, o.Size("workspace_backend", 0)))}}
}

// setAtStart is where a unit's files give varnishd one of its limits, and as which words.
type setAtStart struct {
	place       sysinfo.Place
	name, words string
}

// usualRoom is what Varnish has of each by itself (varnishd(1)).
var usualRoom = map[string]int{"http_resp_hdr_len": 8 << 10, "http_resp_size": 32 << 10, "http_max_hdr": 64, "workspace_backend": 64 << 10}

// tightAtStart are the lines of the admin's own that give varnishd these limits, and the first of them that gives it less than usual.
func tightAtStart(f *sysinfo.Facts, l *live, u sysinfo.Unit, room []pair) (tight setAtStart, set []setAtStart) {
	v, ok := l.Site.Gateway.Extra.(*sysinfo.Varnish)
	if !ok {
		return tight, nil
	}
	for _, p := range room {
		given := regexp.MustCompile(`-p ?["']?` + p.name + `=[\w.]+`)
		for _, file := range append([]string{u.Fragment}, u.DropIns...) {
			w, ok := lastLineWith(f, file, given, "#", ";")
			if !ok || !strings.HasPrefix(file, "/etc/") {
				continue
			}
			set = append(set, setAtStart{w.place, p.name, w.match[0]})
			if usual := usualRoom[p.name]; !tight.place.Known() && v.Options.Size(p.name, usual) < usual {
				tight = set[len(set)-1]
			}
		}
	}
	return tight, set
}

// roomWidened changes those lines, and adds beside the first of them what no line sets.
func roomWidened(f *sysinfo.Facts, x Fix, room []pair, set []setAtStart) Fix {
	more := ""
	for _, p := range room {
		words := "-p " + p.name + "=" + p.value
		known := false
		for _, s := range set {
			if s.name == p.name {
				known = true
				x.Undo = also(x.Undo, replace(f.Host.Root, s.place, words, s.words))
				x = x.Do("And for its next start", "%s", replace(f.Host.Root, s.place, s.words, words))
			}
		}
		if !known {
			more += " " + words
		}
	}
	if more != "" {
		first := set[0].place
		for _, p := range room {
			if words := "-p " + p.name + "=" + p.value; p.name == set[0].name {
				x.Undo = also(x.Undo, replace(f.Host.Root, first, words+more, words))
				x = x.Do("With what else the headers need", "%s", replace(f.Host.Root, first, words, words+more))
			}
		}
	}
	x.Undo += "; systemctl daemon-reload"
	return daemonReload(x)
}
