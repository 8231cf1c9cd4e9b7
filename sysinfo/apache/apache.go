// Package apache reads the configuration of Apache httpd 2.4 the way httpd does and says what follows from it:
// which virtual host answers a request, where it is passed on to, and which line of which file says so. It looks
// at files only.
package apache

import (
	"errors"
	"fmt"
	"io/fs"

	"fix502/sysinfo/conf"
)

// Place is a line of a file, as for all readers.
type Place = conf.Place

// Files is what a reader needs of a machine: bounded reads and globs inside its root, and what lies in its folders.
type Files interface {
	conf.Files
	ReadDir(name string) ([]string, error) // the sorted names in a folder
	IsDir(name string) bool
	Exists(name string) bool
}

// Problem is one thing in the files that stops `apachectl -t`, worded as httpd words it. What is around it was kept.
type Problem struct {
	File string
	Line int
	Text string
	Err  error // of the read or glob, when that is what failed
}

func (p Problem) Error() string { return fmt.Sprintf("%s in %s:%d", p.Text, p.File, p.Line) }

func (p Problem) Unwrap() error { return p.Err }

// Config is one httpd as its files describe it. It does not change after Parse, so many may read it at once.
type Config struct {
	Built    Build
	Main     *Section  // the top level: the main server
	Files    []string  // every file that was opened, in order: the ones whose change times matter
	Problems []Problem // httpd stops at its first, we do not
	Modules  map[string]Place

	base      *Server
	servers   []*Server
	listens   []Listen
	balancers map[string]*Balancer
	texts     map[string]string
	below     int // folders whose .htaccess was looked for
}

// Parse reads the main file and all it includes. It never fails: what could not be read is among the Problems.
func Parse(files Files, built Build) *Config {
	built = built.withDefaults()
	c := &Config{Built: built, Modules: map[string]Place{}, balancers: map[string]*Balancer{}, texts: map[string]string{}}
	for _, m := range built.Static {
		c.Modules[m] = Place{}
	}
	r := newReader(files, c)
	c.Main = r.tree(built.ConfPath)
	c.judge(files)
	return c
}

// Root is ServerRoot, where every relative path starts.
func (c *Config) Root() string { return c.Built.Root }

// Servers are the virtual hosts in the order of the file, and the main server first where a visitor can reach it.
func (c *Config) Servers() []*Server { return c.servers }

// Base is the main server: what every virtual host inherits from.
func (c *Config) Base() *Server { return c.base }

// Listens are the addresses that httpd opens.
func (c *Config) Listens() []Listen { return c.listens }

// Has says that a module is there, by its identifier ("proxy_module") or its source file ("mod_proxy.c").
func (c *Config) Has(module string) bool {
	_, ok := c.Modules[moduleID(module)]
	return ok
}

func (c *Config) problem(p Place, text string, err error) {
	if len(c.Problems) < maxProblems {
		c.Problems = append(c.Problems, Problem{File: p.File, Line: p.Line, Text: text, Err: err})
	}
}

// openFailed is what httpd says of a file it cannot open.
func openFailed(name string, err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("Could not open configuration file %s: No such file or directory", name)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("Could not open configuration file %s: Permission denied", name)
	}
	return fmt.Sprintf("Could not open configuration file %s: %v", name, err)
}
