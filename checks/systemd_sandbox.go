package checks

import (
	"context"
	"fmt"
	"net/netip"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// systemdSandbox: a hardening setting keeps the gateway from its apps, or an app from what it needs.
func systemdSandbox() Check {
	return Check{
		ID: "systemd-sandbox", Title: "No service is walled off from what it needs", Topic: Upstreams,
		Means: `A hardening setting of nginx's service forbids what the site needs: RestrictAddressFamilies without AF_UNIX (no Unix socket can be opened,
visitors get 500), InaccessiblePaths or ProtectHome over the folder of a socket, IPAddressDeny over the app's address. Modes and owners all
look right, because only this service sees it so. Or a setting of the app's service forbids what the app cannot live without: ProtectHome over
its own folder, ProtectSystem=strict where it makes its socket, MemoryDenyWriteExecute for Node or Java. Loosen that one setting in its drop-in,
and restart that service.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if found := appWall(ctx, f, l); found != nil {
				return found
			}
			if found := fpmWall(ctx, f, l); found != nil {
				return found
			}
			u, ok := f.Unit(ctx, l.Site.Gateway.Unit)
			if !ok || !l.Site.Gateway.Running() {
				return nil
			}
			w := walled(u, l)
			if w == nil {
				return pass(fmt.Sprintf("no setting of %s keeps %s from %s", u.Name, l.From, l.Address()))
			}
			at, line := unitLine(f, u, w.setting)
			found := &Finding{Status: l.broken(), Confidence: 0.97, Where: at, Summary: fmt.Sprintf("%s of %s keeps %s from %s", w.setting, u.Name, l.From, l.Address()),
				Covers: []ID{"socket-permission", "socket-path-mismatch", "socket-file-deleted", "fpm-stale-socket", "fpm-not-running", "upstream-port-nothing-listening", "upstream-read-timeout",
					"firewall-blocks-upstream", "run-dir-missing", "runtime-directory-removed", "private-tmp-socket", "php-version-upgraded"},
				Evidence: []Evidence{{Source: "systemctl show " + unitWord(u.Name), Text: w.setting + "=" + u.Props[w.setting]}}}
			if at.Known() {
				found.Evidence = append(found.Evidence, Evidence{Source: at.String(), Text: line})
			}
			found.Evidence = append(found.Evidence, passLine(l))
			found.Fix = loosen(f, l, u, w, at, line)
			return withLine(found, l, append(slices.Clone(connectKinds), errlog.Unknown)...)
		}),
	}
}

// wall is one setting in the way, and what would not be.
type wall struct {
	setting, better string
	add             []string // lines to add instead, where the setting itself may stay
	does            string   // what it does to the app's own service
}

func walled(u sysinfo.Unit, l *live) *wall {
	if v := u.Props["RestrictAddressFamilies"]; !admits(v, l.afamily()) {
		better := v + " " + l.afamily()
		if strings.HasPrefix(v, "~") {
			better = "~" + strings.Join(without(strings.Fields(v[1:]), l.afamily()), " ")
		}
		if v == "none" {
			better = l.afamily()
		}
		return &wall{setting: "RestrictAddressFamilies", better: better, does: "keeps it from opening a socket of the kind " + l.afamily()}
	}
	if l.Unix != "" {
		for _, p := range strings.Fields(u.Props["InaccessiblePaths"]) {
			dir := strings.TrimLeft(p, "-+")
			if inside(l.Unix, dir) || inside(strings.Replace(l.Unix, "/var/run/", "/run/", 1), dir) {
				return &wall{setting: "InaccessiblePaths", better: strings.Join(without(strings.Fields(u.Props["InaccessiblePaths"]), p), " ")}
			}
		}
		if v := u.Props["ProtectHome"]; (v == "yes" || v == "tmpfs") && (inside(l.Unix, "/home") || inside(l.Unix, "/root") || inside(l.Unix, "/run/user")) {
			return &wall{setting: "ProtectHome", better: "read-only"}
		}
		return nil
	}
	if a := l.reach.Addr.Addr(); a.IsValid() && covers(u.Props["IPAddressDeny"], a) && !covers(u.Props["IPAddressAllow"], a) {
		return &wall{setting: "IPAddressAllow", better: strings.TrimSpace(u.Props["IPAddressAllow"] + " " + a.String())}
	}
	return nil
}

// afamily is the address family that the gateway needs for a hop.
func (l *live) afamily() string {
	switch {
	case l.Unix != "":
		return "AF_UNIX"
	case l.reach.Addr.Addr().Unmap().Is6():
		return "AF_INET6"
	}
	return "AF_INET"
}

// admits reads RestrictAddressFamilies as `systemctl show` prints it: "~" alone restricts nothing, "~A B" forbids those.
func admits(v, family string) bool {
	switch {
	case v == "" || v == "~":
		return true
	case v[0] == '~':
		return !slices.Contains(strings.Fields(v[1:]), family)
	}
	return slices.Contains(strings.Fields(v), family)
}

func without(list []string, word string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(w string) bool { return w == word })
}

func inside(name, dir string) bool {
	return name == dir || strings.HasPrefix(name, strings.TrimSuffix(path.Clean(dir), "/")+"/")
}

func covers(list string, a netip.Addr) bool {
	for w := range strings.FieldsSeq(list) {
		if p, err := netip.ParsePrefix(w); err == nil && p.Contains(a.Unmap()) {
			return true
		}
		if b, err := netip.ParseAddr(w); err == nil && b == a.Unmap() {
			return true
		}
	}
	return false
}

// unitLine finds the line of a unit's files that sets something: the last one counts.
func unitLine(f *sysinfo.Facts, u sysinfo.Unit, setting string) (sysinfo.Place, string) {
	var at sysinfo.Place
	text := ""
	for _, name := range append([]string{u.Fragment}, u.DropIns...) {
		b, err := f.Host.Root.ReadFile(name)
		if err != nil {
			continue
		}
		n := 0
		for line := range strings.Lines(string(b)) {
			n++
			if k, _, ok := strings.Cut(strings.TrimSpace(line), "="); ok && strings.TrimSpace(k) == setting {
				at, text = sysinfo.Place{File: name, Line: n}, strings.TrimSpace(line)
			}
		}
	}
	return at, text
}

func loosen(f *sysinfo.Facts, l *live, u sysinfo.Unit, w *wall, at sysinfo.Place, line string) Fix {
	name := sh(unitWord(u.Name))
	x := Fix{Title: "Loosen " + w.setting + " of " + unitWord(u.Name), Risk: Medium}
	root := f.Host.Root
	switch {
	case at.Known() && w.better != "" && strings.HasPrefix(at.File, "/etc/"):
		x.Undo = setLine(root, at, line)
		x = x.Do("Admit what the site needs", "%s", setLine(root, at, w.setting+"="+w.better))
	case at.Known() && strings.HasPrefix(at.File, "/etc/"):
		x.Undo = setLine(root, at, line)
		x = x.Do("Take the line out", "%s", commentOut(root, at))
	default:
		file := fmt.Sprintf("/etc/systemd/system/%s.d/50-upstream.conf", u.Name)
		x.Undo = "rm " + sh(file)
		x = x.Do("Make a drop-in of your own", "mkdir -p %s && printf '[Service]\\n%s=\\n%s=%%s\\n' %s >%s", sh(path.Dir(file)), w.setting, w.setting, sh(w.better), sh(file))
	}
	return x.Do("Let systemd read it", "systemctl daemon-reload").Do("Test the configuration before the restart", "%s", keeperOf(l.Site.Gateway).tested()).
		Do("Restart "+l.From+": a sandbox is put up at the start only", "systemctl restart %s", name)
}
