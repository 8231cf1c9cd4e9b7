package checks

import (
	"context"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// outside says of a finding about a gateway in a container where the machine has the file to change, and how it is changed so that the container sees it.
func outside(ctx context.Context, f *sysinfo.Facts, found *Finding) {
	g := containedGateway(ctx, f, found)
	if g == nil {
		found.Where.File = realPlace(f, found.Where.File)
		return
	}
	c, inside := g.Container, found.Where.File
	if p, err := g.Root.Resolve(inside); err == nil {
		inside = p
	}
	at, _ := g.Root.Outside(inside)
	if at.Mounted {
		found.Where.File = at.Path
		found.Fix = spelledHere(found.Fix, inside, at.Path)
		if !replacedOutside(f, g, at, inside, found) {
			found.Evidence = append(found.Evidence, mountedAs(*c, at.Path, inside))
		}
	} else {
		found.Evidence = append(found.Evidence, ofItsImage(*c, inside))
	}
	found.Fix = inPlace(found.Fix, c.Mounts)
	if !at.Mounted && strings.Contains(found.Fix.commands(), " "+sh(at.Path)) {
		found.Fix = found.Fix.Tell("That change is lost with the container: to keep it, copy the file out (%s cp %s:%s .) and mount it from there when the container is made anew (-v FILE:%s:ro; volumes: in compose)", c.Engine, c.Name, sh(inside), sh(inside))
	}
}

// containedGateway is the gateway in a container whose file a finding points to; nil where it is one of this machine's files.
func containedGateway(ctx context.Context, f *sysinfo.Facts, found *Finding) *sysinfo.Gateway {
	name := found.Where.File
	if name == "" {
		return nil
	}
	site := found.Site
	if found.Hop != nil {
		site = found.Hop.Site
	}
	if site != nil {
		g := site.Gateway
		if g == nil || g.Container == nil {
			return nil
		}
		its := name == g.Config || name == site.Where.File || found.Hop != nil && (name == found.Hop.Where.File || name == found.Hop.Pass.File)
		if g.Root.Exists(name) && (its || !f.Host.Root.Exists(name)) {
			return g
		}
		return nil
	}
	all, _ := f.Gateways(ctx) // unreadable: no check has found anything in them
	for _, g := range all {
		if g.Container != nil && g.Root.Exists(name) && !f.Host.Root.Exists(name) {
			return g
		}
	}
	return nil
}

// spelledHere says of a fix where the machine has the file that it changes.
func spelledHere(x Fix, inside, here string) Fix {
	x.Title = strings.Replace(x.Title, path.Base(inside), path.Base(here), 1)
	x.Steps = slices.Clone(x.Steps)
	for i := range x.Steps {
		x.Steps[i].Say = strings.Replace(x.Steps[i].Say, inside+":", here+":", 1)
	}
	return x
}

// inPlace lets sed write into a file that is mounted by itself: -i gives its name to a new file, and the container keeps the old one.
func inPlace(x Fix, mounts []sysinfo.Mount) Fix {
	to := func(command string) string {
		return sedInPlace.ReplaceAllStringFunc(command, func(edit string) string {
			m := sedInPlace.FindStringSubmatch(edit)
			if !slices.ContainsFunc(mounts, func(at sysinfo.Mount) bool { return sh(at.Source) == m[2] }) {
				return edit
			}
			return `new=$(mktemp) && sed ` + m[1] + ` ` + m[2] + ` >"$new" && cat "$new" >` + m[2] + ` && rm "$new"` + m[3]
		})
	}
	x.Steps, x.Undo = slices.Clone(x.Steps), to(x.Undo)
	for i := range x.Steps {
		x.Steps[i].Command = to(x.Steps[i].Command)
	}
	return x
}

// sedInPlace is an edit of a file by sed, as replace and its like write it: the script, the file, and what ends the command.
var sedInPlace = whenAsked(`sed -i ('(?:[^']|'\\'')*'|[^\s']\S*) ('(?:[^']|'\\'')*'|[^\s;']+)(\s|;|$)`)
