package checks

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// kill is one kill, and what proves it.
type kill struct {
	at       time.Time
	evidence []Evidence
	group    bool // the service's own limit was reached, not the machine's
	mine     bool // it was surely this program's process, and no other of that name
	sure     float64
	asked    uint64 // what the killed process had asked the kernel for, in bytes
}

var totalVM = whenAsked(`\btotal-vm:(\d+)kB`)

// kill looks for the kernel's line first, then for systemd's, then for the counter of the service's control group.
func (b *back) kill(ctx context.Context, f *sysinfo.Facts) *kill {
	if k := b.byKernel(ctx, f); k != nil {
		return k
	}
	if k := b.bySystemd(ctx, f); k != nil {
		return k
	}
	if n, file := oomCount(f, b.unit); n > 0 && len(b.lines) > 0 {
		last := b.lines[len(b.lines)-1]
		return &kill{at: last.Time, evidence: []Evidence{{Source: file, Text: fmt.Sprintf("oom_kill %d", n)}, quoteLine(last)}, group: true, mine: true, sure: 0.85}
	}
	return nil
}

func (b *back) byKernel(ctx context.Context, f *sysinfo.Facts) *kill {
	lines, err := kernelLines(ctx, f, errlog.OOMKill, errlog.OOMDKill)
	b.blind = err
	for i := len(lines) - 1; i >= 0; i-- {
		line := lines[i]
		comm := line.Name
		mine := b.comm != "" && (strings.HasPrefix(comm, b.comm) || comm != "" && strings.HasPrefix(b.comm, comm))
		if line.Kind == errlog.OOMDKill {
			mine = b.unit.Name != "" && strings.Contains(line.text, b.unit.Name)
		}
		if !mine || line.Kind == errlog.OOMKill && !strings.Contains(line.text, "Killed process") || b.anothers(lines, line) {
			continue
		}
		k := &kill{at: line.Time, evidence: []Evidence{line.evidence()}, group: strings.Contains(line.text, "Memory cgroup"), sure: 0.9}
		if m := totalVM.FindStringSubmatch(line.text); m != nil {
			kib, _ := strconv.ParseUint(m[1], 10, 64) // digits
			k.asked = kib << 10
		}
		for _, own := range b.lines {
			if own.Worker == line.Worker || within(own.Time, line.Time, 3*time.Second) {
				k.evidence, k.mine, k.sure = append(k.evidence, quoteLine(own)), true, 0.97
				break
			}
		}
		for _, other := range lines { // the line before it names the control group: task_memcg=/system.slice/shop.service
			if b.unit.Name != "" && strings.Contains(other.text, "/"+b.unit.Name) && (other.Worker == line.Worker || other.Kind == errlog.OOMDKill) {
				k.mine, k.sure = true, 0.97
			}
		}
		return k
	}
	return nil
}

// anothers says that the kernel named another service as the killed process's own.
func (b *back) anothers(lines []kernelLine, killed kernelLine) bool {
	for _, l := range lines {
		_, group, ok := strings.Cut(l.text, "task_memcg=")
		if ok && l.Worker == killed.Worker && b.unit.Name != "" && strings.Contains(group, ".service") && !strings.Contains(group, "/"+b.unit.Name) {
			return true
		}
	}
	return false
}

func (b *back) bySystemd(ctx context.Context, f *sysinfo.Facts) *kill {
	if b.unit.Name == "" {
		return nil
	}
	if b.unit.Result == "oom-kill" {
		return &kill{at: b.unit.Since, evidence: []Evidence{unitSays(b.unit)}, group: b.limited(), mine: true, sure: 0.96}
	}
	lines, err := f.Journal(ctx, b.unit.Name)
	if err != nil {
		return nil
	}
	for i := len(lines) - 1; i >= 0; i-- {
		if l := lines[i]; strings.Contains(l.Text, "killed by the OOM killer") || strings.Contains(l.Text, "result 'oom-kill'") {
			return &kill{at: l.Time, evidence: []Evidence{{Source: "journalctl -u " + unitWord(b.unit.Name), Text: l.Text, Time: l.Time}}, group: b.limited(), mine: true, sure: 0.95}
		}
	}
	return nil
}

// limited says that the service has a limit of its own.
func (b *back) limited() bool {
	v := b.unit.Props["MemoryMax"]
	return v != "" && v != "infinity"
}

// oomCount is how often the kernel killed in a service's control group: memory.events, or memory.oom_control of the
// old hierarchy.
func oomCount(f *sysinfo.Facts, u sysinfo.Unit) (int, string) {
	group := u.Props["ControlGroup"]
	if group == "" {
		return 0, ""
	}
	for _, name := range []string{"/sys/fs/cgroup" + group + "/memory.events", "/sys/fs/cgroup/memory" + group + "/memory.oom_control", "/sys/fs/cgroup/unified" + group + "/memory.events"} {
		for _, line := range linesIn(f.Host.Root, name) {
			if v, ok := strings.CutPrefix(line, "oom_kill "); ok {
				n, _ := strconv.Atoi(strings.TrimSpace(v))
				return n, name
			}
		}
	}
	return 0, ""
}
