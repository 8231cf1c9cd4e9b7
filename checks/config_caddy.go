package checks

import (
	"regexp"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

// caddyWords are directives that people write by hand.
var caddyWords = []string{"reverse_proxy", "php_fastcgi", "file_server", "root", "encode", "handle", "handle_path", "route", "respond", "redir", "rewrite", "header", "tls", "log", "import", "basicauth", "try_files"}

var caddyBraces = regexp.MustCompile(`(?i)expecting '}'|unexpected EOF|unexpected '}'|Unexpected end of file|expected '}'`)

// cureCaddy mends what Caddy says of one line.
func (t *confError) cureCaddy(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	r := g.Root
	switch open := unbalanced(r, t.place.File); {
	case caddyBraces.MatchString(t.text) && open == 1:
		x.Undo = "sed -i '${/^}$/d;}' " + sh(realFile(r, t.place.File))
		return x.Do("Close the block that is still open at the end of the file", "%s", addLine(r, t.place.File, "}")), true
	case caddyBraces.MatchString(t.text) && open == -1 && line == "}":
		return x.Do("Take out the brace that closes nothing", "%s", commentOut(r, t.place)), true
	case strings.HasPrefix(line, "import ") && strings.Contains(t.text, "no such file or snippet") && guardFile.MatchString(line):
		return x.Tell("Put it back: by its name it says who may come in, and without it the site may be open. If it does not, take the import at %s out", t.place), true
	case strings.HasPrefix(line, "import ") && strings.Contains(t.text, "no such file or snippet"):
		return x.Tell("Where it was, a backup may have it; without it the site lacks what stood there").
			Do("Take the import out: its file is not there", "%s", commentOut(r, t.place)), true
	}
	if m := unknownWord.FindStringSubmatch(t.text); m != nil && strings.Contains(line, m[1]) {
		if meant := spelling.Closest(m[1], caddyWords); meant != "" {
			return t.slip(g, x, m[1], meant), true
		}
	}
	return x, false
}
