package checks

import (
	"context"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

const whatPHPWrites = "what PHP code writes"

// noRoom are PHP's own words for a file that had no room; a write's warning names no file, what the code says of it then mostly does.
var noRoom = whenAsked(`(?i)no space left on device|errno=28\b`)

// spaceWanted are the folders of the files that a line about a site names, where PHP wanted room: no configuration knows of them.
func spaceWanted(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) []usedDir {
	if !slices.ContainsFunc(s.Hops, func(h *sysinfo.Hop) bool { return h.Scheme == "fastcgi" }) {
		return nil
	}
	line, ok := says(ctx, f, s, errlog.NoSpace, errlog.PHPFatal)
	if !ok || !noRoom.MatchString(line.own()) {
		return nil
	}
	var out []usedDir
	for _, file := range filesNamed(line.own()) {
		dir := path.Dir(file)
		if f.Host.Root.Exists(dir) && !slices.ContainsFunc(out, func(d usedDir) bool { return d.path == dir }) && len(out) < 8 {
			out = append(out, usedDir{path: dir, why: whatPHPWrites, who: "php-fpm"})
		}
	}
	return out
}

// phpWants says that a line in which PHP wants room names a file of a filesystem.
func phpWants(f *sysinfo.Facts, s *filesystem, line spoken) bool {
	return noRoom.MatchString(line.own()) && slices.ContainsFunc(filesNamed(line.own()), func(file string) bool { return s.on(f.Host.Root, file) })
}

// filesNamed are the files that a text names.
func filesNamed(text string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\"'(),;`", r) }) {
		if w = strings.TrimRight(w, ":."); strings.HasPrefix(w, "/") && strings.Count(w, "/") > 1 {
			w, _, _ = strings.Cut(w, ":")
			out = append(out, path.Clean(w))
		}
	}
	return out
}
