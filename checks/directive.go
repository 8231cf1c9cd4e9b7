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
	var undo, add []string
	for _, p := range pairs {
		text := p.name + " " + p.value + ";"
		if own := h.Pass.Block.Own(p.name); len(own) > 0 {
			at := own[len(own)-1].Place
			old := configLine(root, at)
			if value := strings.Join(own[len(own)-1].Args, " "); strings.Contains(old, p.name+" "+value) {
				x = x.Do(fmt.Sprintf("Set %s in %s", p.name, at), "%s", replace(root, at, p.name+" "+value, p.name+" "+p.value))
			} else {
				x = x.Do(fmt.Sprintf("Set %s in %s", p.name, at), "%s", setLine(root, at, text))
			}
			undo = append(undo, setLine(root, at, old))
			continue
		}
		add = append(add, text)
	}
	if len(add) > 0 { // last: the line numbers above stay true
		edit, back := addBehind(root, l.Pass, h.Pass.Family+"_pass", add)
		x = x.Do("Add what is missing behind "+l.Pass.String(), "%s", edit)
		undo = append(undo, back)
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
