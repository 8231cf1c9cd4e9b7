package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// missingNeed: another unit, without which systemd does not start this one, cannot be started itself.
func missingNeed(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	for _, need := range f.Needs(ctx, u) {
		if leansOn(ctx, f, need, u.Name, map[string]bool{}) {
			continue // they require each other: the one says nothing of the other
		}
		o := &obstacle{where: sysinfo.Place{File: u.Fragment}}
		line, named := needLine(f, u, need.Name)
		if named {
			o.where, o.evidence = line.Place, []Evidence{unitLineSays(f, line)}
		}
		o.evidence = append(o.evidence, unitSays(need))
		switch {
		case need.Load == "masked" || strings.HasPrefix(need.Enabled, "masked"):
			o.says = fmt.Sprintf("it requires %s, which is masked", need.Name)
			o.clear = func(x Fix) Fix {
				x.Undo = "systemctl mask " + sh(unitWord(need.Name))
				return x.Do("It is masked: somebody forbade its start. Allow it again", "systemctl unmask %s", sh(unitWord(need.Name)))
			}
		case need.Load == "not-found" && named && strings.HasPrefix(line.File, "/etc/"):
			o.says = fmt.Sprintf("it requires %s, which does not exist here", need.Name)
			o.clear = func(x Fix) Fix { return dropNeed(f, line, need.Name, x) }
		case need.Active == "failed" && strings.HasSuffix(need.Result, "-limit-hit") && strings.HasSuffix(need.Name, ".socket"):
			continue // it gave up because the service itself failed too often (systemd.socket(5): service-start-limit-hit)
		case need.Active == "failed" || need.Looping(): // between two attempts it is "activating"
			o.says = fmt.Sprintf("it requires %s, which failed", need.Name)
			o.evidence = append(o.evidence, lastWords(ctx, f, need)...)
			if deeper := obstacleOf(ctx, f, need); deeper != nil && deeper.where.Known() { // what is to be changed is the other's
				o.says, o.where = o.says+": "+deeper.says, deeper.where
			}
			o.clear = func(x Fix) Fix { return startNeed(ctx, f, need, x) }
		default:
			continue
		}
		return o
	}
	return nil
}

// leansOn says that a unit requires another one, over some that are in between as well.
func leansOn(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, other string, seen map[string]bool) bool {
	if seen[u.Name] || len(seen) > 20 {
		return false
	}
	seen[u.Name] = true
	return u.Name == other || slices.ContainsFunc(f.Needs(ctx, u), func(need sysinfo.Unit) bool { return leansOn(ctx, f, need, other, seen) })
}

// needLine is the line by which a unit requires another.
func needLine(f *sysinfo.Facts, u sysinfo.Unit, need string) (sysinfo.UnitLine, bool) {
	for _, l := range reversed(f.UnitLines(u)) {
		if l.Key != "Requires" && l.Key != "Requisite" && l.Key != "BindsTo" {
			continue
		}
		for word := range strings.FieldsSeq(l.Value) {
			if word == need {
				return l, true
			}
		}
	}
	return sysinfo.UnitLine{}, false
}

// dropNeed takes a unit that does not exist out of the list; a list of requirements cannot be emptied by a drop-in.
func dropNeed(f *sysinfo.Facts, l sysinfo.UnitLine, need string, x Fix) Fix {
	was := configLine(f.Host.Root, l.Place)
	x.Undo = setLine(f.Host.Root, l.Place, was) + "; systemctl daemon-reload"
	x = x.Tell("If %s has another name on this machine (redis-server for redis, mariadb for mysql), write that name there instead", need)
	if l.Value == need {
		return daemonReload(x.Do("Take the requirement out", "%s", commentOut(f.Host.Root, l.Place)))
	}
	return daemonReload(x.Do("Take it out of the list", "%s", setLine(f.Host.Root, l.Place, l.Key+"="+strings.Join(without(strings.Fields(l.Value), need), " "))))
}

// startNeed gets a failed unit going that another one requires.
func startNeed(ctx context.Context, f *sysinfo.Facts, need sysinfo.Unit, x Fix) Fix {
	if o := obstacleOf(ctx, f, need); o != nil {
		x = o.clear(x)
	} else {
		x = x.Tell("See why %s failed and mend that first: journalctl -u %s", need.Name, unitWord(need.Name))
	}
	return x.Do("Forget its failed start", "systemctl reset-failed %s", sh(unitWord(need.Name)))
}
