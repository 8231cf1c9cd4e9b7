package checks

import (
	"path"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

var (
	matcherUsed  = whenAsked(`^(?:handle|handle_path|route|respond|error|rewrite|file_server|header)\s+(@[\w.-]+)`)
	matcherFile  = whenAsked(`^(?:@[\w.-]+\s+)?file\s+([^{\s]+)\s*$`)
	matcherRoot  = whenAsked(`^root\s+(\S+)$`)
	matcherTries = whenAsked(`^try_files\s+(\S+)`)
)

// matcherAbove is the named matcher under which a line of a Caddyfile holds: on the line itself, or on that of a block around it.
func matcherAbove(s *sysinfo.Site, at sysinfo.Place) string {
	depth := 0
	for n := at.Line; n > 0; n-- {
		line := configLine(s.Gateway.Root, sysinfo.Place{File: at.File, Line: n})
		if n < at.Line {
			depth += strings.Count(line, "{") - strings.Count(line, "}")
		}
		if n == at.Line || depth > 0 {
			if m := matcherUsed.FindStringSubmatch(line); m != nil {
				return m[1]
			}
			depth = min(depth, 0)
		}
	}
	return ""
}

// matcherFlag is where a named matcher asks whether a file is there (caddyhttp/fileserver/matcher.go), and the file: of several one that is there.
func matcherFlag(s *sysinfo.Site, name string) (at sysinfo.Place, flag string) {
	r := s.Gateway.Root
	at = seekLine(s.Gateway, regexp.MustCompile(`^\s*`+regexp.QuoteMeta(name)+`(?:\s|$)`))
	if name == "" || !at.Known() {
		return sysinfo.Place{}, ""
	}
	dir, asks := s.Root, strings.Contains(configLine(r, at), " file")
	var tries []string
	for _, p := range linesOf(r, at.File, at.Line, regexp.MustCompile(`\S`), true) {
		line := configLine(r, p)
		asks = asks || strings.HasPrefix(line, "file")
		if m := matcherRoot.FindStringSubmatch(line); m != nil {
			dir = m[1]
		}
		for _, re := range []pattern{matcherFile, matcherTries} {
			if m := re.FindStringSubmatch(line); m != nil {
				tries = append(tries, m[1])
			}
		}
	}
	for _, t := range tries {
		file := path.Join("/", dir, t)
		if !asks || strings.ContainsAny(file, "{*") || dir == "" {
			continue
		}
		if flag == "" || !r.Exists(flag) {
			flag = file
		}
	}
	return at, flag
}
