package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

var (
	gluedRule = whenAsked(`(?i)^\s*RewriteRule\s+\S+\s+"?(\w+://[^/\s"$%]+)(\$\d)\S*\s+\[(?:[^\]]*,)?P(?:,[^\]]*)?\]`)
	gluedName = whenAsked(`DNS lookup failure for: (\S+?:\d+)[^\d\s/:]\S*`)
)

// rewriteGlued: a RewriteRule with [P] puts what it found right behind the host and port. In a folder (.htaccess, <Directory>) that has no slash in front of it
// (mod_rewrite, "Per-directory Rewrites"), so Apache looks up the name 127.0.0.1:3000cart.
func rewriteGlued(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	if s.Gateway.Kind != "apache" {
		return nil
	}
	a, bad := failsNow(ctx, f, s)
	if !bad {
		return nil
	}
	for _, line := range f.Fresh(ctx, s) {
		m := gluedName.FindStringSubmatch(line.Text)
		if m == nil || line.Kind != errlog.ResolveFailed || !about(line, a) {
			continue
		}
		files := configFiles(s.Gateway)
		if s.Root != "" {
			files = append([]string{path.Join(s.Root, ".htaccess")}, files...)
		}
		for at, text := range linesIn(s.Gateway.Root, files...) {
			r := gluedRule.FindStringSubmatch(text)
			if r == nil || !strings.HasSuffix(r[1], "://"+m[1]) {
				continue
			}
			was, is := r[1]+r[2], r[1]+"/"+r[2]
			found := &Finding{Status: Fail, Confidence: 0.97, Where: at, Covers: []ID{"upstream-dns", "upstream-port-nothing-listening"},
				Summary:  fmt.Sprintf("the path runs into the address: %s at %s has no slash between them, and in a folder none comes with the path", was, at),
				Evidence: []Evidence{lineOf(s.Gateway.Root, at), quoteLine(line)}}
			x := Fix{Title: "Correct " + at.String(), Risk: Low, Undo: replace(s.Gateway.Root, at, is, was)}
			x = x.Do("A slash between address and path", "%s", replace(s.Gateway.Root, at, was, is))
			if path.Base(at.File) != ".htaccess" { // which is read with every request
				x = reload(ctx, f, s.Gateway, x)
			}
			found.Fix = x
			return found
		}
	}
	return nil
}
