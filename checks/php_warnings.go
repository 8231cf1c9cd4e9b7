package checks

import (
	"context"
	"fmt"
	"path"

	"fix502/sysinfo"
)

// warned adds to a fatal error what PHP warned of right before, in the same entry of the log: that is mostly the cause, and the error only
// what the code made of it.
func warned(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken, found *Finding) {
	for _, look := range []func(context.Context, *sysinfo.Facts, *sysinfo.Site, spoken, *Finding) bool{prependGone, sessionsClosed, libraryClosed} {
		if look(ctx, f, s, line, found) {
			return
		}
	}
	if filesOut.MatchString(line.own()) {
		found.Fix = Fix{Title: "Close what the code opens, or allow it more files", Risk: Low}.
			Tell("PHP said right before that it may open no more files (see the line). Either the code opens without end, or rlimit_files of the pool, or LimitNOFILE of PHP-FPM's unit, is too low for it")
	}
}

var (
	prepended = whenAsked(`Failed opening required '([^']+)' \(include_path=[^)]*\) in Unknown on line 0`)
	// letsIn are names of what asks visitors who they are: a site does not go without such a file unseen.
	letsIn = whenAsked(`(?i)auth|login|allow|deny|restrict|whitelist|blacklist|blocklist|access|passw|protect|secure|gate|lock|ldap|sso`)
)

// prependGone: a file that PHP runs before each page, or after it, is gone, and a line names it still: a plugin's firewall that was removed
// with the plugin.
func prependGone(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken, found *Finding) bool {
	m := prepended.FindStringSubmatch(line.own())
	if m == nil || path.IsAbs(m[1]) && f.Host.Root.Exists(m[1]) {
		return false
	}
	for _, name := range []string{"auto_prepend_file", "auto_append_file"} {
		v, p, _ := phpSet(ctx, f, s, path.Join(s.Root, "index.php"), name)
		if p == nil || !v.Set() || v.Text != m[1] {
			continue
		}
		at := sysinfo.Place(v.Place)
		old := configLine(f.Host.Root, at)
		found.Where, found.Confidence = at, 0.96
		found.Summary = fmt.Sprintf("%s names %s, which is not there: visitors see 500", name, m[1])
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
		x := Fix{Title: "Let PHP no longer ask for a file that is gone", Risk: Medium}
		if letsIn.MatchString(m[1]) {
			found.Fix = x.Tell("Bring %s back from a backup: by its name it may decide who gets in, and without the line at %s everybody does. Take the line out only if you know that it guarded nothing, and restart %s", m[1], at, p.Name())
			return true
		}
		x.Undo = setLine(f.Host.Root, at, old)
		x = fpmRestart(p, x.Do("Take the line out (or bring the file back, and skip this). What the file did, a firewall's work perhaps, is not done without it", "%s", setLine(f.Host.Root, at, ";"+old)))
		found.Fix = x.Tell("If it belonged to a plugin that you want: install it again, it writes the line anew")
		return true
	}
	return false
}
