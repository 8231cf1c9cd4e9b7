package checks

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"path"
	"strings"

	"fix502/sysinfo"
)

// walledStore: a database or a cache takes the app's login from outside, and a hardening setting of the app's own service, or of PHP-FPM's, keeps the app
// from it.
func walledStore(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store) *Finding {
	u, ok := asksFrom(ctx, f, s)
	if _, fails := failsNow(ctx, f, s.Site); !ok || !fails || s.In != "" {
		return nil
	}
	a, _ := netip.ParseAddr(strings.Replace(s.Host, "localhost", "127.0.0.1", 1)) // a name has none that is known
	w := walledFrom(f, u, s.Unix, a)
	at, set := setBy(f, u, wallSetting(w))
	if w == nil || !set && w.setting != "IPAddressAllow" {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.96, Where: at.Place, Summary: fmt.Sprintf("%s of %s keeps %s from %s at %s", w.setting, unitWord(u.Name), s.App, s.Title(), s.Address()),
		Evidence: []Evidence{storeLine(s), {Source: "systemctl show " + unitWord(u.Name), Text: w.setting + "=" + cmp.Or(u.Props[w.setting], at.Value)}}}
	if set {
		found.Evidence = append(found.Evidence, unitLineSays(f, at))
	}
	x := Fix{Title: "Loosen " + w.setting + " of " + unitWord(u.Name), Risk: Medium}
	if w.better != "" && w.setting != "InaccessiblePaths" && w.setting != "ProtectHome" {
		x = daemonReload(unitSet(f, u, x, "Admit what the app needs, and no more", "Service", w.setting, w.better))
	} else {
		x = daemonReload(doorIn(f, u, x, at, sysinfo.InRun(path.Dir(s.Unix))))
	}
	found.Fix = x.Do("Start it anew: a sandbox is put up at the start only", "%s%s", anew(u), warmUp(u))
	return found
}

func wallSetting(w *wall) string {
	if w == nil {
		return ""
	}
	return w.setting
}

// asksFrom is the service whose processes ask a store: the app's own, or the PHP-FPM of its site.
func asksFrom(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store) (sysinfo.Unit, bool) {
	if s.Unit != "" {
		return f.Unit(ctx, s.Unit)
	}
	for _, h := range s.Site.Hops {
		if p, _ := f.PoolOf(ctx, h); p != nil && s.PHP && p.Unit.Name != "" {
			return p.Unit, true
		}
	}
	return sysinfo.Unit{}, false
}
