package checks

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// systemdSandbox: a hardening setting keeps the gateway from its apps, or an app from what it needs.
func systemdSandbox() Check {
	return Check{
		ID: "systemd-sandbox", Title: "No service is walled off from what it needs", Topic: Upstreams,
		Means: `A hardening setting of the gateway's service forbids what the site needs: RestrictAddressFamilies without AF_UNIX (no Unix socket can be opened,
visitors get 500), InaccessiblePaths, TemporaryFileSystem or ProtectHome over the folder of a socket, IPAddressDeny over the app's address. Modes
and owners all look right, because only this service sees it so. Or a setting of the app's service, or PHP-FPM's, forbids what it cannot live
without: ProtectHome over its own folder, ProtectSystem=strict or ReadOnlyPaths where it writes, PrivateUsers for one that becomes other users,
MemoryDenyWriteExecute for Node or Java. Loosen that one setting in its drop-in, and restart that service.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if found := appWall(ctx, f, l); found != nil {
				return found
			}
			if found := requestWall(ctx, f, l); found != nil {
				return found
			}
			if found := fpmWall(ctx, f, l); found != nil {
				return found
			}
			if found := fpmLiveWall(ctx, f, l); found != nil {
				return found
			}
			u, ok := f.Unit(ctx, l.Site.Gateway.Unit)
			if !ok || !l.Site.Gateway.Running() {
				return nil
			}
			w := walled(f, u, l)
			if w == nil {
				return pass(fmt.Sprintf("no setting of %s keeps %s from %s", u.Name, l.From, l.Address()))
			}
			at, line := unitLine(f, u, w.setting)
			found := &Finding{Status: l.broken(), Confidence: 0.97, Where: at, Summary: fmt.Sprintf("%s of %s keeps %s from %s", w.setting, u.Name, l.From, l.Address()),
				Covers: []ID{"socket-permission", "socket-path-mismatch", "socket-file-deleted", "fpm-stale-socket", "fpm-not-running", "upstream-port-nothing-listening", "upstream-read-timeout",
					"firewall-blocks-upstream", "run-dir-missing", "runtime-directory-removed", "private-tmp-socket", "php-version-upgraded"},
				Evidence: []Evidence{{Source: "systemctl show " + unitWord(u.Name), Text: w.setting + "=" + cmp.Or(u.Props[w.setting], strings.TrimPrefix(line, w.setting+"="))}}}
			if at.Known() {
				found.Evidence = append(found.Evidence, Evidence{Source: at.String(), Text: line})
			}
			found.Evidence = append(found.Evidence, passLine(l))
			found.Fix = loosen(f, l, u, w, at, line)
			return withLine(found, l, append(slices.Clone(connectKinds), errlog.Unknown)...)
		}),
	}
}

// unitLine finds the line of a unit's files that sets something: the last one counts.
func unitLine(f *sysinfo.Facts, u sysinfo.Unit, setting string) (sysinfo.Place, string) {
	var at sysinfo.Place
	text := ""
	for p, line := range linesIn(f.Host.Root, append([]string{u.Fragment}, u.DropIns...)...) {
		if k, _, ok := strings.Cut(strings.TrimSpace(line), "="); ok && strings.TrimSpace(k) == setting {
			at, text = p, strings.TrimSpace(line)
		}
	}
	return at, text
}

func loosen(f *sysinfo.Facts, l *live, u sysinfo.Unit, w *wall, at sysinfo.Place, line string) Fix {
	name := sh(unitWord(u.Name))
	x := Fix{Title: "Loosen " + w.setting + " of " + unitWord(u.Name), Risk: Medium}
	root := f.Host.Root
	switch {
	case w.lifts != nil:
		x = unveiled(f, u, x, w.setting, w.lifts)
	case at.Known() && w.better != "" && strings.HasPrefix(at.File, "/etc/"):
		x.Undo = setLine(root, at, line)
		x = x.Do("Admit what the site needs", "%s", setLine(root, at, w.setting+"="+w.better))
	case at.Known() && strings.HasPrefix(at.File, "/etc/"):
		x.Undo = setLine(root, at, line)
		x = x.Do("Take the line out", "%s", commentOut(root, at))
	default:
		x = dropIn(x, u.Name, "Admit what the site needs", "Service", w.setting+"=", w.setting+"="+w.better)
	}
	return x.Do("Let systemd read it", "systemctl daemon-reload").Do("Test the configuration before the restart", "%s", keeperOf(l.Site.Gateway).tested()).
		Do("Restart "+l.From+": a sandbox is put up at the start only", "systemctl restart %s", name)
}
