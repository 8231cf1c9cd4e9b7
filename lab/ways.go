package lab

import (
	"embed"
	"fmt"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

//go:embed ways
var ways embed.FS

// A Gateway is one healthy server, and the ways in which people break it: the machine is booted once, and mended
// between them. README.md explains the file.
type Gateway struct {
	Fault          // what all ways have in common; its Setup makes the healthy server
	Units []string // the services that stop while the machine is put back, and start after it
	Keeps []string // folders that a way may touch, beside those where everybody configures
	Then  string   // what follows every break: a restart, mostly
	Ways  []Fault  // each is called GATEWAY/WAY
}

// Gateways reads them all, by name.
func Gateways() ([]Gateway, error) { return readAll(ways, "ways", parseWays) }

func parseWays(name string, text []byte) (Gateway, error) {
	archive := txtar.Parse(text)
	g := Gateway{Fault: ordinary(name)}
	for line := range strings.Lines(string(archive.Comment)) {
		if err := g.directive(strings.TrimSpace(line)); err != nil {
			return g, err
		}
	}
	for _, file := range archive.Files {
		switch file.Name {
		case "setup":
			g.Setup = settingUp(file.Data)
		case "then":
			g.Then = string(file.Data)
		default:
			way, err := g.way(file)
			if err != nil {
				return g, fmt.Errorf("%s: %w", file.Name, err)
			}
			g.Ways = append(g.Ways, way)
		}
	}
	return g, g.finish()
}

func (g *Gateway) directive(line string) error {
	key, value, _ := strings.Cut(line, ":")
	switch key {
	case "units":
		g.Units = strings.Fields(value)
	case "keeps":
		g.Keeps = strings.Fields(value)
	default:
		return g.Fault.directive(line)
	}
	return nil
}

// heading is a line above a way's script: the directive of a fault, or words.
var heading = regexp.MustCompile(`^(#|[a-z]+:\s)`)

// way is one section: headings, then the script that breaks.
func (g *Gateway) way(file txtar.File) (Fault, error) {
	f := g.Fault
	f.Name = g.Name + "/" + file.Name
	rest := string(file.Data)
	for heading.MatchString(rest) {
		line, after, _ := strings.Cut(rest, "\n")
		if err := f.directive(line); err != nil {
			return f, err
		}
		rest = after
	}
	f.Break = rest + g.Then
	if strings.TrimSpace(rest) == "" {
		return f, fmt.Errorf("it breaks nothing")
	}
	return f, f.finish()
}
