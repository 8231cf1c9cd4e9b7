package conf

import "strings"

// Whole is where a text stands in a line with no letter or digit grown to either end of it; -1 where it does not.
func Whole(line, text string) int {
	for from := 0; text != ""; {
		i := strings.Index(line[from:], text)
		if i < 0 {
			break
		}
		from += i
		end := from + len(text)
		if (from == 0 || !inWord(line[from-1]) || !inWord(text[0])) && (end == len(line) || !inWord(line[end]) || !inWord(text[len(text)-1])) {
			return from
		}
		from++
	}
	return -1
}

func inWord(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}
