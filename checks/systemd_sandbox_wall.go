package checks

import (
	"net/netip"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/conf"
)

// wall is one setting in the way, and what would not be.
type wall struct {
	setting, better string
	add             []string              // lines to add instead, where the setting itself may stay
	does            string                // what it does to the app's own service
	lifts           func(dir string) bool // which folders have to go from a list of folders
	hides           string                // the file that a list of paths hides
}

func walled(f *sysinfo.Facts, u sysinfo.Unit, l *live) *wall {
	if w := walledFrom(f, u, l.Unix, l.reach.Addr.Addr()); w != nil {
		return w
	}
	return rightless(f, u, l)
}

// rightless: a gateway that begins as root may not give its workers their user, nor do what root does: as root without rights they are refused at
// the socket of another user (capabilities(7)).
func rightless(f *sysinfo.Facts, u sysinfo.Unit, l *live) *wall {
	set, ok := setBy(f, u, "CapabilityBoundingSet")
	if !ok || l.Unix == "" || !l.hit || l.answer == nil || l.answer.Status < 500 || set.Value == "" || set.Value[0] == '~' || !beginsAsRoot(l.Site.Gateway) {
		return nil
	}
	has := strings.Fields(strings.ToUpper(set.Value))
	lacks := slices.DeleteFunc(strings.Fields(needsOf(l.Site.Gateway)), func(c string) bool { return slices.Contains(has, c) })
	if !slices.Contains(lacks, "CAP_SETUID") || !slices.Contains(lacks, "CAP_DAC_OVERRIDE") {
		return nil
	}
	return &wall{setting: set.Key, better: set.Value + " " + strings.Join(lacks, " ")}
}

// familyBarred is a wall without one kind of sockets.
func familyBarred(u sysinfo.Unit, family string) *wall {
	v := u.Props["RestrictAddressFamilies"]
	if admits(v, family) {
		return nil
	}
	better := v + " " + family
	if strings.HasPrefix(v, "~") {
		better = "~" + strings.Join(without(strings.Fields(v[1:]), family), " ")
	}
	if v == "none" {
		better = family
	}
	return &wall{setting: "RestrictAddressFamilies", better: better, does: "keeps it from opening a socket of the kind " + family}
}

// walledFrom is the setting of a service that keeps it from a socket, or from an address.
func walledFrom(f *sysinfo.Facts, u sysinfo.Unit, unix string, a netip.Addr) *wall {
	if w := familyBarred(u, familyAt(unix, a)); w != nil {
		return w
	}
	if unix != "" {
		for _, p := range strings.Fields(u.Props["InaccessiblePaths"]) {
			dir := strings.TrimLeft(p, "-+")
			if inside(unix, dir) || inside(sysinfo.InRun(unix), dir) {
				return &wall{setting: "InaccessiblePaths", better: strings.Join(without(strings.Fields(u.Props["InaccessiblePaths"]), p), " ")}
			}
		}
		if set, ok := veil(f, u, unix, "no such file or directory"); ok && set.Key == "TemporaryFileSystem" && f.Host.Root.Exists(unix) {
			return &wall{setting: set.Key, lifts: func(dir string) bool { return inside(unix, dir) }}
		}
		if v := u.Props["ProtectHome"]; (v == "yes" || v == "tmpfs") && (inside(unix, "/home") || inside(unix, "/root") || inside(unix, "/run/user")) {
			return &wall{setting: "ProtectHome", better: "read-only"}
		}
		return nil
	}
	if a.IsValid() && covers(u.Props["IPAddressDeny"], a) && !covers(u.Props["IPAddressAllow"], a) {
		return &wall{setting: "IPAddressAllow", better: strings.TrimSpace(u.Props["IPAddressAllow"] + " " + a.String())}
	}
	return nil
}

// afamily is the address family that the gateway needs for a hop.
func (l *live) afamily() string { return familyAt(l.Unix, l.reach.Addr.Addr()) }

// familyAt is the family of a socket, or of an address.
func familyAt(unix string, a netip.Addr) string {
	switch {
	case unix != "":
		return "AF_UNIX"
	case a.Unmap().Is6():
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
	return slices.ContainsFunc(strings.Fields(list), func(w string) bool { return conf.InNet(w, a) })
}
