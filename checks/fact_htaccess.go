package checks

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"strings"

	"fix502/sysinfo"
)

func htaccessFact() Check {
	return Check{
		ID: "htaccess", Title: ".htaccess can be read", Topic: Platform,
		Means: `Apache reads .htaccess for every request. A word that it does not know, a block that is not closed, php_value where PHP runs in PHP-FPM (only mod_php knows it), a file that
was cut off, or a RewriteRule that goes round in a circle (AH00124) make every page a 500. nginx never reads the file. Rename it, load the page; WordPress writes a good one under Settings → Permalinks.`,
		Run: perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
			if s.Root == "" || strings.Contains(s.Root, "$") {
				return nil
			}
			name := s.Root + "/.htaccess"
			b, err := s.Gateway.Root.ReadFile(name)
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return nil
			case err != nil:
				return &Finding{Status: Unknown, Summary: why(err)}
			}
			lines := plural(bytes.Count(b, []byte("\n")), "line", "lines")
			if s.Gateway.Kind != "apache" {
				return pass(fmt.Sprintf("%s does not read %s (%s)", s.Gateway.Title(), name, lines))
			}
			if found := htaccessRefused(ctx, f, s, name); found != nil {
				return found
			}
			line, text := htaccessFault(b, speaksFastCGI(s))
			if text == "" {
				if found := htaccessLoop(ctx, f, s, name, b); found != nil {
					return found
				}
				return pass(fmt.Sprintf("%s: %s, every block closed", name, lines))
			}
			found := &Finding{Status: Warn, Where: sysinfo.Place{File: name, Line: line}, Summary: fmt.Sprintf("%s:%d: %s", name, line, text)}
			found.Evidence = []Evidence{lineOf(s.Gateway.Root, found.Where)}
			if guarded(s.Gateway.Root, sysinfo.Place{File: name, Line: 1}, math.MaxInt) {
				found.Fix = Fix{Title: "Correct that line", Risk: Low}.Tell("Correct %s, as the site's owner, and leave the file where it is: other lines of it keep visitors out, and without them what they guard is open", found.Where)
				return found
			}
			found.Fix = Fix{Title: "Put the file aside and load the page", Risk: Medium, Workaround: true, Undo: fmt.Sprintf("mv -nT %s %s", sh(name+".off"), sh(name))}.
				Do("Rename it: rewrites and redirects in it stop", "mv -nT %s %s", sh(name), sh(name+".off")).
				Tell("If the page works now, mend line %d and rename it back. If nothing changed, undo it", line)
			found.Fix = rebuildHtaccess(ctx, f, s, name, found.Fix)
			return found
		}),
	}
}

func speaksFastCGI(s *sysinfo.Site) bool {
	for _, h := range s.Hops {
		if h.Scheme == "fastcgi" {
			return true
		}
	}
	return false
}

// htaccessFault is the first thing that Apache would stumble over; line 0 and nothing when there is none.
func htaccessFault(b []byte, fastcgi bool) (int, string) {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		return 1 + bytes.Count(b[:i], []byte("\n")), "bytes that are no text: the file was damaged"
	}
	type block struct {
		name string
		line int
	}
	var open []block
	guarded := 0 // <IfModule mod_php…> around: php_value is then left out
	n := 0
	for line := range strings.Lines(string(b)) {
		n++
		w := strings.Fields(strings.ToLower(line))
		switch {
		case len(w) == 0:
		case strings.HasPrefix(w[0], "</"):
			name := strings.Trim(w[0], "</>")
			if len(open) == 0 || open[len(open)-1].name != name {
				return n, fmt.Sprintf("</%s> closes a block that is not open", name)
			}
			open = open[:len(open)-1]
			if len(open) < guarded {
				guarded = 0
			}
		case strings.HasPrefix(w[0], "<"):
			open = append(open, block{strings.Trim(w[0], "<>"), n})
			if guarded == 0 && open[len(open)-1].name == "ifmodule" && strings.Contains(line, "php") {
				guarded = len(open)
			}
		case fastcgi && guarded == 0 && (w[0] == "php_value" || w[0] == "php_flag"):
			return n, w[0] + " is for mod_php; with PHP-FPM Apache refuses it unless mod_php is loaded as well: use a .user.ini or the pool"
		}
	}
	if len(open) > 0 {
		b := open[len(open)-1]
		return b.line, fmt.Sprintf("<%s> is never closed", b.name)
	}
	return 0, ""
}
