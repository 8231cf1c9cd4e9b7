package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/caddy"
)

// caddyVariable is a variable of the environment in a Caddyfile, filled in when it is read.
var caddyVariable = whenAsked(`\{\$([A-Za-z0-9_]+)\}|\{env\.([A-Za-z0-9_]+)\}`)

// caddyNowhere: a reverse_proxy without an address. Caddy starts like that, and answers 503: mostly the address came from a
// variable that is not set any more.
func caddyNowhere(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	site, ok := s.Extra.(*caddy.Site)
	a, bad := failsNow(ctx, f, s)
	if !ok || !bad || a.Status != 503 && a.Status != 502 {
		return nil
	}
	if found := unfilled(ctx, f, s); found != nil {
		return found
	}
	for _, p := range site.Passes {
		if found := noColon(ctx, f, s, p); found != nil {
			return found
		}
		_, dynamic := p.Settings["dynamic"]
		at := p.Place
		if line := configLine(s.Gateway.Root, at); len(p.Upstreams) > 0 || dynamic || line == "" {
			continue
		}
		return noAddress(ctx, f, s, at)
	}
	return nil
}

func noAddress(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, at sysinfo.Place) *Finding {
	root := s.Gateway.Root
	line := configLine(root, at)
	found := &Finding{Status: Fail, Confidence: 0.95, Where: at, Summary: fmt.Sprintf("%s at %s names no address, so Caddy has nobody to ask", line, at), Evidence: []Evidence{lineOf(root, at)}}
	x := Fix{Title: "Give it the address of the app", Risk: Low}
	name := ""
	if m := caddyVariable.FindStringSubmatch(line); m != nil {
		name = m[1] + m[2]
		found.Summary = fmt.Sprintf("%s at %s has no address: the variable %s is not set for Caddy", line, at, name)
	}
	u, ok := f.Unit(ctx, s.Gateway.Unit)
	if ok && name != "" && restoreEnvironment(f, u, found) {
		return found
	}
	if variableRenamed(ctx, f, s.Gateway, line, found) {
		return found
	}
	app := f.Unasked(ctx)
	variable := caddyVariable.FindString(line)
	if word := strings.TrimSpace(line); app.Listens() && !app.Dark && !ofOtherSite(ctx, f, s, app.Unit) && !innerTool(s, app.Unit) && (variable != "" || !strings.HasSuffix(word, "{")) {
		found.Summary += fmt.Sprintf("; %s listens on %s, and no site asks it", unitWord(app.Unit.Name), app.Addr)
		if variable == "" {
			x.Undo = setLine(root, at, line)
			x = x.Do("Write the address there", "%s", setLine(root, at, "reverse_proxy "+app.Addr))
		} else {
			x = inPlaceOf(s.Gateway, x, variable, app.Addr)
		}
		found.Fix = reload(ctx, f, s.Gateway, x)
		return found
	}
	found.Fix = x.Tell("Write the app's address at %s, or set the variable in an EnvironmentFile= of %s (systemctl edit), then restart it", at, unitOr(s.Gateway, "caddy"))
	return found
}

// inPlaceOf writes an address wherever a pass names a variable that has none.
func inPlaceOf(g *sysinfo.Gateway, x Fix, variable, addr string) Fix {
	var undo []string
	for at, raw := range linesIn(g.Root, configFiles(g)...) {
		line := strings.TrimSpace(raw)
		if slices.Contains([]string{"reverse_proxy", "php_fastcgi", "to"}, firstWord(line)) && strings.Count(line, variable) == 1 && len(undo) < 20 {
			x = x.Do("Write the address there", "%s", replace(g.Root, at, variable, addr))
			undo = append(undo, setLine(g.Root, at, line))
		}
	}
	x.Undo = undoAll(undo)
	return x
}

// schemeSlip is a scheme whose colon or slashes were lost: Caddy takes what is before the first slash for a kind of network.
var schemeSlip = whenAsked(`^(https?|h2c)(//|:/)([A-Za-z0-9.-]+(?::\d+)?)$`)

// noColon: an upstream's address is written http//… . Caddy starts with it, and answers 502: "unknown network http".
func noColon(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, p *caddy.Pass) *Finding {
	for _, u := range p.Upstreams {
		m, at := schemeSlip.FindStringSubmatch(u.Word), u.Place
		line := configLine(s.Gateway.Root, at)
		if m == nil || strings.Count(line, u.Word) != 1 {
			continue
		}
		whole := m[1] + "://" + m[3]
		x := Fix{Title: "Write the address of the app as a whole", Risk: Low, Undo: setLine(s.Gateway.Root, at, line)}
		x = x.Do("Correct the slip: "+u.Word+" is "+whole, "%s", replace(s.Gateway.Root, at, u.Word, whole))
		return &Finding{Status: Fail, Confidence: 0.95, Where: at, Summary: fmt.Sprintf("%s at %s is no address: Caddy takes %s for a kind of network", u.Word, at, m[1]),
			Evidence: []Evidence{lineOf(s.Gateway.Root, at)}, Covers: []ID{"upstream-dns"}, Fix: reload(ctx, f, s.Gateway, x)}
	}
	return nil
}
