package wizard

import (
	"net/url"
	"slices"
	"strings"

	"fix502/checks"
)

// example stands for the site in the guided steps' commands.
const example = "shop.example.com"

// exampleLog stands for the site's error log in them.
const exampleLog = "/var/log/nginx/error.log"

// here puts the site's own name and log into the guided steps, so that nothing is left to replace.
func (w Wizard) here(ways []Way) []Way {
	name := w.siteName()
	out := w.hereWordPress(slices.Clone(ways))
	for i, way := range out {
		if p, ok := w.Report.Worst(); ok && plainWord(p.Log) {
			out[i].Command = strings.ReplaceAll(way.Command, exampleLog, p.Log)
		}
		if name == "" || !strings.Contains(way.Command, example) {
			continue
		}
		way.Command = out[i].Command
		out[i].Command = strings.ReplaceAll(way.Command, example, name)
		out[i].Say = strings.NewReplacer("Replace the name twice. ", "", " Replace the name.", "", "; replace the address.", ".", "; replace address and name.", "; replace the address.").Replace(way.Say)
	}
	return out
}

// exampleFolder is where the guided steps have WordPress.
const exampleFolder = "/var/www/html"

// hereWordPress puts the folder of the site's WordPress into the ways, and leaves out WP-CLI where it is not.
func (w Wizard) hereWordPress(ways []Way) []Way {
	homes := w.Rows["wordpress"].WordPresses
	if len(homes) == 0 {
		return ways
	}
	home := homes[0]
	if i := slices.IndexFunc(homes, func(h checks.WordPressHome) bool { return h.Site.Called(w.siteName()) }); i >= 0 {
		home = homes[i]
	}
	if home.CLI == "" {
		ways = slices.DeleteFunc(ways, func(way Way) bool { return strings.Contains(way.Command, " wp --path=") })
	}
	if plainWord(home.Dir) {
		for i := range ways {
			ways[i].Command = strings.ReplaceAll(ways[i].Command, exampleFolder, home.Dir)
		}
	}
	return ways
}

// menuWays are a step's places in the menus of panels and clouds: of those that were found here; where none was, of the usual ones, for one may manage
// the machine from outside.
func (w Wizard) menuWays(t Task) []Way {
	if t.Menu == nil {
		return nil
	}
	var first, then []Way
	found := slices.Concat(w.Rows["panel"].Menus, w.Rows["cloud"].Menus)
	for _, m := range checks.Menus {
		way := Way{At: m.Of, Say: t.Menu(m) + "."}
		switch {
		case way.Say == ".":
		case slices.Contains(found, m.Of):
			first = append(first, way)
		case m.Common && !slices.ContainsFunc(checks.Menus, func(o checks.Menu) bool { return o.Cloud == m.Cloud && slices.Contains(found, o.Of) }):
			then = append(then, way)
		}
	}
	return append(first, then...)
}

// siteName is the site all this is about, when it can stand in a command as it is.
func (w Wizard) siteName() string {
	name := ""
	if u, err := url.Parse(w.URL); err == nil && u.Hostname() != "" {
		name = u.Hostname()
	} else if p, ok := w.Report.Worst(); ok {
		name = p.Site
	}
	if !strings.Contains(name, ".") || strings.Contains(name, "/") || !plainWord(name) {
		return ""
	}
	return name
}

// plainWord says that a name means itself in a shell.
func plainWord(s string) bool {
	return s != "" && !strings.HasPrefix(s, "-") && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_/") == ""
}
