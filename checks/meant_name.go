package checks

import (
	"slices"
	"strings"

	"fix502/sysinfo/spelling"
)

// figures tell one machine's name from another's, and one customer's: kunde7 is no slip of kunde8.
var figures = whenAsked(`\d+`)

// meantName is the name of a list, of those that people choose, which another one is a slip of.
func meantName(name string, list []string) string {
	same := slices.DeleteFunc(slices.Clone(list), func(s string) bool {
		return !sameFigures(s, name) || s == "localhost" || strings.HasPrefix(s, "ip6-")
	})
	return spelling.Closest(name, same)
}

func sameFigures(a, b string) bool {
	return slices.Equal(figures.FindAllString(a, -1), figures.FindAllString(b, -1))
}

// soleName is the only name of a list, for one that nobody has; not where the two are told apart by their figures.
func soleName(name string, list []string) string {
	if len(list) != 1 || figures.ReplaceAllString(list[0], "") == figures.ReplaceAllString(name, "") {
		return ""
	}
	return list[0]
}
