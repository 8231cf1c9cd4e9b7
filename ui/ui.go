package ui

import (
	"context"
	"io"
	"time"

	"fix502/sysinfo"
	"fix502/wizard"
)

// Options are what the wizard starts with.
type Options struct {
	Run     wizard.Options
	Facts   func() *sysinfo.Facts // fresh facts for each run
	URL     string
	Demo    string
	ASCII   bool
	Colour  bool
	Timeout time.Duration
}

func Linear(ctx context.Context, in io.Reader, out io.Writer, o Options) (*wizard.Report, error) {
	return nil, nil
}
func Run(ctx context.Context, o Options) (*wizard.Report, error) { return nil, nil }
