package main

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"fix502/checks"
	"fix502/wizard"
)

func (a *app) explainCommand() *cobra.Command {
	return a.formats(&cobra.Command{
		Use: "explain [FILE|LINE|CAUSE-ID|-]", Short: "Say what a log line, a log file or a cause means", ValidArgsFunction: completeIDs,
		Long: `Says what the lines of a log mean: a file, one line in quotes, or standard
input (-). Or prints the page of one cause. Without an argument: the list of
all checks, or what comes on standard input.`,
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
			if strings.TrimSpace(args[0]) == "" {
				return nil, nil, errors.New("explain was given nothing: name a file, a check, or put a log line in quotes")
			}
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
