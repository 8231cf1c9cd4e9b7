package checks

import (
	"regexp"
	"sync"
)

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

// lateRegexp is a regular expression that is compiled when it is first asked: there are hundreds, a run needs few, and a program
// that only says its version none.
type lateRegexp struct {
	get func() *regexp.Regexp
}

// whenAsked is regexp.MustCompile for a package's variables; TestPatterns compiles them all.
func whenAsked(text string) lateRegexp {
	return lateRegexp{sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })}
}

// String is the expression's text, as a sed script wants it.
func (l lateRegexp) String() string                       { return l.get().String() }
func (l lateRegexp) MatchString(s string) bool            { return l.get().MatchString(s) }
func (l lateRegexp) Match(b []byte) bool                  { return l.get().Match(b) }
func (l lateRegexp) FindString(s string) string           { return l.get().FindString(s) }
func (l lateRegexp) FindStringSubmatch(s string) []string { return l.get().FindStringSubmatch(s) }
func (l lateRegexp) FindStringIndex(s string) []int       { return l.get().FindStringIndex(s) }
func (l lateRegexp) FindStringSubmatchIndex(s string) []int {
	return l.get().FindStringSubmatchIndex(s)
}
func (l lateRegexp) ReplaceAllString(s, with string) string { return l.get().ReplaceAllString(s, with) }
func (l lateRegexp) FindAllString(s string, n int) []string { return l.get().FindAllString(s, n) }
func (l lateRegexp) FindAllStringSubmatch(s string, n int) [][]string {
	return l.get().FindAllStringSubmatch(s, n)
}
func (l lateRegexp) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return l.get().FindAllStringSubmatchIndex(s, n)
}
func (l lateRegexp) ReplaceAllStringFunc(s string, f func(string) string) string {
	return l.get().ReplaceAllStringFunc(s, f)
}

func (l lateRegexp) FindSubmatch(b []byte) [][]byte { return l.get().FindSubmatch(b) }
func (l lateRegexp) SubexpIndex(name string) int    { return l.get().SubexpIndex(name) }
