package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

// warned adds to a fatal error what PHP warned of right before, in the same entry of the log: that is mostly the cause, and the error only
// what the code made of it.
func warned(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken, found *Finding) {
	for _, look := range []func(context.Context, *sysinfo.Facts, *sysinfo.Site, spoken, *Finding) bool{prependGone, functionOff, addressesOff, sessionsNowhere, sessionsClosed, libraryClosed, phpFolderClosed, phpPeerGone} {
		if look(ctx, f, s, line, found) {
			return
		}
	}
	if filesOut.MatchString(line.own()) {
		found.Fix = Fix{Title: "Close what the code opens, or allow it more files", Risk: Low}.
			Tell("PHP said right before that it may open no more files (see the line). Either the code opens without end, or rlimit_files of the pool, or LimitNOFILE of PHP-FPM's unit, is too low for it")
	}
}

var prepended = whenAsked(`Failed opening required '([^']+)' \(include_path=[^)]*\) in Unknown on line 0`)

// prependGone: a file that PHP runs before each page, or after it, is gone, and a line names it still. What such a file did, a firewall's work
// or a login's, nobody can tell by its name: only where a plugin went as a whole is there nothing left that the line could do.
func prependGone(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken, found *Finding) bool {
	m := prepended.FindStringSubmatch(line.own())
	if m == nil || path.IsAbs(m[1]) && f.Host.Root.Exists(m[1]) {
		return false
	}
	for _, name := range []string{"auto_prepend_file", "auto_append_file"} {
		v, p, pool := phpSet(ctx, f, s, path.Join(s.Root, "index.php"), name)
		if p == nil || !v.Set() || v.Text != m[1] {
			continue
		}
		at := v.Place
		old := configLine(f.Host.Root, at)
		found.Where, found.Confidence = at, 0.96
		found.Summary = fmt.Sprintf("%s names %s, which is not there: visitors see 500", name, m[1])
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
		x := Fix{Title: "Bring back what PHP runs before each page", Risk: Medium}
		if moved := path.Join(s.Root, path.Base(m[1])); s.Root != "" && f.Host.Root.Exists(moved) && !f.Host.Root.Exists(path.Dir(m[1])) && !strayLink(f.Host.Root, moved) && !othersRead(p, pool, at) {
			edit, undo := replacePath(f.Host.Root, at, m[1], moved)
			x.Title, x.Undo = "Let PHP run the file where the site is now", undo
			found.Fix = fpmRestart(p, x.Do(fmt.Sprintf("Name %s: the site has moved, and the file with it", moved), "%s", edit))
			return true
		}
		plugin := lostPlugin(f.Host.Root, m[1])
		if plugin == "" {
			found.Fix = x.Tell("Bring %s back, from a backup or by the plugin that wrote it: it may have kept attackers or strangers out, and without the line at %s nothing does. Take the line out only if you know what the file did, and restart %s", m[1], at, p.Name())
			return true
		}
		found.Evidence = append(found.Evidence, Evidence{Source: "ls -d " + plugin, Text: "no such file or directory"})
		x.Title, x.Undo = "Let PHP no longer ask for the file of a plugin that is gone", setLine(f.Host.Root, at, old)
		x = fpmRestart(p, x.Do(fmt.Sprintf("Take the line out: the plugin %s is gone, and what it did with it", path.Base(plugin)), "%s", setLine(f.Host.Root, at, ";"+old)))
		found.Fix = x.Tell("If you want the plugin: install it again, it writes the line anew")
		return true
	}
	return false
}

// othersRead says that a line is read for the pools of other users as well: what lies in one customer's site is nothing for them to run.
func othersRead(p *sysinfo.FPM, pool *phpfpm.Pool, at sysinfo.Place) bool {
	return at.File != pool.Place.File && path.Base(at.File) != ".user.ini" && slices.ContainsFunc(p.Config.Pools, func(o *phpfpm.Pool) bool {
		return o.Get("user").Text != pool.Get("user").Text
	})
}

// loaders are files that plugins of WordPress lay beside it, to be run before each page, and the plugins.
var loaders = map[string]string{"wordfence-waf.php": "wordfence", "malcare-waf.php": "malcare-security", "aios-bootstrap.php": "all-in-one-wp-security-and-firewall"}

// lostPlugin is the folder of the plugin that a file belonged to, where WordPress is still there and that folder is not; else empty.
func lostPlugin(r sysinfo.Root, file string) string {
	const plugins = "/wp-content/plugins"
	site, rest, in := strings.Cut(file, plugins+"/")
	name, _, _ := strings.Cut(rest, "/")
	if !in {
		site, name = path.Dir(file), loaders[path.Base(file)]
	}
	if dir := path.Join(site+plugins, name); name != "" && isDir(r, site+plugins) && !r.Exists(dir) {
		return dir
	}
	return ""
}
