package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fix502/checks"
	"fix502/wizard"
)

// checklist is the page: one table a topic, one row a step.
func checklist(dir string) (string, error) {
	lab, err := faults(dir)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("# The owner's checklist\n\nWritten by `go run ./docs/checklist` from the program itself. A step is *live* where a program on the server can look, *by hand* where\n" +
		"it takes another company's console or a browser. `fix502 explain ID` shows a check's page. The number is how many broken servers\nof `lab/faults` have that cause; their names are at the end.\n")
	tasks := wizard.OwnerTasks(checks.All())
	live, ids := 0, 0
	for _, t := range tasks {
		if !t.Guided() {
			live++
		}
		ids += len(t.Checks)
	}
	fmt.Fprintf(&b, "\n%d steps, %d of them live, with %d checks.\n", len(tasks), live, ids)
	topic := checks.Topic("")
	for _, t := range tasks {
		if t.Topic != topic {
			topic = t.Topic
			fmt.Fprintf(&b, "\n## %s\n\n| step | | checks |\n|---|---|---|\n", heading(topic))
		}
		kind := "live"
		if t.Guided() {
			kind = "by hand"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", cell(t.Title), kind, strings.Join(named(t.Checks, lab), ", "))
	}
	b.WriteString("\n## Broken servers of the lab\n\n| cause | servers |\n|---|---|\n")
	for _, c := range checks.All() {
		if names := lab[string(c.ID)]; len(names) > 0 {
			fmt.Fprintf(&b, "| `%s` | %s |\n", c.ID, strings.Join(names, ", "))
		}
	}
	fmt.Fprintf(&b, "\nHealthy ones, which must not be blamed: %s.\n", strings.Join(lab["none"], ", "))
	return b.String(), nil
}

func heading(t checks.Topic) string {
	return map[checks.Topic]string{checks.Server: "Server", checks.Logs: "Logs", checks.CDN: "CDN and WAF", checks.Upstreams: "Upstreams",
		checks.Network: "DNS, proxies, firewall", checks.Platform: "Platform", checks.Prevention: "Prevention"}[t]
}

func named(ids []checks.ID, lab map[string][]string) []string {
	var out []string
	for _, id := range ids {
		text := "`" + string(id) + "`"
		if n := len(lab[string(id)]); n > 0 {
			text += fmt.Sprintf(" (%d)", n)
		}
		out = append(out, text)
	}
	return out
}

func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }

// faults names the lab's servers by their cause.
func faults(dir string) (map[string][]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	out := map[string][]string{}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(b)) {
			if strings.HasPrefix(line, "-- ") {
				break
			}
			if cause, ok := strings.CutPrefix(line, "cause: "); ok {
				cause = strings.TrimSpace(cause)
				out[cause] = append(out[cause], strings.TrimSuffix(filepath.Base(name), ".txtar"))
				break
			}
		}
	}
	return out, nil
}
