package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// argsInBrackets is how a snippet names its arguments since Caddy 2.7; before that it is a placeholder that nothing fills, {args.0} is the
// form that all of Caddy 2 knows (modules/caddyhttp and caddyconfig/caddyfile/importargs.go).
var argsInBrackets = whenAsked(`\{args\[(\d+)\]\}`)

// unfilled: Caddy asked port 0, as it does for an address whose port is a placeholder that stays empty.
func unfilled(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	asks, says := asksUnfilled(ctx, f, s)
	if asks == "" {
		return nil
	}
	root := s.Gateway.Root
	found := &Finding{Status: Fail, Confidence: 0.95, Where: s.Where, Evidence: []Evidence{says}, Covers: []ID{"upstream-port-nothing-listening"},
		Summary: fmt.Sprintf("Caddy asks %s: a placeholder in the address is filled with nothing", asks)}
	x := Fix{Title: "Write a placeholder that this Caddy fills", Risk: Low}
	var undo []string
	for at, raw := range linesIn(root, configFiles(s.Gateway)...) {
		line := strings.TrimSpace(raw)
		if !argsInBrackets.MatchString(withoutComment(line)) {
			continue
		}
		if undo == nil {
			found.Where = at
			found.Summary = fmt.Sprintf("Caddy asks %s: %s is a placeholder of Caddy 2.7, and this one is older", asks, argsInBrackets.FindString(line))
		}
		found.Evidence = append(found.Evidence, lineOf(root, at))
		x = x.Do("In the form that all of Caddy 2 knows", "%s", setLine(root, at, argsInBrackets.ReplaceAllString(line, "{args.$1}")))
		undo = append(undo, setLine(root, at, line))
	}
	if undo == nil {
		found.Fix = x.Tell("Look at the addresses of %s at %s for a word in braces: its value is empty here", s.Name, s.Where)
		return found
	}
	x.Undo = undoAll(undo)
	found.Fix = reload(ctx, f, s.Gateway, x)
	return found
}

// asksUnfilled is the address that Caddy asks of a site's pages where a placeholder in it is empty: its log tells, or it does itself, and the words in
// brackets that it has there are not for requests to fill in.
func asksUnfilled(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) (asks string, says Evidence) {
	for _, line := range f.Fresh(ctx, s) {
		if s.Wrote(&line) && strings.HasSuffix(line.Upstream.Address, ":0") {
			asks, says = line.Upstream.Address, quoteLine(line)
		}
	}
	runs, err := f.CaddyRuns(ctx, s.Gateway)
	if asks != "" || err != nil {
		return asks, says
	}
	for _, u := range upstreamsOf(runs, s.Name) {
		if argsInBrackets.MatchString(u.Word) {
			return argsInBrackets.ReplaceAllString(u.Word, "") + " and no more", caddySays(s.Gateway, u.Word)
		}
	}
	return "", Evidence{}
}
