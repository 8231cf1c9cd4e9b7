package checks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// conntrackFull: the firewall's table of connections is full, and new ones are dropped.
func conntrackFull() Check {
	return Check{
		ID: "conntrack-full", Title: "The firewall can remember more connections", Topic: Network,
		Means: `A stateful firewall remembers every connection in a table. When it is full, the kernel drops the first packet of new ones at random:
visitors and the gateway's own connections to the app wait, and some end with a 504. The kernel log says "nf_conntrack: table full". Raise
the limit; and look at who opens so many connections.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			if f.Host.Files {
				return nil, sysinfo.ErrFilesOnly
			}
			used, err := number(f, "/proc/sys/net/netfilter/nf_conntrack_count")
			if errors.Is(err, fs.ErrNotExist) {
				return nil, nil // no connection tracking here
			}
			limit, err2 := number(f, "/proc/sys/net/netfilter/nf_conntrack_max")
			if err != nil || err2 != nil {
				return nil, errors.Join(err, err2)
			}
			lines, _ := kernelLines(ctx, f, errlog.ConntrackFull) // unreadable: the counters say enough
			full := limit > 0 && used*100 >= limit*97
			say := fmt.Sprintf("%d of %d places in the table of connections are taken", used, limit)
			if !full && len(lines) == 0 {
				return []Finding{{Status: Pass, Summary: say}}, nil
			}
			found := Finding{Status: Warn, Confidence: 0.9, Summary: say, Where: sysinfo.Place{File: "/proc/sys/net/netfilter/nf_conntrack_max"},
				Evidence: []Evidence{{Source: "/proc/sys/net/netfilter/nf_conntrack_count", Text: fmt.Sprint(used)}, {Source: "/proc/sys/net/netfilter/nf_conntrack_max", Text: fmt.Sprint(limit)}}}
			if n := len(lines); n > 0 {
				found.Evidence = append(found.Evidence, lines[n-1].evidence())
			}
			switch {
			case full && anyFails(ctx, f):
				found.Status = Fail
			case !full:
				found.Summary = fmt.Sprintf("the table of connections was full at %s; now %s", lines[len(lines)-1].Time.Format("15:04:05"), say)
			}
			found.Fix = setKernel(f, Fix{Title: "Make room for more connections", Risk: Low}, "Double the limit", "net.netfilter.nf_conntrack_max", fmt.Sprint(2*limit), fmt.Sprint(limit)).
				Tell("Then see who holds them: conntrack -L | awk '{print $5}' | sort | uniq -c | sort -n | tail")
			return []Finding{found}, nil
		},
	}
}

// number reads a file that holds one number.
func number(f *sysinfo.Facts, name string) (int, error) {
	b, err := f.Host.Root.ReadFile(name)
	if err != nil {
		return 0, err
	}
	n := 0
	if _, err := fmt.Sscan(string(b), &n); err != nil {
		return 0, fmt.Errorf("read %s: %w", name, err)
	}
	return n, nil
}
