package sysinfo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
)

// ClosedLog is why a file that a service writes what it has to say to tells nothing: it may not be read. Nil where all of them may, and without any.
func (f *Facts) ClosedLog(ctx context.Context, u Unit) error {
	_, err := Memo(f, fmt.Sprintf("closed log %s %d", u.Name, u.MainPID), func() (struct{}, error) {
		for _, name := range f.LogFiles(ctx, u) {
			file, err := f.Host.Root.Open(name)
			if errors.Is(err, fs.ErrPermission) {
				return struct{}{}, err
			}
			if err == nil {
				file.Close()
			}
		}
		return struct{}{}, nil
	})
	return err
}
