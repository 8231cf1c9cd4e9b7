package checks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
)

// The checks of this file tell facts that a person wants to see, and are never a cause.

func cpuFact() Check {
	return Check{
		ID: "cpu", Title: "The processor has room", Topic: Server,
		Means: `The load average counts programs that run, want to run, or wait for a disk. Well above the number of processors for long means that work
piles up. By itself it is no cause of a 502: pressure (host-overloaded) and busy workers are.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			c, err := f.Host.Meters.CPU(ctx)
			if err != nil {
				return nil, err
			}
			found := Finding{Status: Pass, Summary: fmt.Sprintf("load %.2f, %.2f, %.2f over 1, 5 and 15 minutes, on %s", c.Load[0], c.Load[1], c.Load[2], plural(c.Cores, "processor", "processors"))}
			if cores := float64(max(c.Cores, 1)); c.Load[0] > 4*cores && c.Load[1] > 2*cores {
				found.Status = Warn
			}
			return []Finding{found}, nil
		},
	}
}

func memoryFact() Check {
	return Check{
		ID: "memory", Title: "There is memory to spare", Topic: Server,
		Means: `What counts is "available": memory that programs can have at once, caches given up for them. When it nears zero, the machine swaps and
gets slow, and then the kernel kills something, mostly the largest: the database or PHP (oom-killed).`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			m, err := f.Host.Meters.Memory(ctx)
			if err != nil {
				return nil, err
			}
			say := fmt.Sprintf("%s of %s available", size(m.Available), size(m.Total))
			if m.SwapTotal > 0 {
				say += fmt.Sprintf(", %s of %s swap used", size(m.SwapTotal-min(m.SwapFree, m.SwapTotal)), size(m.SwapTotal))
			}
			found := Finding{Status: Pass, Summary: say}
			if m.Available < m.Total/20 {
				found.Status = Warn
				found.Fix = Fix{Title: "See who takes it", Risk: Low}.Tell("ps -eo pid,rss,comm --sort -rss | head shows the largest programs")
			}
			return []Finding{found}, nil
		},
	}
}

func diskSpaceFact() Check {
	return Check{
		ID: "disk-space", Title: "No disk is getting full", Topic: Server,
		Means: `How much room the filesystems have that the web server, PHP and the database write to. Below five percent it is time to tidy up, before
something breaks. What breaks when one is full is told by disk-full and inodes-exhausted. A filesystem that turned read-only by itself has
a sick disk below it.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			all, err := filesystems(ctx, f)
			if err != nil {
				return nil, err
			}
			var out []Finding
			for _, s := range all {
				free := fmt.Sprintf("%s has %s free of %s", s.mount, size(s.space.Free), size(s.space.Total))
				at := sysinfo.Place{File: s.mount}
				switch {
				case s.err != nil:
					out = append(out, Finding{Status: Unknown, Summary: why(s.err)})
				case s.space.ReadOnly:
					out = append(out, Finding{Status: Warn, Where: at, Summary: fmt.Sprintf("%s can only be read, and holds %s", s.mount, s.purpose())})
				case s.full() || s.noInodes():
					out = append(out, Finding{Status: Warn, Where: at, Summary: free})
				case s.space.Free < s.space.Total/20 && s.space.Free < 2<<30:
					out = append(out, Finding{Status: Warn, Where: at, Summary: free, Fix: makeRoom(s)})
				default:
					out = append(out, Finding{Status: Pass, Summary: free})
				}
			}
			return out, nil
		},
	}
}

func uptimeFact() Check {
	return Check{
		ID: "uptime", Title: "The machine has been up for a while", Topic: Server,
		Means: `When the machine last started. A site that fails since a reboot has its reason there: a service that is not enabled, a folder under /run
that is gone, an address that changed.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			if f.Host.Files {
				return nil, sysinfo.ErrFilesOnly
			}
			boot, err := f.Boot()
			if err != nil {
				return nil, err
			}
			up := f.Host.Now().Sub(boot)
			say := fmt.Sprintf("up for %s, since %s", lasting(up), boot.Format("2006-01-02 15:04"))
			if up < 15*time.Minute {
				say = fmt.Sprintf("started only %s ago, at %s", lasting(up), boot.Format("15:04"))
			}
			return []Finding{{Status: Pass, Summary: say}}, nil
		},
	}
}

// lasting is a duration for people: its two largest parts.
func lasting(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%d days", int(d.Hours())/24)
	case d >= time.Hour:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	case d >= time.Minute:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	}
	return fmt.Sprintf("%d s", int(d.Seconds()))
}

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
			for name, u := range units {
				switch {
				case name != u.Name || u.Load == "not-found":
				case u.Active == "failed" || u.Looping():
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
				found := Finding{Status: Pass, Summary: fmt.Sprintf("nginx %s: %s since %s", g.Version, plural(len(g.Workers), "worker", "workers"), g.Loaded.Format("2006-01-02 15:04:05"))}
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
