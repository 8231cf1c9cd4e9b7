package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

var (
	varnishErrno  = whenAsked(`^errno = (\d+) \(`) // vas.c: an assertion tells it in a line of its own
	varnishMapped = whenAsked(`^dlopen\(\) = .*failed to map segment from shared object`)
	compilers     = whenAsked(`/(?:[\w.]+-)*(?:gcc|cc|cpp|as|ld|collect2|cc1)(?:[.-][\w.-]+)?$`)
	varnishBarred = whenAsked(`\bexec: (\S+): Permission denied`)
)

// varnishFolder is where varnishd works: it makes a folder of its own there, and runs from it what the compiler made of the VCL.
const varnishFolder = "/var/lib/varnish"

// varnishNeeds are the capabilities of its manager, which is root's and gives its child other users (mgt_jail_unix.c).
const varnishNeeds = "CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_KILL CAP_NET_BIND_SERVICE CAP_SETGID CAP_SETUID"

// varnishWalled is a hardening setting of its unit that varnishd stumbles over; its assertions name neither file nor setting.
func varnishWalled(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if !strings.Contains(u.Exec, "varnishd") || !fails(u) {
		return nil
	}
	lines, err := f.Words(ctx, u)
	if err != nil {
		return nil
	}
	for _, line := range reversed(recent(lines)) {
		text := strings.TrimSpace(line.Text)
		l, add, says := varnishWall(f, u, text)
		if says == "" {
			continue
		}
		o := &obstacle{veil: true, where: l.Place, says: says, evidence: []Evidence{{Source: line.Source, Text: text, Time: line.Time}, unitLineSays(f, l)}}
		o.clear = func(x Fix) Fix {
			if l.Key == "InaccessiblePaths" {
				return daemonReload(unveiled(f, u, x, l.Key, func(dir string) bool { return inside("/usr/bin/gcc", dir) || compilers.MatchString(dir) }))
			}
			return daemonReload(dropIn(x, u.Name, "Admit what it needs, and no more", "Service", add))
		}
		return o
	}
	return nil
}

// varnishWall is the setting that one of its lines comes from, and the line that lets it live with the setting.
func varnishWall(f *sysinfo.Facts, u sysinfo.Unit, text string) (l sysinfo.UnitLine, add, says string) {
	m := varnishErrno.FindStringSubmatch(text)
	switch {
	case m != nil && m[1] == "30": // EROFS
		if l, ok := veil(f, u, varnishFolder+"/x", "read-only file system"); ok {
			return l, "ReadWritePaths=" + varnishFolder, fmt.Sprintf("%s=%s makes %s read-only for it", l.Key, l.Value, varnishFolder)
		}
	case m != nil && m[1] == "1": // EPERM
		l, ok := setBy(f, u, "CapabilityBoundingSet")
		has := strings.Fields(l.Value)
		lacks := slices.DeleteFunc(strings.Fields(varnishNeeds), func(c string) bool { return slices.Contains(has, c) })
		if ok && !strings.HasPrefix(l.Value, "~") && len(lacks) > 0 {
			return l, "CapabilityBoundingSet=" + strings.Join(lacks, " "), fmt.Sprintf("%s takes rights away that its manager needs, though it is root", l.Key)
		}
	case varnishMapped.MatchString(text):
		if l, ok := setBy(f, u, "NoExecPaths"); ok && covered(l, varnishFolder, false) && !execAllowed(f, u, varnishFolder) {
			return l, "ExecPaths=" + varnishFolder, fmt.Sprintf("%s=%s forbids it to run what the compiler made of its VCL", l.Key, l.Value)
		}
	case varnishBarred.MatchString(text):
		if l, ok := setBy(f, u, "InaccessiblePaths"); ok && strings.Contains(l.Value, "/usr/bin") {
			return l, "", fmt.Sprintf("%s=%s hides the compiler from it, which makes a program of its VCL", l.Key, l.Value)
		}
	}
	return l, "", ""
}
