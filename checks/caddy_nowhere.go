package checks

import (
	"context"
	"fmt"
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
	for _, p := range site.Passes {
		_, dynamic := p.Settings["dynamic"]
		at := sysinfo.Place(p.Place)
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
	app := f.Unasked(ctx)
	if word := strings.TrimSpace(line); app.Listens() && !app.Dark && !strings.HasSuffix(word, "{") {
		new := "reverse_proxy " + app.Addr
		if m := caddyVariable.FindString(line); m != "" {
			new = strings.Replace(line, m, app.Addr, 1)
		}
		x.Undo = setLine(root, at, line)
		found.Summary += fmt.Sprintf("; %s listens on %s, and no site asks it", unitWord(app.Unit.Name), app.Addr)
		found.Fix = reload(ctx, f, s.Gateway, x.Do("Write the address there", "%s", setLine(root, at, new)))
		return found
	}
	found.Fix = x.Tell("Write the app's address at %s, or set the variable in an EnvironmentFile= of %s (systemctl edit), then restart it", at, unitOr(s.Gateway, "caddy"))
	return found
}
