package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
	"fix502/sysinfo/haproxy"
)

// closings are the lines by which gateways other than nginx answer 503 themselves.
var closings = map[string]pattern{
	"apache":  whenAsked(`(?i)^(RewriteRule\s.*\[([^\]]*,)?R=503[,\]]|Redirect(Match)?\s+503\s)`),
	"haproxy": whenAsked(`^http-request\s+(return|deny)\s.*\b(status|deny_status)\s+503\b`),
	"caddy":   whenAsked(`^(?:(?:respond|error)\s(?:.*\s)?503(?:\s|$)|status\s+503$)`),
	"varnish": whenAsked(`\bsynth\(\s*503\b`),
}

// synthSays are the words that a rule of the VCL puts into its page.
var synthSays = whenAsked(`synth\(\s*503\s*,\s*"([^"]*)"`)

// closedByRule: the gateway answers 503 because a rule of its own says so, and has asked no app.
func closedByRule(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, a sysinfo.Answer) *Finding {
	its, sure := sysinfo.RuleOf(s, a.Question.URI)
	for _, at := range closingLines(s) {
		line := configLine(s.Gateway.Root, at)
		if part := locationAround(s, at); sure && at != its || elsewhere(s.Gateway.Kind, line, a) || countsRequests(s, line) || part != "" && !strings.HasPrefix(a.Question.URI, part) {
			continue
		}
		if m := synthSays.FindStringSubmatch(line); m != nil && !strings.Contains(string(a.Body), m[1]) || s.Gateway.Kind == "varnish" && strings.Contains(string(a.Body), "Backend fetch failed") {
			continue
		}
		root := s.Gateway.Root
		found := &Finding{Status: Fail, Confidence: 0.93, Where: at, Summary: fmt.Sprintf("%s itself answers 503: %s at %s", s.Gateway.Title(), line, at), Evidence: []Evidence{lineOf(root, at)}, Covers: []ID{"upstream-returned-5xx", "varnish-backend-fetch-failed"}}
		if said, _ := closedInSnippet(s, line); said.Known() {
			found.Evidence = append(found.Evidence, lineOf(root, said))
		}
		conds, flag := conditions(s, at)
		if s.Gateway.Kind == "caddy" {
			asks := sysinfo.Place{}
			if asks, flag = matcherFlag(s, matcherAbove(s, at)); asks.Known() {
				conds = []sysinfo.Place{asks}
			}
		}
		if len(conds) > 0 && flag != "" {
			info, err := root.Stat(flag)
			if err != nil {
				continue // the rule is not taken now
			}
			found.Where, found.Summary = sysinfo.Place{File: flag}, fmt.Sprintf("the maintenance flag %s is set, so %s answers 503", flag, s.Gateway.Title())
			found.Evidence = append(found.Evidence, Evidence{Source: "ls -l " + flag, Text: "made " + info.ModTime.Format("2006-01-02 15:04:05"), Time: info.ModTime})
			found.Fix = flagAway(root, flag)
			return found
		}
		if word := definedAs(root, at); s.Gateway.Kind == "apache" && word != "" {
			found.Summary += fmt.Sprintf(", since %s is defined", word)
			undefined(ctx, f, s.Gateway, word, found)
			return found
		}
		x := Fix{Title: "Switch the site on again", Risk: Low}
		if chooses, when := visitorsChosen(s, at, line, conds); chooses {
			found.Confidence, x.Risk = 0.8, Medium
			found.Evidence = append(found.Evidence, when...)
			x = x.Tell("The rule lets some visitors in and keeps all others out, as in a maintenance: where its work is not done, leave it. Where it is, let everybody in again")
		} else if conditional(s.Gateway.Kind, line) || len(conds) > 0 {
			found.Confidence = 0.6
			for _, acl := range aclsOf(s, line) {
				found.Evidence = append(found.Evidence, lineOf(root, acl))
			}
			found.Fix = x.Tell("The rule at %s answers 503 only under a condition: see whether that is meant to hold now, and end it there, not by taking the rule out", at)
			return found
		}
		if strings.Count(line, "{") != strings.Count(line, "}") {
			found.Fix = x.Tell("Take the 503 out at %s, and reload", at)
			return found
		}
		x = x.Do("Take "+at.String()+" out", "%s", commentOut(root, at))
		x.Undo = setLine(root, at, line)
		for _, cond := range conds { // or they would hold for the next rule
			x = x.Do("With its condition", "%s", commentOut(root, cond))
			x.Undo += "; " + setLine(root, cond, configLine(root, cond))
		}
		found.Fix = reload(ctx, f, s.Gateway, x)
		return found
	}
	return nil
}

// A closedPart is a line of Apache's that closes the <Location> it stands in, and the path of that; empty where an expression chooses it.
type closedPart struct {
	at   sysinfo.Place
	path string
}

func closedParts(srv *apache.Server) []closedPart {
	var out []closedPart
	for _, part := range srv.Inner("Location") {
		path := ""
		if len(part.Args) == 1 {
			path = part.Args[0]
		}
		for _, d := range part.Own("Redirect") {
			if d.Arg(0) == "503" {
				out = append(out, closedPart{d.Place, path})
			}
		}
	}
	return out
}

// locationAround is the path of the <Location> that a line closes; empty for one that stands in none.
func locationAround(s *sysinfo.Site, at sysinfo.Place) string {
	if srv, ok := s.Extra.(*apache.Server); ok {
		for _, part := range closedParts(srv) {
			if part.at == at {
				return part.path
			}
		}
	}
	return ""
}

// elsewhere says that a rule is about other pages than the one that was asked for: Apache's Redirect 503 /private.
func elsewhere(kind, line string, a sysinfo.Answer) bool {
	w := strings.Fields(line)
	return kind == "apache" && len(w) > 2 && strings.EqualFold(w[0], "Redirect") && !strings.HasPrefix(a.Question.URI, strings.Trim(w[2], `"`))
}

// closingLines are the lines of a site's own configuration that answer 503.
func closingLines(s *sysinfo.Site) []sysinfo.Place {
	want := closings[s.Gateway.Kind]
	var out []sysinfo.Place
	add := func(at sysinfo.Place) {
		if want.MatchString(configLine(s.Gateway.Root, at)) {
			out = append(out, at)
		}
	}
	switch x := s.Extra.(type) {
	case *apache.Server:
		for _, name := range []string{"RewriteRule", "Redirect", "RedirectMatch"} {
			for _, d := range x.All(name) {
				add(d.Place)
			}
		}
		for _, part := range closedParts(x) {
			out = append(out, part.at)
		}
		if s.Root != "" && !strings.Contains(s.Root, "$") {
			return append(out, linesOf(s.Gateway.Root, s.Root+"/.htaccess", 1, want, false)...)
		}
	case *haproxy.Section:
		lines := x.All("http-request")
		if h, ok := s.Gateway.Extra.(*sysinfo.HAProxy); ok {
			for _, hop := range s.Hops {
				if b := h.Config.Backend(hop.Block); b != nil {
					lines = append(lines, b.All("http-request")...)
				}
			}
		}
		for _, l := range lines {
			if at := l.Place; !slices.Contains(out, at) {
				add(at)
			}
		}
	case *sysinfo.Varnish:
		for _, file := range x.Config.Files {
			out = append(out, linesOf(s.Gateway.Root, file, 1, want, false)...)
		}
	default:
		if s.Gateway.Kind == "caddy" && s.Where.Line > 0 {
			return append(linesOf(s.Gateway.Root, s.Where.File, s.Where.Line, want, true), importedClosings(s)...)
		}
	}
	return out
}

// linesOf are the lines of a file that look a certain way, from one line on; to the end of its block where that is asked for.
func linesOf(r sysinfo.Root, file string, from int, want pattern, block bool) []sysinfo.Place {
	var out []sysinfo.Place
	depth := 0
	for at, line := range linesIn(r, file) {
		text := strings.TrimSpace(line)
		if at.Line < from || strings.HasPrefix(text, "#") || strings.HasPrefix(text, "//") {
			continue
		}
		if want.MatchString(text) {
			out = append(out, at)
		}
		depth += strings.Count(text, "{") - strings.Count(text, "}")
		if block && depth <= 0 {
			break
		}
	}
	return out
}

var (
	rewriteCond = whenAsked(`(?i)^RewriteCond\s`)
	flagCond    = whenAsked(`(?i)^RewriteCond\s+"?(\S+?)"?\s+-[dfFs]\b`)
)

// conditions are the RewriteCond lines right above a rule, and the flag file that one of them asks for: of several one that is there.
func conditions(s *sysinfo.Site, at sysinfo.Place) (out []sysinfo.Place, flag string) {
	root := s.Gateway.Root
	for n := at.Line - 1; n > 0; n-- {
		p := sysinfo.Place{File: at.File, Line: n}
		line := configLine(root, p)
		if !rewriteCond.MatchString(line) {
			break
		}
		if m := flagCond.FindStringSubmatch(line); m != nil && (flag == "" || !root.Exists(flag)) {
			if file := underRoot(s, m[1]); file != "" {
				flag = file
			}
		}
		out = append([]sysinfo.Place{p}, out...)
	}
	return out, flag
}

// underRoot is the file that Apache means by %{DOCUMENT_ROOT}/down.flag; empty where only a request can tell.
func underRoot(s *sysinfo.Site, name string) string {
	for _, variable := range []string{"%{DOCUMENT_ROOT}", "%{CONTEXT_DOCUMENT_ROOT}"} {
		if rest, ok := strings.CutPrefix(name, variable); ok && s.Root != "" {
			name = strings.TrimRight(s.Root, "/") + rest
		}
	}
	if !path.IsAbs(name) || strings.ContainsAny(name, "%$") {
		return ""
	}
	return path.Clean(name)
}
