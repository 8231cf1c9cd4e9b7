package sysinfo

import (
	"context"
	"path"
	"slices"
	"strings"
)

// heldUnits are the services that systemd holds in memory: running, failed, or needed by something that it holds.
// False when it does not say.
func (f *Facts) heldUnits(ctx context.Context) (map[string]bool, bool) {
	ctx, cancel := context.WithTimeout(ctx, toolWait)
	defer cancel()
	out, err := f.Host.Run(ctx, "systemctl", "list-units", "--all", "--full", "--plain", "--no-legend", "--no-pager", "--type=service")
	if err != nil || out.Exit != 0 || len(out.Stdout) == 0 {
		return nil, false
	}
	held := map[string]bool{}
	for line := range strings.Lines(string(out.Stdout)) {
		if fields := strings.Fields(line); len(fields) > 0 {
			held[fields[0]] = true
		}
	}
	return held, true
}

// asleep takes out of names the units that systemd does not hold and of which a package's file says all there is to
// know. systemd reads such a unit from the disk each time somebody asks, 7 ms for each: with a dozen servers
// installed and off, that is most of a run.
func (f *Facts) asleep(ctx context.Context, names []string) (map[string]Unit, []string) {
	held, ok := f.heldUnits(ctx)
	if !ok {
		return nil, names
	}
	others := f.unitHands()
	units, ask := map[string]Unit{}, []string{}
	for _, name := range names {
		if u, ok := f.offUnit(name); ok && !held[name] && !held[u.Name] && !others[name] && !others[u.Name] && !others["service"] {
			units[name], units[u.Name] = u, u
			continue
		}
		ask = append(ask, name)
	}
	return units, ask
}

// unitHands are the units in which anybody but their package has a hand: a file, a link or a drop-in of the admin's
// or of a generator's. "service" is a drop-in for all of them.
func (f *Facts) unitHands() map[string]bool {
	out := map[string]bool{}
	for _, dir := range []string{"/etc/systemd/system", "/run/systemd/system", "/run/systemd/transient", "/run/systemd/generator",
		"/run/systemd/generator.early", "/run/systemd/generator.late", "/etc/systemd/system.control", "/run/systemd/system.control",
		"/usr/local/lib/systemd/system", "/lib/systemd/system"} {
		names, _ := f.Host.Root.ReadDir(dir) // none is common
		for _, name := range names {
			unit, isDropIns := strings.CutSuffix(name, ".d")
			folder := strings.HasSuffix(name, ".wants") || strings.HasSuffix(name, ".requires") || strings.HasSuffix(name, ".upholds")
			if isDropIns || dir != "/lib/systemd/system" {
				out[unit] = true
			}
			if folder {
				linked, _ := f.Host.Root.ReadDir(path.Join(dir, name))
				for _, l := range linked {
					out[l] = true
				}
			}
		}
	}
	return out
}

// offUnit is a unit that is not running, as its file alone describes it. False where a specifier stands in it that
// only systemd can fill in.
func (f *Facts) offUnit(name string) (Unit, bool) {
	file, err := f.Host.Root.Resolve("/lib/systemd/system/" + name)
	if err != nil {
		return Unit{}, false
	}
	b, err := f.Host.Root.ReadFile(file)
	if err != nil || len(b) == 0 {
		return Unit{}, false
	}
	return unitOff(file, string(b))
}

// unitOff reads a package's unit file as `systemctl show` would tell it.
func unitOff(file, text string) (Unit, bool) {
	asked := strings.Split(unitProps, ",")
	p := map[string]string{"Id": path.Base(file), "Names": path.Base(file), "FragmentPath": file, "LoadState": "loaded", "ActiveState": "inactive",
		"SubState": "dead", "Result": "success", "Restart": "no", "Type": "simple", "UnitFileState": "static"}
	for _, l := range unitLines(file, text) {
		switch {
		case strings.Contains(l.Value, "%") && l.Section == "Service":
			return Unit{}, false
		case l.Section == "Install":
			p["UnitFileState"] = "disabled"
		case l.Key == "ExecStart" && p[l.Key] == "":
			p[l.Key] = "argv[]=" + strings.TrimLeft(l.Value, "-@:+!") + " ; "
		case !slices.Contains(asked, l.Key) || l.Key == "ExecStart":
		case l.Value == "" || p[l.Key] == "" || slices.Contains([]string{"Restart", "Type"}, l.Key):
			p[l.Key] = l.Value
		default:
			p[l.Key] += " " + l.Value
		}
	}
	return unitFrom(p), p["ExecStart"] != ""
}

// Unwanted says that nothing starts a service by itself, and that nobody has started it since the machine did, as far as can be seen: systemd
// forgets the times of one that it let go (systemd.unit(5), CollectMode=), and the journal knows them still.
func (f *Facts) Unwanted(ctx context.Context, u Unit) bool {
	if u.Name == "" || u.Manager != "" || u.Active != "inactive" || !u.Since.IsZero() || strings.HasPrefix(u.Enabled, "enabled") || u.Enabled == "generated" {
		return false
	}
	spoke, _ := f.SpokeInThisBoot(ctx, u) // the journal may be root's: then systemd's word has to do
	return !spoke
}

// SpokeInThisBoot says that the journal has a word of or about a service since the machine started: it ran, or somebody tried. ErrNeedsRoot where
// the journal shows nothing without rights.
func (f *Facts) SpokeInThisBoot(ctx context.Context, u Unit) (bool, error) {
	lines, err := f.Journal(ctx, u.Name)
	boot := f.ThisBoot()
	return boot != "" && slices.ContainsFunc(lines, func(l JournalLine) bool {
		return l.Boot == boot && !strings.HasPrefix(l.Text, u.Fragment+":") // what systemd says of a unit's file when somebody looks at it
	}), err
}
