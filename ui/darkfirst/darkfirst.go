// Package darkfirst answers a question before it is put. Bubble Tea asks the terminal for its background colour when it
// is linked, in every command, and waits five seconds for terminals that do not answer (a serial console, a CI job).
//
// Go initialises packages that are ready in the order of their import paths, so this one must sort before
// github.com/charmbracelet/bubbletea and must not import it. A test starts the program on a silent terminal.
package darkfirst

import (
	"os"
	"strings"

	"github.com/charmbracelet/lipgloss"
)

func init() { lipgloss.SetHasDarkBackground(Dark()) }

// Dark is what the terminal says of itself in COLORFGBG ("15;0": white on black), and dark where it says nothing.
func Dark() bool {
	v := os.Getenv("COLORFGBG")
	switch v[strings.LastIndexByte(v, ';')+1:] {
	case "7", "15":
		return false
	}
	return true
}
