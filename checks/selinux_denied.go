package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// selinuxDenied: the modes allow it, and it is denied all the same.
func selinuxDenied() Check {
	return Check{
		ID: "selinux-denied", Title: "SELinux lets the gateway connect", Topic: Upstreams,
		Means: `SELinux is enforcing and its policy does not let the web server open that connection. The tell is "13: Permission denied" for a
TCP address, which file permissions can never cause, or for a socket whose modes allow the gateway's user. Allow it with the boolean that
exists for it; setenforce 0 switches the protection of the whole machine off and is no fix.`,
		Run: perHop(func(_ context.Context, f *sysinfo.Facts, l *live) *Finding {
			b, err := f.Host.Root.ReadFile("/sys/fs/selinux/enforce")
			if err != nil {
				return nil // no SELinux here
			}
			if strings.TrimSpace(string(b)) != "1" {
				return pass("SELinux is not enforcing")
			}
			line, now, ok := l.has(errlog.ConnectDenied, errlog.ConnectUnixDenied)
			if !ok || l.reach.Denied != nil || !now && l.answersNow() {
				return pass("SELinux is enforcing, and the gateway was not denied")
			}
			x := Fix{Title: "Allow the web server to connect to the network", Risk: Low, Undo: "setsebool -P httpd_can_network_connect 0"}.
				Do("The boolean that exists for it", "setsebool -P httpd_can_network_connect 1")
			if l.Unix != "" {
				x = Fix{Title: "Give the socket a label that the web server may use", Risk: Low, Undo: "restorecon -R " + sh(path.Dir(l.Unix))}.
					Do("Label the socket's folder", "semanage fcontext -a -t httpd_var_run_t %s", sh(path.Dir(l.Unix)+"(/.*)?")).
					Do("Apply the label", "restorecon -R %s", sh(path.Dir(l.Unix)))
			}
			return &Finding{Status: Fail, Confidence: 0.93, Where: l.Where, Summary: fmt.Sprintf("SELinux forbids %s to connect to %s", l.From, l.Address()),
				Evidence: []Evidence{{Source: "/sys/fs/selinux/enforce", Text: "1 (enforcing)"}, quoteLine(line)}, Fix: x}
		}),
	}
}
