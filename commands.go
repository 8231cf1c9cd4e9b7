package main

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"fix502/checks"
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
		Long: `Runs every check on this server and reports: the verdict, the broken hop, the cause with its evidence, commands that
heal it, and what could not be looked at.

Exit status: 0 no cause of a 502 and enough was looked at, 1 a cause or an unexplained 502, 2 wrong use,
3 too little could be looked at to say.`,
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
		Long: `Asks for the page a few times, tells which server sent the error, and looks for what may stand in the way on this
machine: a proxy, the hosts file, a VPN, the own connection.`,
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

// pen draws as the flags and the terminal want it.
func (a *app) pen() wizard.Pen {
	p := wizard.Pen{ASCII: a.plainASCII()}
	if a.terminal() && !a.colourless() {
		p.Paint = func(s checks.Status, text string) string {
			code := map[checks.Status]string{checks.Fail: "1;31", checks.Pass: "32", checks.Warn: "33", checks.Unknown: "35"}[s]
			if code == "" {
				return text
			}
			return "\x1b[" + code + "m" + text + "\x1b[0m"
		}
	}
	return p
}

func (a *app) colourless() bool {
	return a.noColor || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb"
}

// plainASCII is for terminals that draw nothing else: the Linux console's font lacks our signs.
func (a *app) plainASCII() bool {
	if a.ascii || os.Getenv("TERM") == "linux" || os.Getenv("TERM") == "dumb" {
		return true
	}
	for _, k := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToLower(os.Getenv(k)); v != "" {
			_, charset, said := strings.Cut(v, ".")
			return said && !strings.HasPrefix(charset, "utf")
		}
	}
	return false
}

// width is how long lines of text may get.
func (a *app) width() int {
	out, _ := a.out.(*os.File)
	for _, f := range []*os.File{out, os.Stderr, os.Stdin} { // through a pager the terminal is still there
		if f == nil {
			continue
		}
		if w, _, err := term.GetSize(f.Fd()); err == nil && w > 0 {
			return min(w, 120)
		}
	}
	return 100
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(a.out, "fix502", version)
			return err
		}}
}

func (a *app) explainCommand() *cobra.Command {
	return a.formats(&cobra.Command{
		Use: "explain [FILE|LINE|CAUSE-ID|-]", Short: "Say what a log line, a log file or a cause means", ValidArgsFunction: completeIDs,
		Long: `Says what the lines of a log mean: a file, one line in quotes, or standard input (-). Or prints the page of one cause.
Without an argument: the list of all checks, or what comes on standard input.`,
		RunE: func(c *cobra.Command, args []string) error {
			since := time.Time{} // another machine's log may be of any age
			if c.Flags().Changed("since") {
				since = time.Now().Add(-time.Duration(a.since))
			}
			return a.explain(c.Context(), args, since)
		},
	})
}

func (a *app) explain(ctx context.Context, args []string, since time.Time) error {
	if len(args) == 0 && !a.piped() {
		return wizard.ListChecks(a.out)
	}
	if len(args) == 1 {
		if c, ok := wizard.CheckByID(args[0]); ok {
			if a.asJSON {
				return json.NewEncoder(a.out).Encode(map[string]any{"schema": wizard.Schema, "id": c.ID, "title": c.Title, "topic": c.Topic, "means": strings.Join(strings.Fields(c.Means), " "), "after": c.After})
			}
			return wizard.CheckPage(a.out, c, a.width())
		}
	}
	in, done, err := a.lines(args)
	if err != nil {
		return err
	}
	defer done()
	r, err := checks.ExplainLog(ctx, in, since, time.Local)
	if err != nil {
		return err
	}
	if a.asJSON {
		e := json.NewEncoder(a.out)
		e.SetIndent("", " ")
		e.SetEscapeHTML(false)
		return e.Encode(r)
	}
	return wizard.LineText(a.out, r, a.width())
}

func (a *app) piped() bool {
	f, ok := a.in.(*os.File)
	return !ok || !term.IsTerminal(f.Fd())
}

// lines opens what is to be explained.
func (a *app) lines(args []string) (io.Reader, func(), error) {
	if len(args) == 0 || len(args) == 1 && args[0] == "-" {
		return a.in, func() {}, nil
	}
	if len(args) == 1 {
		st, err := os.Stat(args[0])
		switch {
		case err == nil && st.IsDir():
			return nil, nil, fmt.Errorf("%s is a folder; name one log file in it", checks.Quote(args[0]))
		case err == nil:
			return openLog(args[0])
		case !strings.ContainsAny(args[0], " \t"):
			return nil, nil, fmt.Errorf("%s is neither a file that can be read, nor a check, nor a log line%s", checks.Quote(args[0]), wizard.Nearest(args[0]))
		}
	}
	return strings.NewReader(strings.Join(args, " ") + "\n"), func() {}, nil
}

func openLog(name string) (io.Reader, func(), error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	done := func() { f.Close() }
	if strings.HasSuffix(name, ".gz") {
		z, err := gzip.NewReader(f)
		if err != nil {
			done()
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		return z, done, nil
	}
	return f, done, nil
}

// wizard is the conversation on a terminal; without one it is the report.
func (a *app) wizard(c *cobra.Command, args []string) error {
	f, err := a.facts(a.address(args))
	if err != nil {
		return err
	}
	o := ui.Options{Run: a.options(args), Facts: func() *sysinfo.Facts {
		n := sysinfo.NewFacts(f.Host)
		n.Since, n.Offline = f.Since, f.Offline
		return n
	},
		URL: f.URL, Demo: a.demo, ASCII: a.plainASCII(), Width: a.width(), Colour: !a.colourless(), Timeout: a.timeout, State: stateFolder()}
	var r *wizard.Report
	switch {
	case a.accessible || a.terminal() && os.Getenv("TERM") == "dumb":
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
