package checks

import (
	"context"
	"fmt"
	"strconv"

	"fix502/sysinfo"
)

var memoryAllowed = whenAsked(`Allowed memory size of (\d+) bytes exhausted`)

// usualMemory is PHP's own memory_limit (main/main.c).
const usualMemory = 128 << 20

// smallMemory: the memory that a script may have is less than PHP gives without being told, and a line says so.
func smallMemory(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken, found *Finding) {
	m := memoryAllowed.FindStringSubmatch(line.own())
	if m == nil {
		return
	}
	bytes, err := strconv.ParseInt(m[1], 10, 64)
	_, code := phpSays(line.Text)
	v, p, pool := phpSet(ctx, f, s, code.File, "memory_limit")
	if err != nil || p == nil || !v.Set() || v.Bytes() != bytes || bytes >= usualMemory {
		return // a script's own ini_set, or what PHP has by itself
	}
	workers := pool.Get("pm.max_children").Int()
	x := Fix{Title: "Allow a script as much memory as PHP does by itself", Risk: Medium}
	say := fmt.Sprintf("128 megabytes. What it costs: if all %s of the pool need that much at a time, %s; free -m shows what the machine has", plural(workers, "worker", "workers"), megabytes(int64(workers)*usualMemory))
	fix, ok := setPHP(f, p, x, v, say, "128M")
	if !ok {
		return
	}
	found.Where, found.Confidence = v.Place, 0.95
	found.Summary = fmt.Sprintf("a script needs more memory than memory_limit = %s allows it: visitors see 500", v.Text)
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, found.Where))
	found.Fix = fix.Tell("If it needs more still, look at what it does: lists that grow with the data want to be read in pieces")
}

func megabytes(n int64) string { return fmt.Sprintf("%d MiB", n>>20) }
