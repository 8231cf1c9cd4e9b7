package checks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"fix502/sysinfo"
)

func limitsFact() Check {
	return Check{
		ID: "limits", Title: "Descriptors, connections and ports are far from their limits", Topic: Server,
		Means: `Open files of the gateway's workers and of the whole system, places in the firewall's table of connections, and local ports: each has a limit, and
at the limit new connections fail at once, in waves. Above three quarters it is time to raise it, or to find out who takes so many.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			if f.Host.Files {
				return nil, sysinfo.ErrFilesOnly
			}
			gateways, err := f.Gateways(ctx)
			if err != nil {
				return nil, err
			}
			var out []Finding
			for _, g := range gateways {
				if limit, used := openFiles(f, g); limit > 0 && used >= 0 {
					out = append(out, share(fmt.Sprintf("%s's busiest worker has", g.Title()), used, limit, "files open", "/proc/PID/limits, /proc/PID/fd"))
				}
			}
			if n := numbers(f, "/proc/sys/fs/file-nr"); len(n) == 3 && n[2] > 0 && n[2] < 1<<40 {
				out = append(out, share("the system has", n[0], n[2], "files open", "/proc/sys/fs/file-nr"))
			}
			used, err := number(f, "/proc/sys/net/netfilter/nf_conntrack_count")
			limit, err2 := number(f, "/proc/sys/net/netfilter/nf_conntrack_max")
			if err == nil && err2 == nil && limit > 0 {
				out = append(out, share("the firewall remembers", used, limit, "connections", "/proc/sys/net/netfilter/nf_conntrack_count"))
			} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
				out = append(out, Finding{Status: Unknown, Summary: why(err)})
			}
			return append(out, portsFact(f)...), nil
		},
	}
}

// share is so many of so many; above three quarters it is worth a warning.
func share(who string, used, limit int, what, source string) Finding {
	found := Finding{Status: Pass, Summary: fmt.Sprintf("%s %d of %d %s", who, used, limit, what)}
	found.Evidence = []Evidence{{Source: source, Text: fmt.Sprintf("%d of %d", used, limit)}}
	if used*4 > limit*3 {
		found.Status = Warn
	}
	return found
}

// portsFact counts sockets against the range of local ports; towards one address that range is the limit, over all
// addresses it is only a hint, so it never warns.
func portsFact(f *sysinfo.Facts) []Finding {
	lo, hi, err := portRange(f)
	if err != nil {
		return nil
	}
	b, err := f.Host.Root.ReadFile("/proc/net/sockstat")
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(b)) {
		var inuse, orphan, closing int
		if n, _ := fmt.Sscanf(line, "TCP: inuse %d orphan %d tw %d", &inuse, &orphan, &closing); n == 3 {
			return []Finding{{Status: Pass, Summary: fmt.Sprintf("%d TCP sockets in use and %d closing; %d local ports for each address", inuse, closing, hi-lo+1),
				Evidence: []Evidence{{Source: "/proc/net/sockstat", Text: strings.TrimSpace(line)}}}}
		}
	}
	return nil
}

// numbers reads a file that holds some numbers.
func numbers(f *sysinfo.Facts, name string) []int {
	b, err := f.Host.Root.ReadFile(name)
	if err != nil {
		return nil
	}
	var out []int
	for w := range strings.FieldsSeq(string(b)) {
		n := 0
		if _, err := fmt.Sscan(w, &n); err != nil {
			return nil
		}
		out = append(out, n)
	}
	return out
}
