// Package conf holds what readers of configuration share: what they need of a machine, and how they say where something
// stands. nginx's, Apache's and PHP-FPM's readers word their problems as those programs do and have their own.
package conf

import "fmt"

// Files is what a reader needs of a machine: bounded reads and globs inside its root.
type Files interface {
	// ReadFile reads a regular file, never more than its bound. Errors wrap fs.ErrNotExist, fs.ErrPermission, ...
	ReadFile(name string) ([]byte, error)
	// Glob answers sorted as glob(3) does; hidden files only when the pattern says so.
	Glob(pattern string) ([]string, error)
}

// Place is one line of one file, the file under the name by which it was opened (sites-enabled, not sites-available); without a line,
// the file as a whole. The zero Place means that no line says it: the program's own default.
type Place struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

func (p Place) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Known says that there is a place at all.
func (p Place) Known() bool { return p.File != "" }

// At is the place of a line.
func At(file string, line int) Place { return Place{file, line} }

// Problem is something wrong in a file, found by reading it. What is around it was kept.
type Problem struct {
	Place
	Text string
	Err  error // of the read, when that is what failed
}

func (p Problem) Error() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text) }

func (p Problem) Unwrap() error { return p.Err }

// Problems are those of one configuration, as many as a person would read.
type Problems []Problem

// Add notes one more.
func (p *Problems) Add(at Place, text string, err error) {
	if len(*p) < 100 {
		*p = append(*p, Problem{at, text, err})
	}
}
