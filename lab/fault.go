package lab

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
)

//go:embed faults
var faults embed.FS

// A Fault is one server, how it is broken, and what fix502 has to say about it. README.md explains the file.
type Fault struct {
	Name   string
	About  string   // plain words
	Tree   string   // the kind of machine: bookworm
	Cause  string   // its id; "none" on a healthy machine
	Also   []string // ids that may come first instead
	Places []string // any one of them is the place to change
	Status []string // now, intermittent, or either
	Broken string   // what visitors get: 502
	URL    string   // what fix502 is asked about; "-": it is not told
	Fails  string   // the address that breaks; URL, when nothing else is said
	Curl   string   // what visitors send along: curl's own arguments
	Reboot bool     // the break shows after the next boot
	Person bool     // nobody can paste this one away
	Root   bool     // only root can see what it is
	Shut   string   // and what all others are told instead, without a cause
	Left   string   // why fix502 does not heal this one yet
	Setup  string
	Break  string
	Healed string
}

// Healthy says that nothing may be blamed here.
func (f Fault) Healthy() bool { return f.Cause == "none" }

// Faults reads them all, by name; on another release only those that it is about.
func Faults() ([]Fault, error) {
	list, err := readAll(faults, "faults", parse)
	if first != "bookworm" {
		list = slices.DeleteFunc(list, func(f Fault) bool { return f.Tree != first })
	}
	return list, err
}

// readAll reads the files of an embedded folder, each by its name without the ending.
func readAll[T any](folder embed.FS, dir string, parse func(name string, text []byte) (T, error)) ([]T, error) {
	files, err := folder.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var list []T
	for _, file := range files {
		name := path.Join(dir, file.Name())
		text, err := folder.ReadFile(name)
		if err != nil {
			return nil, err
		}
		one, err := parse(strings.TrimSuffix(file.Name(), path.Ext(name)), []byte(here.Replace(string(text))))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		list = append(list, one)
	}
	return list, nil
}

// ordinary is a fault about which nothing is said.
func ordinary(name string) Fault {
	return Fault{Name: name, Tree: first, Broken: "502", URL: "http://shop.test/"}
}

// May says whether this id may come first.
func (f Fault) May(id string) bool {
	return id == f.Cause || slices.Contains(f.Also, id)
}

// Ask is a script that fails when a visitor gets another status than this one.
func (f Fault) Ask(status string) string {
	return fmt.Sprintf(`got=$(curl -gs -o /dev/null -m 12 %s -w '%%{http_code}' '%s' || true)
[ "$got" = %s ] || { echo "visitors of %s get $got, not %s"; exit 1; }
`, f.Curl, f.Fails, status, f.Fails, status)
}
