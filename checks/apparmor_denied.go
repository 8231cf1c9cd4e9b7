package checks

import (
	"context"
	"fmt"
	"path"
	"strings"
	"syscall"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// apparmorDenied: a profile forbids what modes and owners allow.
func apparmorDenied() Check {
	return Check{
		ID: "apparmor-denied", Title: "No AppArmor profile stands in the way", Topic: Upstreams,
		Means: `AppArmor confines programs by profiles in /etc/apparmor.d. A profile of the gateway or of PHP forbids the socket or file, so connecting
fails with "permission denied" (errno 13) although modes and owners are right. The kernel log has a line with apparmor="DENIED", the
profile's name and the path. Allow that one path in the profile's local part; complain mode for a short while only.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if b, err := f.Host.Root.ReadFile("/sys/module/apparmor/parameters/enabled"); err != nil || !strings.HasPrefix(string(b), "Y") {
				return nil
			}
			refused, now, ok := l.has(errlog.ConnectUnixDenied, errlog.ConnectDenied)
			if !ok || l.reach.Denied != nil || l.reach.Errno == syscall.EACCES {
				return nil
			}
			lines, err := kernelLines(ctx, f, errlog.AppArmorDenied)
			if err != nil {
				return &Finding{Status: Unknown, Summary: why(err)}
			}
			for i := len(lines) - 1; i >= 0; i-- {
				k := lines[i]
				if name := between(k.text, `name="`, `"`); l.Unix != "" && name != l.Unix && name != sysinfo.InRun(l.Unix) {
					continue
				}
				found := &Finding{Status: Fail, Confidence: 0.96, Evidence: []Evidence{k.evidence(), quoteLine(refused)}, Covers: []ID{"socket-permission", "selinux-denied"}}
				profile := between(k.text, `profile="`, `"`)
				found.Summary = fmt.Sprintf("AppArmor's profile %s keeps %s from %s", profile, l.From, l.Address())
				if !now {
					found.When, found.Status = l.comesAndGoes(refused)
				}
				found.Where, found.Fix = allow(f, l, profile)
				return found
			}
			return pass("the kernel's log has no denial by AppArmor for it")
		}),
	}
}

func allow(f *sysinfo.Facts, l *live, profile string) (sysinfo.Place, Fix) {
	file := "/etc/apparmor.d/" + strings.ReplaceAll(strings.TrimPrefix(profile, "/"), "/", ".")
	local := "/etc/apparmor.d/local/" + path.Base(file)
	x := Fix{Title: "Allow the path in the profile", Risk: Low}
	if l.Unix == "" || !f.Host.Root.Exists(file) {
		return sysinfo.Place{}, x.Tell("Add a rule for %s to the profile %s (aa-logprof proposes it), then apparmor_parser -r its file", l.Address(), profile)
	}
	b, _ := f.Host.Root.ReadFile(file) // unreadable: then a person has to look
	if !strings.Contains(string(b), "local/"+path.Base(file)) {
		return sysinfo.Place{File: file}, x.Tell("Add the rule  %s rw,  to %s", l.Unix, file).Do("Load it", "apparmor_parser -r %s", sh(file))
	}
	x.Undo = fmt.Sprintf("sed -i '$d' %s && apparmor_parser -r %s", sh(local), sh(file))
	return sysinfo.Place{File: file}, x.Do("Allow this one socket", "echo %s >>%s", sh("  "+l.Unix+" rw,"), sh(local)).Do("Load it", "apparmor_parser -r %s", sh(file))
}
