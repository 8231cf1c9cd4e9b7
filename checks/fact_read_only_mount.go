package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
)

func readOnlyMount() Check {
	return Check{
		ID: "read-only-mount", Title: "What is written to can be written", Topic: Server,
		Means: `ext4 turns a filesystem read-only when the disk below it makes errors (errors=remount-ro). Then no log, no session and no upload can be written, and
programs fail at whatever they write next. Look at the kernel log for the disk before you mount it writable again: it may be dying.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			all, err := filesystems(ctx, f)
			if err != nil {
				return nil, err
			}
			var out []Finding
			looked := 0
			for _, s := range all {
				if s.err != nil {
					continue // disk-space says so
				}
				looked++
				if !s.space.ReadOnly {
					continue
				}
				found := Finding{Status: Warn, Where: sysinfo.Place{File: s.mount}, Summary: fmt.Sprintf("%s is mounted read-only, and %s should be written there", s.mount, s.purpose())}
				if m, ok := mountedAt(f, s.mount); ok && m.Dir == s.mount {
					found.Evidence = []Evidence{{Source: "/proc/mounts", Text: m.Line}}
				}
				found.Fix = madeWritable(ctx, f, Fix{Title: "See why before it is made writable", Risk: High}, s.mount)
				out = append(out, found)
			}
			if len(out) == 0 && looked > 0 {
				out = append(out, Finding{Status: Pass, Summary: plural(looked, "filesystem that is written to is mounted writable", "filesystems that are written to are mounted writable")})
			}
			return out, nil
		},
	}
}
