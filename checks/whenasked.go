package checks

import compiled "fix502/sysinfo/late"

// pattern is what is asked of a regular expression.
type pattern interface {
	MatchString(string) bool
	FindString(string) string
	FindStringSubmatch(string) []string
	FindStringIndex(string) []int
	FindAllStringSubmatch(string, int) [][]string
	ReplaceAllString(string, string) string
	SubexpIndex(string) int
	String() string
}

// whenAsked is a regular expression for a package's variables, compiled when it is first asked.
func whenAsked(text string) compiled.Regexp { return compiled.New(text) }
