// Package late has regular expressions that are compiled when they are first asked: there are hundreds, a run needs few, and a
// program that only says its version none.
package late

import (
	"regexp"
	"sync"
)

// Regexp is a regular expression of a package's variables.
type Regexp struct {
	get func() *regexp.Regexp
}

// New is regexp.MustCompile, later; TestPatterns compiles all that the source writes.
func New(text string) Regexp {
	return Regexp{sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })}
}

// String is the expression's text, as a sed script wants it.
func (r Regexp) String() string                       { return r.get().String() }
func (r Regexp) MatchString(s string) bool            { return r.get().MatchString(s) }
func (r Regexp) Match(b []byte) bool                  { return r.get().Match(b) }
func (r Regexp) FindString(s string) string           { return r.get().FindString(s) }
func (r Regexp) FindStringSubmatch(s string) []string { return r.get().FindStringSubmatch(s) }
func (r Regexp) FindStringIndex(s string) []int       { return r.get().FindStringIndex(s) }
func (r Regexp) FindStringSubmatchIndex(s string) []int {
	return r.get().FindStringSubmatchIndex(s)
}
func (r Regexp) FindSubmatch(b []byte) [][]byte         { return r.get().FindSubmatch(b) }
func (r Regexp) FindAllString(s string, n int) []string { return r.get().FindAllString(s, n) }
func (r Regexp) ReplaceAllString(s, with string) string { return r.get().ReplaceAllString(s, with) }
func (r Regexp) SubexpIndex(name string) int            { return r.get().SubexpIndex(name) }
func (r Regexp) ReplaceAllStringFunc(s string, f func(string) string) string {
	return r.get().ReplaceAllStringFunc(s, f)
}
func (r Regexp) FindAllStringSubmatch(s string, n int) [][]string {
	return r.get().FindAllStringSubmatch(s, n)
}
func (r Regexp) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return r.get().FindAllStringSubmatchIndex(s, n)
}
