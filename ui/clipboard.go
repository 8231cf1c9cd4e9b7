package ui

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aymanbagabas/go-osc52/v2"
	tea "github.com/charmbracelet/bubbletea"

	"fix502/checks"
	"fix502/wizard"
)

// pasting is what to do with copied commands.
func pasting(width int) string {
	if width < wide {
		return ": ctrl+z, paste, fg, a"
	}
	return " to your clipboard: ctrl+z, paste as root, fg, then a; s: file"
}

// together are the commands of a fix as one text: what comes after one that fails, a test say, is not run.
func together(commands []string) string { return strings.Join(commands, " &&\n") + "\n" }

// copyOut hands text to the terminal's clipboard. Nothing ever answers, so the note only says that it was sent, and then
// what to do with it.
func copyOut(o Options, text, what, then string) tea.Cmd {
	return func() tea.Msg {
		if o.Screen == nil {
			return noteMsg("no terminal to copy through; s saves it to a file")
		}
		if _, err := io.WriteString(o.Screen, clipboard(text, o.Env)); err != nil {
			return noteMsg("the terminal took nothing; s saves it to a file")
		}
		return noteMsg(what + " sent" + then)
	}
}

// clipboard is OSC 52, for the terminal itself; within tmux and screen also wrapped, because which of the two gets
// through is a matter of their settings (set-clipboard, allow-passthrough), and twice does no harm.
func clipboard(text string, env func(string) string) string {
	seq := osc52.New(text)
	switch {
	case env("TMUX") != "":
		return seq.String() + seq.Tmux().String()
	case strings.HasPrefix(env("TERM"), "screen"):
		return seq.String() + seq.Screen().String()
	}
	return seq.String()
}

// save writes the report and the message into the program's own state folder.
func save(o Options, w wizard.Wizard, now time.Time) tea.Cmd {
	return func() tea.Msg {
		name, err := saved(o.State, w, now)
		if err != nil {
			return noteMsg("not saved: " + checks.Quote(err.Error()))
		}
		return noteMsg("saved as " + name)
	}
}

func saved(dir string, w wizard.Wizard, now time.Time) (string, error) {
	if dir == "" {
		return "", fmt.Errorf("there is no folder for it (XDG_STATE_HOME or HOME)")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	name := filepath.Join(dir, "report-"+now.Format("20060102-150405")+".md")
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if err := w.Report.Markdown(f); err != nil {
		return "", err
	}
	_, err = f.WriteString("\n## Message to support\n\n" + w.Message(now))
	return name, err
}
