package sysinfo

import (
	"cmp"
	"slices"
	"strings"

	"fix502/sysinfo/late"
)

var defined = late.New(`^define\(\s*['"](\w+)['"]\s*,`)

// learn takes in the names of a text; one that is given two values has none that is known, as a parameter with a value by default, and one
// to which something is added. What stands in an array is known by the array's name as well: one for the mail may have a host, too.
func (v *codeValues) learn(c codeText) {
	var within []string // the names of the brackets that are open
	opens, group := -1, ""
	for i, left := 0, maxNames; i < len(c.bare) && left > 0; i++ { // no expression for all of the text: that took most of a run's time
		at, to, value := 0, 0, i+1
		switch b := c.bare[i]; {
		case strings.IndexByte("([{", b) >= 0:
			if i != opens {
				group = ""
			}
			within = append(within, group)
			opens = -1
		case strings.IndexByte(")]}", b) >= 0 && len(within) > 0:
			within = within[:len(within)-1]
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
			in := ""
			if len(within) > 0 {
				in = within[len(within)-1]
			}
			v.give(c, codeName{at, to, in}, value)
			opens, group = c.opensAt(value), c.text[at:to]
		}
	}
}

// opensAt is the bracket of an array that a value is; -1 where it is none.
func (c codeText) opensAt(value int) int {
	for value < len(c.bare) && strings.IndexByte(" \t\r\n", c.bare[value]) >= 0 {
		value++
	}
	for _, word := range []string{"array", "dict"} {
		if strings.HasPrefix(c.bare[min(value, len(c.bare)):], word+"(") {
			value += len(word)
		}
	}
	if value < len(c.bare) && strings.IndexByte("[{(", c.bare[value]) >= 0 {
		return value
	}
	return -1
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

// A codeName is a word that is given a value, and the array that it stands in.
type codeName struct {
	at, to int
	in     string
}

// give gives a name what follows a place.
func (v *codeValues) give(c codeText, n codeName, value int) {
	for value < len(c.text) && strings.IndexByte(" \t\r\n", c.text[value]) >= 0 {
		value++
	}
	if value >= len(c.text) || strings.IndexByte("=>~:", c.text[value]) >= 0 {
		return // a comparison, an arrow, a class and its name
	}
	end, _ := c.until(value, maxExpression, ";,\n")
	one, _ := v.of(c.text[value:end], c.place(value))
	unknown := strings.ContainsAny(c.text[n.to:value], ".+") || c.parameter(n.at)
	name, key := c.text[n.at:n.to], c.quoted(n.at, n.to)
	v.put(wordOrKey(name, key), one, unknown)
	if key && strings.HasPrefix(c.text[n.to+1:], "]") { // $c['db']['host'] =
		n.in = lastOf(words.FindAllString(c.text[max(0, n.at-maxName):n.at-1], -1))
	}
	if n.in != "" {
		v.put(n.in+"."+name, one, unknown)
	}
	if !key {
		v.stand(name, strings.TrimSpace(c.text[value:end]))
	}
}

// wordOrKey tells a key of an array from a name: 'db' => 'shop' says nothing of $db.
func wordOrKey(name string, key bool) string {
	if key {
		return "'" + name
	}
	return name
}

// put gives a name a value; of two nobody knows which.
func (v *codeValues) put(name string, one placed, unknown bool) {
	if was, ok := v.set[name]; ok && was.text != one.text || unknown {
		one = placed{}
	}
	v.set[name] = one
}

// stand remembers that a name is short for an array in another: $db = $c['db'].
func (v *codeValues) stand(name, text string) {
	of := partOfCall(text)
	if lastWord.MatchString(text) {
		of = lastOf(words.FindAllString(text, -1))
	}
	if was, ok := v.is[name]; ok && was != of {
		of = ""
	}
	if v.is == nil {
		v.is = map[string]string{}
	}
	v.is[name] = of
	if of == "" && takesFile.MatchString(text) {
		if v.whole == nil {
			v.whole = map[string]bool{}
		}
		v.whole[name] = true
	}
}

// partOfCall is the part that is taken of what a call gives: parse_ini_file('a.ini', true)['db'], require('./a.json').db.
func partOfCall(text string) string {
	if m := ofCall.FindStringSubmatch(text); m != nil {
		return lastOf(words.FindAllString(m[1], -1))
	}
	return ""
}

func lastOf(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

// named is what a name in a text stands for, as $c['db']['host'], $host or config.db.host; false where that is not known.
func (v *codeValues) named(text string) (placed, bool) {
	all := words.FindAllString(text, -1)
	name, key := lastOf(all), strings.Contains(text, "[")
	names := []string{wordOrKey(name, key), wordOrKey(name, !key)}
	if len(all) > 1 {
		in := all[len(all)-2]
		names = slices.Insert(names, 0, cmp.Or(v.is[in], in)+"."+name)
	}
	for _, n := range names {
		if one, ok := v.set[n]; ok {
			return one, one.at.Known()
		}
	}
	return placed{}, false
}

// quoted says that a word is all that stands between two quotes.
func (c codeText) quoted(from, to int) bool {
	return from > 0 && to < len(c.bare) && strings.IndexByte(`'"`, c.bare[from-1]) >= 0 && c.bare[to] == c.bare[from-1]
}
