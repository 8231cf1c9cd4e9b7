package checks

import (
	"path"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

var (
	// rubyError is how Ruby ends over what nobody rescued: "/srv/wiki/wiki.rb:2:in `require': cannot load such file -- redcarpet (LoadError)"; the frames below it
	// begin with "from" (error.c, rb_ec_error_print).
	rubyError = whenAsked("^(?:<internal:)?(/[^\\s:>]+|[\\w./-]+\\.(?:rb|ru))>?:(\\d+):(?:in [`'][^']*':)? ?(.+ \\((?:\\w+::)*[A-Z]\\w*\\)|syntax error.*)$")
	rubyFrame = whenAsked("^from (?:<internal:)?(/[^\\s:>]+)>?:(\\d+):in ")
)

// rubyPlace is the innermost line of the app's own code below Ruby's last error; folder is what a relative name is from.
func rubyPlace(f *sysinfo.Facts, folder string, lines []sysinfo.JournalLine) (at sysinfo.Place) {
	for i := len(lines) - 1; i >= 0; i-- {
		m := rubyError.FindStringSubmatch(strings.TrimSpace(lines[i].Text))
		if m == nil {
			continue
		}
		if m[1][0] != '/' && folder != "" {
			m[1] = path.Join(folder, m[1])
		}
		for _, l := range lines[i+1:] {
			if ownCode(f, m[1]) {
				break
			}
			if m = rubyFrame.FindStringSubmatch(strings.TrimSpace(l.Text)); m == nil {
				return sysinfo.Place{}
			}
		}
		if ownCode(f, m[1]) {
			at.File = m[1]
			at.Line, _ = strconv.Atoi(m[2]) // digits
		}
		return at
	}
	return at
}

// ownCode says that a file is of the app's own code, and did not come in a package.
func ownCode(f *sysinfo.Facts, file string) bool {
	return strings.HasPrefix(file, "/") && !containsAny(file, "/node_modules/", "-packages/", "venv/bin/", "env/bin/", "/gems/") && !strings.HasPrefix(file, "/usr/") && f.Host.Root.Exists(file)
}

// inShort is an error without what its program prints around it: Node what nobody caught, .NET and Ruby where it was.
func inShort(text string) string {
	text = dotnetInner.ReplaceAllString(printedError.ReplaceAllString(strings.TrimSpace(text), "$1$2"), "$1")
	if m := rubyError.FindStringSubmatch(text); m != nil {
		return m[3]
	}
	return text
}
