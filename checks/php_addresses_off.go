package checks

import (
	"context"
	"fmt"
	"path"

	"fix502/sysinfo"
)

// wrapperOff is what PHP says of an address that the functions for files may not open (main/streams/streams.c).
var wrapperOff = whenAsked(`([a-z][a-z0-9+.-]*):// wrapper is disabled in the server configuration by (allow_url_(?:fopen|include))=0`)

// addressesOff: a setting keeps PHP's functions for files from addresses, and the site's code opens one with them. What includes code from
// elsewhere stays off: that is never a cure.
func addressesOff(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken, found *Finding) bool {
	m := wrapperOff.FindStringSubmatch(line.own())
	if m == nil {
		return false
	}
	v, p, _ := phpSet(ctx, f, s, path.Join(s.Root, "index.php"), m[2])
	if p == nil || !v.Set() {
		return false
	}
	found.Where, found.Confidence = v.Place, 0.95
	found.Summary = fmt.Sprintf("%s is off, and the site's code opens an address (%s://) as a file: visitors see 500", m[2], m[1])
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, v.Place))
	x := Fix{Title: "Let the site's code read addresses", Risk: Medium}
	if m[2] == "allow_url_fopen" && !sharedINI(p, v) {
		if fix, ok := setPHP(f, p, x, v, "Switch it on, as PHP has it by itself; allow_url_include, which runs code from elsewhere, stays as it is", "On"); ok {
			found.Fix = fix.Tell("Better in the long run: curl in the code, which needs no such setting")
			return true
		}
	}
	found.Fix = x.Tell("See whether the code means that address; if it does, let it ask by curl, or switch %s on for this site alone at %s, and restart %s", m[2], v.Place, p.Name())
	return true
}
