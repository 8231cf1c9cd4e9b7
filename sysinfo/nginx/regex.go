package nginx

import "regexp"

// maxPattern keeps hostile expressions from costing memory; nginx's own words end at 4 KB.
const maxPattern = maxWord

// compile turns nginx's PCRE into Go's. Look-around, back references and possessive repeats do not compile:
// then nobody here can say what it matches.
func compile(anyCase bool, pattern string) (*regexp.Regexp, bool) {
	if len(pattern) > maxPattern {
		return nil, false
	}
	if anyCase {
		pattern = "(?i)" + pattern
	}
	re, err := regexp.Compile(pattern)
	return re, err == nil
}

// matches is not known when the pattern does not compile.
func matches(anyCase bool, pattern, s string) (ok, known bool) {
	re, known := compile(anyCase, pattern)
	return known && re.MatchString(s), known
}
