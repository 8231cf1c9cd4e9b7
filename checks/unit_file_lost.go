package checks

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// lostUnit is a service whose file is a link to one that is not there any more: systemd knows its name alone. other is the same file in
// the newest folder beside the one that is gone.
type lostUnit struct{ link, to, other string }

// fileLost: the file of the service that should listen lies in a release that was cleared away.
func fileLost(f *sysinfo.Facts, l *live, found *Finding) bool {
	if !l.hit {
		return false
	}
	r, opens := f.Host.Root, opener(l)
	lost := lostUnits(r)
	mine := slices.DeleteFunc(slices.Clone(lost), func(u lostUnit) bool {
		text, err := r.ReadFile(u.other)
		return err != nil || !opens(string(text))
	})
	named := len(mine) > 0
	if !named {
		mine = lost // the only one that is lost may well be the app's
	}
	if len(mine) != 1 {
		return false
	}
	u := mine[0]
	name := path.Base(u.link)
	found.Where, found.Confidence = sysinfo.Place{File: u.link}, 0.9
	found.Summary += fmt.Sprintf("; the file of %s is a link to %s, which is not there", unitWord(name), u.to)
	found.Evidence = append([]Evidence{{Source: "ls -l " + u.link, Text: u.link + " -> " + u.to}}, found.Evidence...)
	x := Fix{Title: "Give systemd the file of " + unitWord(name) + " again", Risk: Medium}
	again := "systemctl enable --force --now " + sh(u.other)
	switch {
	case u.other == "":
		x = x.Tell("Bring %s back, or let the link %s lead to the file of the release that runs now; then: systemctl daemon-reload && systemctl enable --now %s", u.to, u.link, sh(unitWord(name)))
	case !named:
		found.Confidence = 0.8
		x = x.Tell("%s has the same file: see whether it starts what should listen on %s. Then: %s", path.Dir(u.other), l.Address(), again)
	case !rootsWay(r, u.other):
		x = x.Tell("%s has the same file, and others than root may write on the way to it: read it first, for systemd runs what it says. Then: %s", path.Dir(u.other), again)
	default:
		x.Undo = fmt.Sprintf("systemctl disable --now %s; ln -sfn %s %s", sh(unitWord(name)), sh(u.to), sh(u.link))
		x = x.Do("The newest release that has it; now and at every boot", "%s && sleep 2", again)
	}
	found.Fix = x
	return true
}

// lostUnits are the services of an admin's whose files are gone; one that is masked leads to /dev/null, which is there. A link into systemd's own
// folder is another name that a package gave its service, and is left when that one was removed.
func lostUnits(r sysinfo.Root) []lostUnit {
	const folder = "/etc/systemd/system"
	names, _ := r.ReadDir(folder) // none is common
	var out []lostUnit
	for _, name := range names {
		link := path.Join(folder, name)
		to, err := r.Readlink(link)
		if err != nil || path.Ext(name) != ".service" || strings.Contains(name, "@.") || r.Exists(link) || !path.IsAbs(to) || strings.HasSuffix(path.Dir(to), "/lib/systemd/system") {
			continue
		}
		u := lostUnit{link: link, to: to}
		missing, rest := firstMissing(r, to)
		if rest = strings.Trim(rest, "/"); missing != "" && rest != "" {
			if near := newestBeside(r, missing, rest); near != "" {
				u.other = path.Join(near, rest)
			}
		}
		out = append(out, u)
	}
	return out
}

// rootsWay says that nobody but root may write a file or a folder on the way to it.
func rootsWay(r sysinfo.Root, name string) bool {
	for at := name; at != "/"; at = path.Dir(at) {
		if !onlyRoots(r, at) {
			return false
		}
	}
	return true
}
