package sysinfo

import (
	"fmt"
	"strings"

	"fix502/sysinfo/late"
)

// UnitOf gives the service of systemd's that a process belongs to, from its control group: the last *.service. It is empty for what
// somebody's login, a container, or nobody that systemd knows of has started.
func (f *Facts) UnitOf(pid int) string {
	name, _ := f.unitOf.get(pid, func() (string, error) { return f.readUnitOf(pid), nil }) // none is an answer
	return name
}

func (f *Facts) readUnitOf(pid int) string {
	b, err := f.Host.Root.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(b)) {
		_, group, ok := strings.Cut(strings.TrimSpace(line), ":")
		_, group, ok2 := strings.Cut(group, ":")
		if !ok || !ok2 || !(strings.Contains(line, "name=systemd") || strings.HasPrefix(line, "0::")) {
			continue
		}
		unit := ""
		for p := range strings.SplitSeq(group, "/") {
			if strings.HasSuffix(p, ".service") {
				unit = p
			}
		}
		if unit != "" {
			return unit
		}
	}
	return ""
}

// ByHand says that a process belongs to somebody's login: pam_systemd(8) gives each a session-N.scope.
func (f *Facts) ByHand(pid int) bool {
	b, err := f.Host.Root.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
	return err == nil && f.UnitOf(pid) == "" && loginScope.Match(b)
}

var loginScope = late.New(`/session-\w+\.scope\b`)
