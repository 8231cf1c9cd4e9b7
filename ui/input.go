package ui

import (
	"strings"
	"unicode"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"fix502/wizard"
)

// input is one line of text with a cursor, at a byte offset.
type input struct {
	text string
	at   int
}

// inputLimit is more than any address has.
const inputLimit = wizard.URLLimit + 100

func (in input) press(k tea.KeyMsg) input {
	before, after := in.text[:in.at], in.text[in.at:]
	switch k.String() {
	case "left", "ctrl+b":
		_, n := utf8.DecodeLastRuneInString(before)
		in.at -= n
	case "right", "ctrl+f":
		_, n := utf8.DecodeRuneInString(after)
		in.at += n
	case "home", "ctrl+a":
		in.at = 0
	case "end", "ctrl+e":
		in.at = len(in.text)
	case "backspace", "ctrl+h":
		_, n := utf8.DecodeLastRuneInString(before)
		in.text, in.at = before[:len(before)-n]+after, in.at-n
	case "delete", "ctrl+d":
		_, n := utf8.DecodeRuneInString(after)
		in.text = before + after[n:]
	case "ctrl+u":
		in.text, in.at = after, 0
	case "ctrl+k":
		in.text = before
	case "ctrl+w":
		cut := strings.TrimRight(before, " ")
		cut = cut[:strings.LastIndexAny(cut, " /.")+1]
		in.text, in.at = cut+after, len(cut)
	default:
		if k.Type == tea.KeyRunes || k.Type == tea.KeySpace {
			in = in.insert(string(k.Runes))
		}
	}
	return in
}

// insert takes typed or pasted text; a pasted line's end and its spaces are left out.
func (in input) insert(s string) input {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.IsSpace(r) || unicode.In(r, unicode.Cf) || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
	if len(in.text)+len(s) > inputLimit {
		return in
	}
	in.text = in.text[:in.at] + s + in.text[in.at:]
	in.at += len(s)
	return in
}

// draw shows the part of the text around the cursor.
func (in input) draw(width int, focused bool, cursor string) string {
	if !focused {
		return fit(in.text, width, "")
	}
	before := in.text[:in.at]
	if over := ansi.StringWidth(before) + 1 - width; over > 0 {
		before = ansi.TruncateLeft(before, over, "")
	}
	return fit(before+cursor+in.text[in.at:], width, "")
}
