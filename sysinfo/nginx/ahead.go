package nginx

import "time"

// many is from how many files on an include is read ahead.
const many = 64

// source is a file as it was read.
type source struct {
	name    string
	text    []byte
	written time.Time // zero where the machine does not tell
	err     error
}

// dated is a machine that tells with a file's text when it was written: to ask for thousands once more costs as much as to read them.
type dated interface {
	ReadDated(name string) ([]byte, time.Time, error)
}

func (r *reader) read(name string) source {
	s := source{name: name}
	if d, ok := r.files.(dated); ok {
		s.text, s.written, s.err = d.ReadDated(name)
	} else {
		s.text, s.err = r.files.ReadFile(name)
	}
	return s
}

// ahead reads the files of a long include while those before them are parsed: a hosting server has thousands of one site each. The
// files have to be asked for in their order; stop has to be called when no more are.
func (r *reader) ahead(names []string) (read func(name string) source, stop func()) {
	if len(names) < many {
		return r.read, func() {}
	}
	files, done := make(chan source, 16), make(chan struct{})
	go func() {
		for _, name := range names {
			select {
			case files <- r.read(name):
			case <-done:
				return
			}
		}
	}()
	read = func(name string) source {
		for {
			if f := <-files; f.name == name { // one that was known already is passed over
				return f
			}
		}
	}
	return read, func() { close(done) }
}
