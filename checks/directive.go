package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/nginx"
)

// pair is one nginx directive and the value it should have.
type pair struct{ name, value string }

// setDirectives gives the commands that set directives where a pass stands: the line that sets it there is
// replaced, else one is added below the pass.
func setDirectives(l *live, x Fix, pairs ...pair) Fix {
	h, ok := l.Extra.(sysinfo.NginxHop)
	if !ok {
		return x
	}
	root := l.Site.Gateway.Root
	undo := []string{}
	add := ""
	for _, p := range pairs {
		text := p.name + " " + p.value + ";"
		if own := h.Pass.Block.Own(p.name); len(own) > 0 {
			at := sysinfo.Place(own[len(own)-1].Place)
			old := configLine(root, at)
			if value := strings.Join(own[len(own)-1].Args, " "); strings.Contains(old, p.name+" "+value) {
				x = x.Do(fmt.Sprintf("Set %s in %s", p.name, at), "%s", replace(root, at, p.name+" "+value, p.name+" "+p.value))
			} else {
				x = x.Do(fmt.Sprintf("Set %s in %s", p.name, at), "%s", setLine(root, at, text))
			}
			undo = append(undo, setLine(root, at, old))
			continue
		}
		add += "\n" + text
	}
	if add != "" { // last: the line numbers above stay true
		x = x.Do("Add what is missing below "+l.Pass.String(), "%s", insertAfter(root, l.Pass, add[1:]))
		undo = append(undo, removeBelow(root, l.Pass, strings.Count(add, "\n")))
	}
	x.Undo = undoAll(undo)
	return x
}

// nginxFix sets directives, tests and reloads.
func nginxFix(ctx context.Context, f *sysinfo.Facts, l *live, x Fix, pairs ...pair) Fix {
	return reload(ctx, f, l.Site.Gateway, setDirectives(l, x, pairs...))
}

// family is what a pass's settings begin with: "fastcgi", "proxy".
func (l *live) family() string {
	if h, ok := l.Extra.(sysinfo.NginxHop); ok {
		return h.Pass.Family
	}
	return "proxy"
}

// setting is a setting of the pass: setting("read_timeout").
func (l *live) setting(name string) nginx.Setting {
	if h, ok := l.Extra.(sysinfo.NginxHop); ok {
		return h.Pass.Get(name)
	}
	return nginx.Setting{}
}
