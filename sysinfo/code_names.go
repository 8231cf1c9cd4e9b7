package sysinfo

import (
	"strings"

	"fix502/sysinfo/late"
)

var defined = late.New(`^define\(\s*['"](\w+)['"]\s*,`)

// learn takes in the names of a text; one that is given two values has none that is known, as a parameter with a value by default, and one
// to which something is added.
func (v *codeValues) learn(c codeText) {
	for i, left := 0, maxNames; i < len(c.bare) && left > 0; i++ { // no expression for all of the text: that took most of a run's time
		at, to, value := 0, 0, i+1
		switch b := c.bare[i]; {
		case b == '=' || b == ':':
			op := i
			if i > 0 && (c.bare[i-1] == '.' || c.bare[i-1] == '+') {
				op--
			}
			if at, to = c.nameBefore(op); b == '=' && value < len(c.bare) && c.bare[value] == '>' {
				value++
			}
		case b == 'd' && strings.HasPrefix(c.bare[i:], "define("):
			if m := defined.FindStringSubmatchIndex(c.text[i:min(len(c.text), i+maxName)]); m != nil {
				at, to, value = i+m[2], i+m[3], i+m[1]
			}
		}
		if at < to {
			left--
			v.give(c, at, to, value)
		}
	}
}

// nameBefore is the word before a sign, in quotes or brackets or by itself: host =, 'host' =>, $c['host'] =.
func (c codeText) nameBefore(op int) (at, to int) {
	for to = op; to > 0 && strings.IndexByte(" \t", c.bare[to-1]) >= 0; to-- {
	}
	if to > 0 && c.bare[to-1] == ']' {
		to--
	}
	text, quote := c.bare, to > 0 && strings.IndexByte(`'"`, c.bare[to-1]) >= 0
	if quote {
		text = c.text
		to--
	}
	for at = to; at > max(0, to-maxName) && wordByte(text[at-1]); at-- {
	}
	if quote && !c.quoted(at, to) {
		return 0, 0
	}
	return at, to
}

func wordByte(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z'
}

// give gives the name that stands between two places what follows a third one.
func (v *codeValues) give(c codeText, at, to, value int) {
	for value < len(c.text) && strings.IndexByte(" \t\r\n", c.text[value]) >= 0 {
		value++
	}
	if value >= len(c.text) || strings.IndexByte("=>~:", c.text[value]) >= 0 {
		return // a comparison, an arrow, a class and its name
	}
	name := c.text[at:to]
	end, _ := c.until(value, maxExpression, ";,\n")
	one, _ := v.of(c.text[value:end], c.place(value))
	if was, ok := v.set[name]; ok && was.text != one.text || strings.ContainsAny(c.text[to:value], ".+") || c.parameter(at) {
		one = placed{} // nobody knows which
	}
	v.set[name] = one
}

// quoted says that a word is all that stands between two quotes.
func (c codeText) quoted(from, to int) bool {
	return from > 0 && to < len(c.bare) && strings.IndexByte(`'"`, c.bare[from-1]) >= 0 && c.bare[to] == c.bare[from-1]
}
