package wizard

import (
	"fmt"
	"io"
	"strings"
	"time"

	"fix502/checks"
	"fix502/checks/visit"
)

// Markdown writes the report for a ticket.
func (r Report) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# 502 report: %s\n\n**%s** %s\n\n", mdText(r.Host.Name), strings.ToLower(r.Verdict.Heading()), mdText(r.Summary))
	if p, ok := r.Worst(); ok {
		b.WriteString(fence(strings.Join(Pen{}.Draw(p, 100), "\n")))
	}
	if r.Errors.Total > 0 {
		b.WriteString(strings.TrimSpace(r.Errors.Say()+". "+mdText(r.Errors.History())) + "\n\n")
	}
	for i, c := range r.Causes {
		mdCause(&b, i+1, c)
	}
	if len(r.RuledOut) > 0 {
		b.WriteString("## Ruled out\n\n")
		for _, o := range r.RuledOut {
			fmt.Fprintf(&b, "- `%s`: %s\n", o.ID, mdText(o.By))
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "## Checks\n\n%s.\n\n", r.Coverage.Say())
	if cmd := r.Coverage.Command(); cmd != "" {
		b.WriteString(fence(cmd))
	}
	mdRows(&b, r.Checks)
	for i, d := range r.Done {
		if i == 0 {
			b.WriteString("\n## Done by hand\n\n")
		}
		b.WriteString("- " + mdText(d) + "\n")
	}
	fmt.Fprintf(&b, "\nfix502 %s, %s, %s, root: %t\n", r.Version, r.Started.Format(time.RFC3339), mdText(r.Host.OS), r.Host.Root)
	_, err := io.WriteString(w, b.String())
	return err
}

func mdCause(b *strings.Builder, n int, c Cause) {
	fmt.Fprintf(b, "## Cause %d: `%s`\n\n%s (%s)\n\n", n, c.ID, mdText(c.Title), c.How())
	if at := c.At(); at != "" {
		fmt.Fprintf(b, "At %s\n\n", mdText(at))
	}
	b.WriteString(strings.Join(strings.Fields(c.Means), " ") + "\n\n")
	for _, e := range c.Evidence {
		fmt.Fprintf(b, "%s%s\n\n%s", mdText(e.Source), e.when(), fence(e.Text))
	}
	if c.Fix == nil {
		return
	}
	fmt.Fprintf(b, "### %s\n\n", mdText(c.Fix.Head()))
	for i, s := range c.Fix.Steps {
		fmt.Fprintf(b, "%d. %s\n", i+1, mdText(s.Say))
		if s.Command != "" {
			b.WriteString("\n" + indent(fence(s.Command)))
		}
	}
	if c.Fix.Undo != "" {
		b.WriteString("\nTo undo:\n\n" + fence(c.Fix.Undo))
	}
	b.WriteString("\n")
}

func mdRows(b *strings.Builder, rows []Row) {
	b.WriteString("| topic | check | status | found |\n|---|---|---|---|\n")
	for _, t := range append(Topics(), visit.Topic) {
		for _, row := range rows {
			if row.Topic == t && row.Status != checks.Skip {
				fmt.Fprintf(b, "| %s | %s | %s | %s |\n", TopicName(t), mdText(row.Title), row.Status, mdText(row.Summary))
			}
		}
	}
}

// fence wraps strangers' text so that none of it is markup: the fence is longer than any run of backticks inside.
func fence(s string) string {
	ticks := "```"
	for strings.Contains(s, ticks) {
		ticks += "`"
	}
	return ticks + "\n" + s + "\n" + ticks + "\n\n"
}

func indent(s string) string {
	return "   " + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n   ") + "\n\n"
}

var mdEscape = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", "|", `\|`, "#", `\#`, "!", `\!`)

// mdText shows text as it is, whatever it looks like.
func mdText(s string) string { return mdEscape.Replace(s) }
