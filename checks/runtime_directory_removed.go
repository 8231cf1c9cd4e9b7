package checks

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// runtimeDirectoryRemoved: systemd removes a unit's RuntimeDirectory when it stops, with everything in it.
func runtimeDirectoryRemoved() Check {
	return Check{
		ID: "runtime-directory-removed", Title: "No service's stop takes another's socket away", Topic: Upstreams,
		Means: `A unit with RuntimeDirectory=NAME owns /run/NAME, and systemd deletes that folder when the unit stops. If two units share the
name, the stop of one deletes the other's socket while that one keeps running. Restart the victim, and give each unit a folder of its own.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			s, ok := orphaned(l)
			if !ok {
				return nil
			}
			if found := clearedByItsService(ctx, f, l, s); found != nil {
				return found
			}
			culprit := directoryRemover(ctx, f, l)
			if culprit == "" {
				return nil
			}
			vu := f.AppFor(ctx, l.Hop).Unit
			if owner, known := f.OwnerOf(ctx, s); known {
				if u := serviceOf(ctx, f, l, owner); u.Name != "" {
					vu = u
				}
			}
			victim := cmp.Or(vu.Name, "what listens on "+l.Unix)
			x := Fix{Title: "Restart " + unitWord(victim) + " and keep its folder", Risk: Medium}
			x = daemonReload(dropIn(x, culprit, "Let the stop of "+unitWord(culprit)+" leave the folder alone", "Service", "RuntimeDirectoryPreserve=yes"))
			if dir := path.Dir(l.Unix); !f.Host.Root.Exists(dir) && !slices.Contains(strings.Fields(vu.Props["RuntimeDirectory"]), strings.TrimPrefix(strings.TrimPrefix(dir, "/var"), "/run/")) {
				x = x.Do("The folder is none of its unit's: make it as at the boot", "systemd-tmpfiles --create")
			}
			lost := Evidence{Source: "ps", Text: "it runs, and has lost its folder"}
			if vu.Name == "" {
				x = x.Tell("Restart what listens on %s", l.Unix)
			} else {
				x = x.Do("Restart the service whose socket was taken", "%s%s", vu.Command("restart"), warmUp(vu))
				lost = Evidence{Source: vu.Status(), Text: victim + " is active and has lost its folder"}
			}
			x = x.Tell("In the long run give each unit a RuntimeDirectory= of its own")
			found := &Finding{Status: l.broken(), Confidence: 0.96, Where: l.Where, Fix: x,
				Summary: fmt.Sprintf("the stop of %s deleted %s, where %s listens", unitWord(culprit), path.Dir(l.Unix), unitWord(victim)),
				Evidence: []Evidence{{Source: "systemctl show " + unitWord(culprit), Text: culprit + " is stopped, and RuntimeDirectory=" + path.Base(path.Dir(l.Unix)) + " is its own"},
					lost, {Source: "ss -lx", Text: "LISTEN " + s.Path}, {Source: "ls " + l.Unix, Text: "No such file or directory"}}}
			return withLine(found, l, connectKinds...)
		}),
	}
}

// directoryRemover is a stopped unit whose RuntimeDirectory is the socket's folder.
func directoryRemover(ctx context.Context, f *sysinfo.Facts, l *live) string {
	units, err := f.Units(ctx)
	if err != nil || f.Host.Root.Exists(l.Unix) {
		return ""
	}
	dir := strings.TrimPrefix(strings.TrimPrefix(path.Dir(l.Unix), "/var"), "/run/")
	for _, name := range slices.Sorted(maps.Keys(units)) {
		u := units[name]
		if name == u.Name && !u.Running() && slices.Contains(strings.Fields(u.Props["RuntimeDirectory"]), dir) {
			return name
		}
	}
	return ""
}
