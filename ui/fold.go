package ui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// fold cuts a shell line into lines of at most width cells, between its words where they are short enough. Put together again the lines are the command, character for character: it is copied with a key
// and never read off the screen, but somebody wants to understand it before they paste it.
func fold(s string, width int) []string {
	var out []string
	for ansi.StringWidth(s) > width {
		head := ansi.Truncate(s, width, "")
		if head == "" { // one character is wider than the room
			break
		}
		if at := seam(head, s[len(head):]); at > 0 {
			head = head[:at]
		}
		out, s = append(out, head), s[len(head):]
	}
	return append(out, s)
}

// seam is where a line is best cut: before the next command of a row, else behind the last blank, else behind the last
// slash; 0 where all of them stand too far to the left.
func seam(head, rest string) int {
	near := len(head) / 3
	for _, mark := range []string{" && ", " || ", " | "} {
		if at := strings.LastIndex(head, mark) + 1; at > near {
			return at
		}
	}
	if strings.HasPrefix(rest, " ") {
		return 0 // a word ends here anyway
	}
	for _, mark := range []string{" ", "/"} {
		if at := strings.LastIndex(head, mark) + 1; at > near {
			return at
		}
	}
	return 0
}
