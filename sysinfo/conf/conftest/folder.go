// Package conftest holds files for tests of readers.
package conftest

import (
	"io/fs"
	"path"
	"slices"
)

// Folder is a tree of files by name.
type Folder map[string]string

// ReadFile answers with the file's text.
func (f Folder) ReadFile(name string) ([]byte, error) {
	text, ok := f[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return []byte(text), nil
}

// Glob answers with the names that fit, sorted.
func (f Folder) Glob(pattern string) ([]string, error) {
	var out []string
	for name := range f {
		ok, err := path.Match(pattern, name)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out, nil
}
