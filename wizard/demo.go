package wizard

import (
	"embed"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/recorded"
)

//go:embed demo/*.txtar
var demos embed.FS

// DefaultDemo is what --demo alone shows.
const DefaultDemo = "socket-path-mismatch"

// Demos are the names of the recorded servers inside the binary.
func Demos() []string {
	var out []string
	entries, err := demos.ReadDir("demo")
	if err != nil {
		return nil
	}
	for _, e := range entries {
		out = append(out, strings.TrimSuffix(e.Name(), ".txtar"))
	}
	return out
}

// AnyDemo stands for one that is still to be chosen.
const AnyDemo = "choose"

// DemoAbout says in a sentence what was the matter with a recorded server.
func DemoAbout(name string) string {
	b, err := demos.ReadFile("demo/" + name + ".txtar")
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(b), "\n")
	return strings.TrimPrefix(line, "# ")
}

// Demo is one of the recorded servers.
func Demo(name string) (*sysinfo.Host, error) {
	if name == AnyDemo {
		name = DefaultDemo
	}
	b, err := demos.ReadFile("demo/" + name + ".txtar")
	if err != nil {
		return nil, fmt.Errorf("there is no demo %q; there are %s", name, strings.Join(Demos(), ", "))
	}
	m, err := recorded.Parse(b)
	if err != nil {
		return nil, fmt.Errorf("demo %s: %w", name, err)
	}
	m.Host.Name = "web1"
	return m.Host, nil
}
