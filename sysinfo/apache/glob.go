package apache

import (
	"path"
	"regexp"
	"strings"
)

// glob matches * and ? as ap_strcmp_match does: they mean any characters, slashes too.
func glob(pattern, s string) bool {
	if !strings.ContainsAny(pattern, "*?") {
		return pattern == s
	}
	// the last * and what it has taken so far
	p, i, star, mark := 0, 0, -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			p++
			i++
		case star >= 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// fnmatch matches a folder's or file's pattern, where * does not go over a slash.
func fnmatch(pattern, s string) bool {
	if !strings.ContainsAny(pattern, "*?[") {
		return pattern == s
	}
	ok, err := path.Match(pattern, s)
	return ok && err == nil
}

// maxPattern is beyond what people write and what is worth compiling.
const maxPattern = 4096

// compile reads a regular expression of PCRE's; nil when Go knows no such thing (look-arounds).
func compile(pattern string, fold bool) *regexp.Regexp {
	if len(pattern) > maxPattern {
		return nil
	}
	if fold {
		pattern = "(?i)" + pattern
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil
	}
	return re
}
