package checks

import (
	"context"
	"fmt"
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
					out = append(out, Finding{Status: Warn, Where: at, Summary: free, Fix: findRoom(s)})
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
		ID: "uptime", Title: "When the machine started", Topic: Server,
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
