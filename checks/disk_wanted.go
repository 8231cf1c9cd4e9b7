package checks

import (
	"context"
	"net/http"
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
	files := untoldWanted(ctx, f, s)
	if line, ok := says(ctx, f, s, errlog.NoSpace, errlog.PHPFatal); ok && noRoom.MatchString(line.own()) {
		files = filesWanted(f, line)
	}
	var out []usedDir
	for _, file := range files {
		dir := path.Dir(file)
		if f.Host.Root.Exists(dir) && !slices.ContainsFunc(out, func(d usedDir) bool { return d.path == dir }) && len(out) < 8 {
			out = append(out, usedDir{path: dir, why: whatPHPWrites, who: "php-fpm"})
		}
	}
	return out
}

// phpWants says that a line in which PHP wants room names a file of a filesystem.
func phpWants(f *sysinfo.Facts, s *filesystem, line spoken) bool {
	return noRoom.MatchString(line.own()) && slices.ContainsFunc(filesWanted(f, line), func(file string) bool { return s.on(f.Host.Root, file) })
}

// filesWanted are the files that such a line names, and those that the script it names writes about: a warning of file_put_contents says where in the
// code it was, and not which file it meant.
func filesWanted(f *sysinfo.Facts, line spoken) []string {
	out := filesNamed(line.own())
	_, at := phpSays(line.Text)
	if at.File == "" || strayLink(f.Host.Root, at.File) {
		return out
	}
	return slices.Concat(out, scriptNames(f, at.File))
}

// scriptNames are the files that a script names, without the system's.
func scriptNames(f *sysinfo.Facts, script string) []string {
	out, _ := sysinfo.Memo(f, "files named in "+script, func() ([]string, error) { // each filesystem asks
		b, err := f.Host.Root.ReadFile(script)
		if err != nil || len(b) > 64<<10 {
			return nil, err
		}
		all := slices.DeleteFunc(filesNamed(string(b)), theSystems)
		return all[:min(len(all), 64)], nil
	})
	return out
}

// untoldWanted are the files that the script of a failing page names, where the log that would say what it lacked is closed to us.
func untoldWanted(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) []string {
	a, bad := failsNow(ctx, f, s)
	if !bad || a.Status != http.StatusInternalServerError || s.Root == "" || strings.Contains(s.Root, "$") || unheard(ctx, f, s) == nil {
		return nil
	}
	page, _, _ := strings.Cut(a.Question.URI, "?")
	if path.Ext(page) != ".php" {
		page = "/index.php"
	}
	return scriptNames(f, path.Join(s.Root, path.Clean(page)))
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

// sessionLost is the fatal error of a page that needs a session, where no session can be kept: PHP itself only warns of that, and the code says what it likes.
func sessionLost(ctx context.Context, f *sysinfo.Facts, s *filesystem) []Evidence {
	if !s.holds(phpSessions) {
		return nil
	}
	for _, site := range f.Sites(ctx) {
		line, ok := says(ctx, f, site, errlog.PHPFatal)
		if !ok || !line.now {
			continue
		}
		said, at := phpSays(line.Text)
		if sessionWord.MatchString(said) || at.File != "" && !strayLink(f.Host.Root, at.File) && startsSession(f, at.File) {
			return []Evidence{quoteLine(line.LogLine)}
		}
	}
	return nil
}

var sessionWord = whenAsked(`(?i)\bsessions?\b`)

// startsSession says that a script opens a session itself.
func startsSession(f *sysinfo.Facts, script string) bool {
	b, err := f.Host.Root.ReadFile(script)
	return err == nil && len(b) <= 64<<10 && strings.Contains(string(b), "session_start")
}
