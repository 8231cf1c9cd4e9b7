package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"fix502/sysinfo"
	"fix502/ui"
	"fix502/wizard"
)

func (a *app) formats(c *cobra.Command) *cobra.Command {
	c.Flags().BoolVar(&a.asJSON, "json", false, "one JSON document on stdout and nothing else")
	if c.Name() != "explain" {
		c.Flags().BoolVar(&a.asMarkdown, "markdown", false, "Markdown, for a ticket")
		c.MarkFlagsMutuallyExclusive("json", "markdown")
	}
	return c
}

func (a *app) diagnoseCommand() *cobra.Command {
	return a.formats(&cobra.Command{
		Use: "diagnose [URL]", Short: "Run every check of the site owner's list, without questions", Args: a.oneURL,
		Long: `Runs every check on this server and reports: the verdict, the broken hop, the
cause with its evidence, commands that heal it, and what could not be looked
at.

Exit status: 0 no cause of a 502 and enough was looked at, 1 a cause or an
unexplained 502, 2 wrong use, 3 too little could be looked at to say.`,
		RunE: func(c *cobra.Command, args []string) error { return a.report(c.Context(), args, wizard.Diagnose) },
	})
}

func (a *app) visitCommand() *cobra.Command {
	return a.formats(&cobra.Command{
		Use: "visit URL", Short: "Look at a page from outside, as its visitors do", Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("visit needs the address of the page, such as fix502 visit shop.example.com")
			}
			return a.oneURL(c, args)
		},
		Long: `Asks for the page a few times, tells which server sent the error, and looks for
what may stand in the way on this machine: a proxy, the hosts file, a VPN, the
own connection.`,
		RunE: func(c *cobra.Command, args []string) error { return a.report(c.Context(), args, wizard.Visit) },
	})
}

// report runs checks to the end and writes what they found.
func (a *app) report(ctx context.Context, args []string, run func(context.Context, *sysinfo.Facts, wizard.Options) wizard.Report) error {
	f, err := a.facts(a.address(args))
	if err != nil {
		return err
	}
	ctx, cancel := a.bounded(ctx)
	defer cancel()
	r := run(ctx, f, a.options(args))
	if errors.Is(context.Cause(ctx), context.Canceled) {
		return errors.New("stopped before the end")
	}
	switch {
	case a.asJSON:
		err = r.JSON(a.out)
	case a.asMarkdown:
		err = r.Markdown(a.out)
	default:
		err = r.Text(a.out, a.pen(), a.width())
	}
	if err != nil {
		return err
	}
	if n := r.Exit(); n != 0 {
		return exitStatus(n)
	}
	return nil
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(a.out, "fix502", version)
			return err
		}}
}

// wizard is the conversation on a terminal; without one it is the report.
func (a *app) wizard(c *cobra.Command, args []string) error {
	f, err := a.facts(a.address(args))
	if err != nil {
		return err
	}
	o := ui.Options{Run: a.options(args), Facts: func() *sysinfo.Facts {
		n := sysinfo.NewFacts(f.Host)
		n.Since, n.Offline, n.Patience = f.Since, f.Offline, f.Patience
		return n
	},
		URL: f.URL, Demo: a.demo, ASCII: a.plainASCII(), Width: a.width(), Colour: !a.colourless(), Timeout: a.timeout, State: stateFolder()}
	var r *wizard.Report
	switch {
	case a.accessible || a.terminal() && os.Getenv("TERM") == "dumb":
		if o.Env = os.Getenv; a.terminal() && os.Getenv("TERM") != "dumb" {
			o.Screen = a.out
		}
		r, err = ui.Linear(c.Context(), a.in, a.out, o)
	case !a.terminal() || a.piped():
		return a.report(c.Context(), args, wizard.Diagnose)
	default:
		r, err = ui.Run(c.Context(), o)
	}
	if err != nil || r == nil {
		return err
	}
	if !a.accessible {
		if err := r.Parting(a.out, a.pen(), a.width()); err != nil {
			return err
		}
	}
	if n := r.Exit(); n != 0 {
		return exitStatus(n)
	}
	return nil
}

// stateFolder is where reports are saved: $XDG_STATE_HOME/fix502, else ~/.local/state/fix502.
func stateFolder() string {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "fix502")
	}
	home, err := os.UserHomeDir()
	if err != nil || !filepath.IsAbs(home) {
		return ""
	}
	return filepath.Join(home, ".local", "state", "fix502")
}
