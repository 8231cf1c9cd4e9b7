package checks

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/nginx"
)

// switchLine is the line by which `if ($closed)` is true for everybody who is not named otherwise, the default of a map or geo or a set of the
// server block, and the line that switches it off. For nginx "" and "0" are false (ngx_http_rewrite_module, "if").
func switchLine(s *sysinfo.Site, cond []string) (at sysinfo.Place, off string) {
	srv, ok := s.Extra.(*nginx.Server)
	n := nginxOf(s.Gateway)
	if !ok || n == nil || len(cond) != 1 || !strings.HasPrefix(cond[0], "$") {
		return at, ""
	}
	on := func(value string) bool { return !slices.Contains([]string{"", "0"}, value) }
	for _, set := range reversed(srv.Block.Own("set")) {
		if len(set.Args) == 2 && set.Args[0] == cond[0] && on(set.Args[1]) {
			return set.Place, "set " + cond[0] + " 0;"
		}
	}
	if b := n.Config.Variable(cond[0]); b != nil && !asksToo(n.Config.Main, srv.Block, b, variableName(cond[0])) {
		for _, d := range b.Directives {
			if d.Name == "default" && len(d.Args) == 1 && on(d.Args[0]) {
				return d.Place(), "default 0;"
			}
		}
	}
	return at, ""
}

// asksToo says that a block beside a server's own names a variable, a condition of another server or a map of its own: what is switched off
// there may be meant to be.
func asksToo(b *nginx.Block, own, gives *nginx.Block, name pattern) bool {
	if b == own || b == gives {
		return false
	}
	asks := func(args []string) bool { return name.MatchString(strings.Join(args, " ")) }
	return asks(b.Args) || slices.ContainsFunc(b.Directives, func(d *nginx.Directive) bool { return asks(d.Args) }) ||
		slices.ContainsFunc(b.Blocks, func(in *nginx.Block) bool { return asksToo(in, own, gives, name) })
}

// variableName finds a variable of nginx's in a text: $closed, ${closed}, and not $closed_at.
func variableName(variable string) pattern {
	return regexp.MustCompile(`\$(?:\{` + regexp.QuoteMeta(variable[1:]) + `\}|` + regexp.QuoteMeta(variable[1:]) + `\b)`)
}

// closedByVariable puts such a line into a finding about the return that it leads to.
func closedByVariable(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, cond []string, found *Finding) bool {
	root := s.Gateway.Root
	at, off := switchLine(s, cond)
	line := configLine(root, at)
	if off == "" || !alone(line) {
		return false
	}
	found.Where = at
	found.Summary = fmt.Sprintf("nginx itself answers 503, because %s is on: %s at %s", cond[0], line, at)
	found.Evidence = append(found.Evidence, lineOf(root, at))
	x := Fix{Title: "Switch the site on again", Risk: Low, Undo: setLine(root, at, line)}
	found.Fix = reload(ctx, f, s.Gateway, x.Tell("Make sure that nobody is at work on the site right now").Do("Switch it off", "%s", setLine(root, at, off)))
	return true
}
