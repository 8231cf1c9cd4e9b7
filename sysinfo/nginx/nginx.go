// Package nginx reads nginx's configuration the way nginx does and says what follows from it: which server
// answers a request, where it is passed on to, and which line of which file says so. It looks at files only.
package nginx

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sync"
	"time"

	"fix502/sysinfo/conf"
)

// These are short names for what all readers share.
type (
	Files = conf.Files
	Place = conf.Place
)

// Problem is one thing in the files that stops `nginx -t`, worded as nginx words it. What is around it was kept.
type Problem struct {
	File string
	Line int
	Text string
	Err  error // of the read or glob, when that is what failed
}

func (p Problem) Error() string { return fmt.Sprintf("%s in %s:%d", p.Text, p.File, p.Line) }

func (p Problem) Unwrap() error { return p.Err }

// Config is one nginx as its files describe it. It does not change after Parse, so many may read it at once.
type Config struct {
	Path     string    // the main file
	Prefix   string    // -p: where relative logs, roots and temporary files start
	Main     *Block    // the top level
	Files    []string  // every file that was opened, in order: the ones whose change times matter
	Problems []Problem // those of single lines first; nginx stops at its first, we do not

	Edited     time.Time // when the newest of Files was written; zero where the machine does not tell
	EditedFile string

	built     Build
	servers   []*Server
	upstreams map[string]*Upstream
	variables map[string]*Block          // map, geo and split_clients blocks by the variable they make
	hostKeys  map[*Block]map[string]bool // of maps over the host whose keys are plain names

	sockets struct { // found when asked for
		sync.Mutex
		on map[endpoint]*listeners
	}
}

// Parse reads the main file and all it includes. Relative includes start at the main file's directory, every
// other relative path at prefix. It never fails: what could not be read is among the Problems.
func Parse(files Files, main, prefix string) *Config {
	return ParseAs(files, Build{Prefix: prefix, ConfPath: main})
}

// ParseAs is Parse for an nginx whose `nginx -V` is known, which decides some defaults: paths, user, protocols.
func ParseAs(files Files, built Build) *Config {
	built = built.withDefaults()
	main := built.ConfPath
	c := &Config{Path: main, Prefix: built.Prefix, built: built,
		upstreams: map[string]*Upstream{}, variables: map[string]*Block{}, hostKeys: map[*Block]map[string]bool{}}
	r := &reader{files: files, dir: path.Dir(main), config: c,
		parsed: map[string]*file{}, told: map[told]bool{}, budget: maxDirectives, room: maxTotal, known: newGrammar()}
	c.Main = r.tree(main)
	c.judge()
	return c
}

// judge makes servers, upstreams and variables of the http block.
func (c *Config) judge() {
	for _, http := range c.Main.Blocks {
		if http.Name != "http" {
			continue
		}
		for _, b := range http.Blocks {
			switch b.Name {
			case "upstream":
				c.addUpstream(b)
			case "map", "geo", "split_clients":
				if n := len(b.Args); n > 0 {
					c.variables[b.Args[n-1]] = b
					c.hostKeys[b] = hostKeys(b)
				}
			}
		}
		for _, b := range http.Blocks {
			if b.Name == "server" {
				c.servers = append(c.servers, newServer(c, b))
			}
		}
	}
	takeBoth(c.servers)
}

// Servers are the server blocks of http in the order nginx meets them.
func (c *Config) Servers() []*Server { return c.servers }

// Variable is the map, geo or split_clients block that gives a variable its value, nil where none does: Variable("$closed").
func (c *Config) Variable(name string) *Block { return c.variables[name] }

// Passes are all passes of all servers.
func (c *Config) Passes() []*Pass {
	var all []*Pass
	for _, s := range c.servers {
		all = append(all, s.Passes...)
	}
	return all
}

func (c *Config) problem(p Place, text string, err error) {
	c.Problems = append(c.Problems, Problem{File: p.File, Line: p.Line, Text: text, Err: err})
}

// openFailed is what nginx says of a file it cannot open.
func openFailed(name string, err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("open() %q failed (2: No such file or directory)", name)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("open() %q failed (13: Permission denied)", name)
	}
	return fmt.Sprintf("cannot read %q: %v", name, err)
}
