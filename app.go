package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"fix502/sysinfo"
	"fix502/wizard"
)

// app is the program's three streams and what the flags said.
type app struct {
	in       io.Reader
	out, err io.Writer

	root            string
	since, timeout  time.Duration
	only, skip      []string
	offline, asJSON bool
}

func newApp(in io.Reader, out, err io.Writer) *app { return &app{in: in, out: out, err: err} }

func (a *app) command() *cobra.Command {
	c := &cobra.Command{Use: "fix502 [URL]", SilenceErrors: true, SilenceUsage: true}
	pf := c.PersistentFlags()
	pf.StringVar(&a.root, "root", "", "look at this directory instead of /")
	pf.DurationVar(&a.since, "since", 24*time.Hour, "how far back logs count")
	pf.DurationVar(&a.timeout, "timeout", 10*time.Second, "the whole run")
	pf.StringSliceVar(&a.only, "only", nil, "only these checks")
	pf.StringSliceVar(&a.skip, "skip", nil, "not these checks")
	pf.BoolVar(&a.offline, "offline", false, "nothing leaves this machine")
	d := &cobra.Command{Use: "diagnose [URL]", Args: cobra.MaximumNArgs(1), RunE: a.diagnose}
	d.Flags().BoolVar(&a.asJSON, "json", false, "one JSON document")
	c.AddCommand(d)
	return c
}

func (a *app) diagnose(cmd *cobra.Command, args []string) error {
	h := sysinfo.Live()
	if a.root != "" {
		h = sysinfo.Mounted(a.root)
	}
	f := sysinfo.NewFacts(h)
	f.Since, f.Offline = a.since, a.offline
	if len(args) == 1 {
		f.URL = args[0]
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), a.timeout)
	defer cancel()
	r := wizard.Diagnose(ctx, f, wizard.Options{Version: version, Only: a.only, Skip: a.skip, Command: "sudo fix502 diagnose " + strings.Join(args, " ")})
	if a.asJSON {
		if err := r.JSON(a.out); err != nil {
			return err
		}
	} else {
		fmt.Fprintln(a.out, r.Verdict, r.Summary)
		for _, c := range r.Causes {
			fmt.Fprintln(a.out, c.ID, c.Where, c.Title)
		}
	}
	if n := r.Exit(); n != 0 {
		return exitStatus(n)
	}
	return nil
}
