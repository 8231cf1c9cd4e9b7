package lab

import (
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

func parse(name string, text []byte) (Fault, error) {
	archive := txtar.Parse(text)
	f := ordinary(name)
	for line := range strings.Lines(string(archive.Comment)) {
		if err := f.directive(strings.TrimSpace(line)); err != nil {
			return f, err
		}
	}
	for _, file := range archive.Files {
		switch file.Name {
		case "setup":
			f.Setup = settingUp(file.Data)
		case "break":
			f.Break = string(file.Data)
		case "healed":
			f.Healed = string(file.Data)
		default:
			return f, fmt.Errorf("unknown part %q", file.Name)
		}
	}
	return f, f.finish()
}

// finish fills in what goes without saying.
func (f *Fault) finish() error {
	if f.Cause == "" || f.About == "" || f.Setup == "" {
		return fmt.Errorf("a fault needs a line of words, a cause and a setup")
	}
	if len(f.Status) == 0 {
		f.Status = []string{"now"}
	}
	if f.Fails == "" {
		f.Fails = f.URL
	}
	if f.Healed == "" {
		f.Healed = f.Ask("200")
	}
	return nil
}

func (f *Fault) directive(line string) error {
	if words, ok := strings.CutPrefix(line, "#"); ok {
		f.About = strings.TrimSpace(f.About + words)
		return nil
	}
	key, value, _ := strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	switch key {
	case "":
	case "tree":
		if f.Tree = value; trees[value].Suite == "" {
			return fmt.Errorf("no tree %q", value)
		}
	case "cause":
		f.Cause = value
	case "also":
		f.Also = append(f.Also, strings.Fields(value)...)
	case "place":
		f.Places = append(f.Places, value)
	case "status":
		f.Status = strings.Fields(value)
	case "broken":
		f.Broken = value
	case "person":
		f.Person = value != ""
	case "root":
		f.Root = value != ""
	case "shut":
		f.Root, f.Shut = true, value
	case "left":
		f.Left = value
	case "url":
		f.URL = value
	case "curl":
		f.Curl = value
	case "reboot":
		f.Reboot = value == "yes"
	case "fails":
		f.Fails = value
	default:
		return fmt.Errorf("unknown directive %q", key)
	}
	return nil
}
