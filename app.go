package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"fix502/checks"
	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
	"fix502/wizard"
)

// app is the program's three streams and what the flags said.
type app struct {
	in       io.Reader
	out, err io.Writer

	root                       string
	since                      span
	timeout                    time.Duration
	only, skip                 []string
	offline                    bool
	noColor, ascii, accessible bool
	demo                       string
	asJSON, asMarkdown         bool
}

func newApp(in io.Reader, out, err io.Writer) *app {
	return &app{in: in, out: out, err: err, since: span(24 * time.Hour)}
}

func (a *app) command() *cobra.Command {
	c := &cobra.Command{
		Use: "fix502 [URL]", Short: "Find out why a server answers 502 Bad Gateway",
		Long: `fix502 finds the broken hop behind a 502 Bad Gateway and shows the fix
beside it. Run it on the server that answers 502, as root where you can. It only
looks: nothing is changed, nothing is restarted.`,
		Example: `  fix502                          the wizard, on this server
  fix502 --demo                   the wizard, on a recorded broken server
  fix502 diagnose --json          all checks, for a program
  fix502 explain /tmp/error.log   what the lines of a log mean
  fix502 visit shop.example.com   a page of somebody else's server`,
		Args: a.oneURL, RunE: a.wizard, SilenceErrors: true, SilenceUsage: true,
	}
	c.SetOut(a.out)
	c.SetErr(a.err)
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return err })
	pf := c.PersistentFlags()
	pf.SortFlags = false
	pf.StringVar(&a.root, "root", "", "look at the files under `DIR` instead of this machine: a mounted disk, a backup")
	pf.Var(&a.since, "since", "how far back logs count: 30m, 24h, 7d")
	pf.DurationVar(&a.timeout, "timeout", 10*time.Second, "how long the whole run may take")
	pf.StringSliceVar(&a.only, "only", nil, "only these checks, by `ID`")
	pf.StringSliceVar(&a.skip, "skip", nil, "leave these checks out, by `ID`")
	pf.BoolVar(&a.offline, "offline", false, "nothing leaves this machine")
	pf.BoolVar(&a.noColor, "no-color", false, "no colours (also: NO_COLOR in the environment)")
	pf.BoolVar(&a.ascii, "ascii", false, "no characters beyond ASCII in what fix502 draws")
	pf.BoolVar(&a.accessible, "accessible", false, "the wizard line by line, for screen readers and plain terminals")
	pf.StringVar(&a.demo, "demo", "", "a recorded server instead of this machine: --demo lists them, --demo=`NAME` takes one")
	pf.Lookup("demo").NoOptDefVal = wizard.AnyDemo
	c.SetFlagErrorFunc(nearestFlag)
	c.SetUsageTemplate(strings.ReplaceAll(c.UsageTemplate(), ".FlagUsages ", ".FlagUsagesWrapped 80 "))
	c.AddCommand(a.diagnoseCommand(), a.explainCommand(), a.visitCommand(), a.versionCommand())
	for _, id := range []string{"only", "skip"} {
		cobra.CheckErr(c.RegisterFlagCompletionFunc(id, completeIDs))
	}
	cobra.CheckErr(c.RegisterFlagCompletionFunc("demo", cobra.FixedCompletions(wizard.Demos(), cobra.ShellCompDirectiveNoFileComp)))
	return c
}

// nearestFlag adds to the complaint about a flag that is not there the one that may have been meant.
func nearestFlag(c *cobra.Command, err error) error {
	_, name, ok := strings.Cut(err.Error(), "unknown flag: --")
	if !ok {
		return err
	}
	best, meant := 3, ""
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if d := spelling.Distance(name, f.Name); d < best {
			best, meant = d, f.Name
		}
	})
	if meant == "" {
		return fmt.Errorf("%w; %s --help lists them", err, c.CommandPath())
	}
	return fmt.Errorf("%w; did you mean --%s?", err, meant)
}

func completeIDs(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var out []string
	for _, c := range checks.All() {
		out = append(out, string(c.ID)+"\t"+c.Title)
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// oneURL takes the name after --demo as the demo's and leaves one address at the most.
func (a *app) oneURL(_ *cobra.Command, args []string) error {
	if a.demo != "" && len(args) > 0 && slices.Contains(wizard.Demos(), args[0]) {
		a.demo, args = args[0], args[1:]
	}
	switch {
	case len(args) > 1 && !strings.ContainsAny(args[0], "./:"):
		return fmt.Errorf("%q is no command; commands are diagnose, explain, visit, version, help", checks.Quote(args[0]))
	case len(args) > 1:
		return fmt.Errorf("one address at a time: %d were given", len(args))
	case len(args) == 1:
		_, err := wizard.ParseURL(args[0])
		if err != nil && !strings.ContainsAny(args[0], "./:") {
			return fmt.Errorf("%w; commands are diagnose, explain, visit, version, help", err)
		}
		return err
	}
	return a.known()
}

// known refuses ids that are no check's: a typing error must not look like a clean bill of health.
func (a *app) known() error {
	for _, id := range slices.Concat(a.only, a.skip) {
		if !slices.ContainsFunc(checks.All(), func(c checks.Check) bool { return string(c.ID) == id }) {
			return fmt.Errorf("there is no check %q%s; fix502 explain lists them", id, wizard.Nearest(id))
		}
	}
	return nil
}

// facts starts a run on the machine that the flags name.
func (a *app) facts(url string) (*sysinfo.Facts, error) {
	h := sysinfo.Live()
	switch {
	case a.demo != "":
		d, err := wizard.Demo(a.demo)
		if err != nil {
			return nil, err
		}
		h = d
	case a.root != "":
		if st, err := os.Stat(a.root); err != nil || !st.IsDir() {
			return nil, fmt.Errorf("--root %s: not a folder that can be read", checks.Quote(a.root))
		}
		h = sysinfo.Mounted(a.root)
	}
	f := sysinfo.NewFacts(h)
	f.URL, f.Since, f.Offline = url, time.Duration(a.since), a.offline
	f.Patience = max(f.Patience, a.timeout/2)
	return f, nil
}

// address is the URL among the arguments, made whole.
func (a *app) address(args []string) string {
	for _, s := range args {
		if a.demo != "" && s == a.demo {
			continue
		}
		u, _ := wizard.ParseURL(s) // oneURL has refused the others
		return u
	}
	return ""
}

func (a *app) options(args []string) wizard.Options {
	again := "sudo fix502 diagnose"
	for _, s := range args {
		again += " " + shellWord(s)
	}
	return wizard.Options{Version: version, Only: a.only, Skip: a.skip, Command: again}
}

func shellWord(s string) string {
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%+=:,./_-") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// bounded gives the whole run its time.
func (a *app) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, a.timeout)
}

// terminal says whether results go to a person's screen.
func (a *app) terminal() bool {
	f, ok := a.out.(*os.File)
	return ok && term.IsTerminal(f.Fd())
}

// span is a duration that also knows days.
type span time.Duration

func (s *span) Set(v string) error {
	if n, ok := strings.CutSuffix(v, "d"); ok {
		var days float64
		if _, err := fmt.Sscanf(n, "%g", &days); err == nil && days > 0 && days < 36500 {
			*s = span(days * float64(24*time.Hour))
			return nil
		}
	}
	d, err := time.ParseDuration(v)
	if err != nil || d <= 0 {
		return fmt.Errorf("not a span of time such as 30m, 24h or 7d")
	}
	*s = span(d)
	return nil
}

func (s *span) String() string {
	return strings.TrimSuffix(strings.TrimSuffix(time.Duration(*s).String(), "0s"), "0m")
}
func (s *span) Type() string { return "span" }
