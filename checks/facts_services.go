package checks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"fix502/sysinfo"
)

func servicesFact() Check {
	return Check{
		ID: "services", Title: "The services that matter run", Topic: Server,
		Means: `The state of the web servers, PHP-FPM, databases, caches and apps that systemd knows here. A failed one that no site needs is worth
tidying up and nothing more; one that a site needs is told as a cause of its own.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			units, err := f.Units(ctx)
			if errors.Is(err, sysinfo.ErrNotHere) {
				return nil, nil
			}
			if err != nil {
				return nil, err
			}
			var running []string
			var out []Finding
			for _, name := range slices.Sorted(maps.Keys(units)) {
				u := units[name]
				switch {
				case name != u.Name || u.Load == "not-found":
				case u.Active == "failed" || u.Looping() || justAgain(f, u):
					out = append(out, Finding{Status: Warn, Summary: unitSays(u).Text, Where: sysinfo.Place{File: u.Fragment}, Evidence: append([]Evidence{unitSays(u)}, lastWords(ctx, f, u)...)})
				case u.Running() && u.Sub == "running":
					running = append(running, unitWord(u.Name))
				}
			}
			slices.SortFunc(out, func(a, b Finding) int { return strings.Compare(a.Summary, b.Summary) })
			slices.Sort(running)
			if len(running) > 0 {
				out = append(out, Finding{Status: Pass, Summary: "running: " + strings.Join(running, ", ")})
			}
			return out, nil
		},
	}
}

func logsReadableFact() Check {
	return Check{
		ID: "logs-readable", Title: "The logs can be read", Topic: Logs,
		Means: `Which logs the configurations name, how much of each lies within the time looked at, and which could not be read. nginx's logs belong to
the group adm, PHP-FPM's to root. A log that is missing or sent to /dev/null is worth mending: the next outage will want it.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			logs, err := f.Logs(ctx)
			if err != nil {
				return nil, err
			}
			var out []Finding
			read, lines := 0, 0
			var names []Evidence
			for _, r := range logs.Read {
				switch {
				case errors.Is(r.Err, fs.ErrNotExist):
					names = append(names, Evidence{Source: r.Path, Text: "not there yet"})
				case r.Err != nil:
					out = append(out, Finding{Status: Unknown, Where: r.Where, Summary: why(r.Err)})
				default:
					read++
					lines += r.Lines
					text := plural(r.Lines, "line", "lines") + " within the time looked at"
					if r.Cut {
						text += "; there are more than were read"
					}
					names = append(names, Evidence{Source: r.Path, Text: text})
				}
			}
			if read > 0 {
				out = append(out, Finding{Status: Pass, Summary: fmt.Sprintf("%s read, %s", plural(read, "log", "logs"), plural(lines, "line", "lines")), Evidence: names[:min(len(names), 40)]})
			}
			return out, nil
		},
	}
}

func nginxWorkersFact() Check {
	return Check{
		ID: "nginx-workers", Title: "nginx's workers run", Topic: Server,
		Means: `nginx has one master, which reads the configuration, and workers, which serve visitors. The workers' start is the time of the last
successful reload. Old workers that are still shutting down serve their last visitors with the old configuration.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			gateways, err := f.Gateways(ctx)
			if err != nil {
				return nil, err
			}
			procs, err := f.Procs(ctx)
			if err != nil {
				return nil, err
			}
			var out []Finding
			for _, g := range gateways {
				if g.Kind != "nginx" || !g.Running() {
					continue
				}
				old := 0
				for _, p := range procs {
					if p.PPID == g.PID && strings.Contains(p.Cmd, "shutting down") {
						old++
					}
				}
				found := Finding{Status: Pass, Summary: fmt.Sprintf("%s: %s since %s", strings.TrimSpace("nginx "+g.Version), plural(len(g.Workers), "worker", "workers"), g.Loaded.Format("2006-01-02 15:04:05"))}
				if len(g.Workers) == 0 {
					found = Finding{Status: Warn, Summary: fmt.Sprintf("nginx's master (pid %d) has no workers: nobody serves visitors", g.PID)}
				}
				if old > 0 {
					found.Summary += fmt.Sprintf("; %s of before the last reload still finish their requests", plural(old, "worker", "workers"))
				}
				out = append(out, found)
			}
			return out, nil
		},
	}
}
