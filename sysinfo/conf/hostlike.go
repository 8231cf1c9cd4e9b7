package conf

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"fix502/sysinfo/late"
)

var hostName = late.New(`^[a-zA-Z0-9_]([a-zA-Z0-9_-]*[a-zA-Z0-9_])?(\.[a-zA-Z0-9_]([a-zA-Z0-9_-]*[a-zA-Z0-9_])?)+$`)

// HostLike is a host name that a pattern stands for: "shop.test" for `(?i)^(www\.)?shop\.test(:\d+)?$`, "www.shop.test" for
// `^(?<sub>.+)\.shop\.test$`. Somebody who wants to see the page behind the pattern has to ask for some name. Not ok where Go does not
// understand the pattern (PCRE knows more), or no name comes of it. One that tells only how a name begins gets a domain that is nobody's (RFC 2606).
func HostLike(pattern string) (name string, ok bool) {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return "", false
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "", false
	}
	name = strings.ToLower(example(tree))
	if ok = hostName.MatchString(name) && re.MatchString(name); ok {
		return name, true
	}
	if begun, open := strings.CutSuffix(name, "."); open && begun != "" { // "^forum\."
		whole := begun + ".example"
		return whole, hostName.MatchString(whole) && re.MatchString(whole)
	}
	return name, false
}

// MadeUp says that a name has a part of which the pattern, for which it stands, has no word.
func MadeUp(name, pattern string) bool {
	pattern = strings.ToLower(pattern)
	return slices.ContainsFunc(strings.Split(strings.ToLower(name), "."), func(part string) bool { return !strings.Contains(pattern, part) })
}

// example is a short text that a pattern matches, "www" for whatever may be many letters.
func example(re *syntax.Regexp) string {
	switch re.Op {
	case syntax.OpLiteral:
		return string(re.Rune)
	case syntax.OpCharClass:
		return one(re)
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return "w"
	case syntax.OpStar, syntax.OpPlus:
		if inner := example(re.Sub[0]); inner == "w" {
			return "www"
		} else if re.Op == syntax.OpPlus {
			return inner
		}
	case syntax.OpRepeat:
		return strings.Repeat(example(re.Sub[0]), re.Min)
	case syntax.OpCapture, syntax.OpAlternate:
		return example(re.Sub[0])
	case syntax.OpConcat:
		var b strings.Builder
		for _, sub := range re.Sub {
			b.WriteString(example(sub))
		}
		return b.String()
	}
	return ""
}

// one is a letter of a class: "w" where it may be, as most classes of host names allow it.
func one(re *syntax.Regexp) string {
	for i := 0; i+1 < len(re.Rune); i += 2 {
		if re.Rune[i] <= 'w' && 'w' <= re.Rune[i+1] {
			return "w"
		}
	}
	for i := 0; i+1 < len(re.Rune); i += 2 {
		for r := re.Rune[i]; r <= re.Rune[i+1] && r < 128; r++ {
			if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
				return string(r)
			}
		}
	}
	return "w"
}
