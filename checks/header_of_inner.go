package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/nginx"
)

// headerName is a name that a header may have: a token (RFC 9110, 5.6.2).
var headerName = whenAsked("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// headerOfInner: the nginx behind a hop adds the header that is none itself, by a line of its own files: it takes any name.
func headerOfInner(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) {
	in := f.Inner(ctx, l.Hop)
	if in == nil {
		return
	}
	srv, ok := in.Extra.(*nginx.Server)
	if !ok {
		return
	}
	var bad []nginx.Setting
	block := srv.Block
	if l.answer != nil {
		if at, _ := srv.Locate(l.answer.Question.URI); at != nil {
			block = at.Block
		}
	}
	for _, s := range block.All("add_header") {
		if len(s.Args) > 0 && !headerName.MatchString(s.Args[0]) {
			bad = append(bad, s)
		}
	}
	if len(bad) == 0 {
		return
	}
	root, s := in.Gateway.Root, bad[0]
	found.Where, found.Confidence = s.Place, max(found.Confidence, 0.96)
	found.Summary = fmt.Sprintf("nginx at %s adds a header by a name that is none, %q, and %s refuses the answer", l.Address(), s.Args[0], l.From)
	found.Evidence = append([]Evidence{lineOf(root, s.Place)}, found.Evidence...)
	x := Fix{Title: "Take the header out", Risk: Low}
	var undo []string
	for _, s := range bad {
		line := configLine(root, s.Place)
		if !alone(line) {
			found.Fix = x.Tell("Give the header at %s a name without blanks and brackets, then test and reload nginx", s.Place)
			return
		}
		undo = append(undo, setLine(root, s.Place, line))
		name := s.Args[0]
		if meant := strings.ReplaceAll(name, " ", "-"); headerName.MatchString(meant) && strings.Count(line, name) == 1 {
			x.Title = "Give the header its name"
			x = x.Do("Names have hyphens where words have blanks", "%s", replace(root, s.Place, name, meant))
			continue
		}
		x = x.Do(fmt.Sprintf("%q is no header's name", name), "%s", commentOut(root, s.Place))
	}
	x.Undo = undoAll(undo)
	found.Fix = reload(ctx, f, in.Gateway, x)
}
