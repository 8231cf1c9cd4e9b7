package sysinfo

import (
	"context"
	"errors"
	"io/fs"
)

// ClosedLog is why a file that a service writes what it has to say to tells nothing: it may not be read. Nil where all of them may, and without any.
func (f *Facts) ClosedLog(ctx context.Context, u Unit) error {
	for _, name := range f.LogFiles(ctx, u) {
		file, err := f.Host.Root.Open(name)
		if errors.Is(err, fs.ErrPermission) {
			return err
		}
		if err == nil {
			file.Close()
		}
	}
	return nil
}
