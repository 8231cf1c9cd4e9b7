// Package spelling finds the word that a misspelled one most likely stands for.
package spelling

import "strings"

// Closest is the word of a list that is at most two letters off, in whatever case; empty when none is, or when the word
// is too short to tell.
func Closest(word string, list []string) string {
	if len(word) < 4 {
		return ""
	}
	best, found := 3, ""
	for _, w := range list {
		if n := Distance(strings.ToLower(word), strings.ToLower(w)); n < best || n == best && n < 3 && w < found {
			best, found = n, w
		}
	}
	return found
}

// Distance counts the letters to change, add or drop (Levenshtein). Words of more than 64 bytes are far from all.
func Distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
