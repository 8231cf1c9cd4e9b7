package checks

import (
	"context"
	"slices"
	"strings"

	"fix502/sysinfo"
)

const lowPorts = "CAP_NET_BIND_SERVICE"

var portDenied = whenAsked(`(?i)\b(?:listen|bind)\w*\b.*(?:EACCES|permission denied)|permission denied.*\b(?:bind|listen)`)

// lowPortWall is a setting that takes from an app the right to a port below 1024: with its own users (PrivateUsers) nobody has it, whatever else is
// given, and what is not in CapabilityBoundingSet no other line can give (capabilities(7)).
func lowPortWall(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, l *live) *wall {
	lines, err := f.Words(ctx, u)
	if err != nil || l.Unix != "" || l.Port == 0 || l.Port >= 1024 || !fails(u) || lastSaid(recent(lines), portDenied) == nil {
		return nil
	}
	if set, ok := setBy(f, u, "PrivateUsers"); ok && truly(set.Value) {
		return &wall{setting: set.Key, better: "no", does: "leaves it no right to a port below 1024"}
	}
	set, ok := setBy(f, u, "CapabilityBoundingSet")
	has := slices.Contains(strings.Fields(strings.ToUpper(strings.TrimPrefix(set.Value, "~"))), lowPorts)
	if !ok || has != strings.HasPrefix(set.Value, "~") {
		return nil
	}
	add := []string{"CapabilityBoundingSet=" + lowPorts}
	if given, ok := setBy(f, u, "AmbientCapabilities"); !ok || !strings.Contains(strings.ToUpper(given.Value), lowPorts) {
		add = append(add, "AmbientCapabilities="+lowPorts)
	}
	return &wall{setting: set.Key, add: add, does: "takes from it the right to a port below 1024"}
}
