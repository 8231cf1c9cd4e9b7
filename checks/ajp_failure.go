package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// ajpFailure: Apache and Tomcat meet, and do not understand each other.
func ajpFailure() Check {
	return Check{
		ID: "ajp-failure", Title: "Tomcat answers over AJP", Topic: Upstreams,
		After: []ID{"upstream-port-nothing-listening", "bind-address-mismatch", "oom-killed", "firewall-blocks-upstream", "unit-not-enabled-after-reboot"},
		Means: `Apache and Tomcat do not meet over AJP: nobody listens (AH00896), or the answer broke off (AH00992, AH00878). Since Tomcat 8.5.51 AJP listens on
loopback only and wants a shared secret: set secret= on both sides. A connector without one takes no connections, and a new server.xml has it in a
comment. Or the port speaks HTTP: Tomcat's 8080 does, its 8009 does not.`,
		Run: both(perHop(ajpConnector), apacheLogged([]errlog.Kind{errlog.AJPFailed}, func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			if l.Scheme != "ajp" || ajpConnector(ctx, f, l) != nil {
				return nil
			}
			found := &Finding{Status: Skip, Confidence: 0.9, Where: l.Where, Summary: fmt.Sprintf("%s does not answer in AJP: %s", l.Address(), what(line)),
				Evidence: []Evidence{quoteLine(line), passLine(l)}, Covers: []ID{"upstream-premature-close", "upstream-read-timeout"}}
			if o := l.reach.Owner; o != nil {
				found.Evidence = append(found.Evidence, Evidence{Source: "ss -ltnp", Text: fmt.Sprintf("%s is %s (pid %d)", l.Address(), o.Cmd, o.PID)})
			}
			if u := appUnit(ctx, f, l); u.Name != "" {
				found.Evidence = append(found.Evidence, unitSays(u))
				found.Evidence = append(found.Evidence, lastWords(ctx, f, u)...)
			}
			x := Fix{Title: "Bring both sides of AJP together", Risk: Low}
			if speaks(ctx, f, l) == "http" {
				x.Undo = replace(l.Site.Gateway.Root, l.Where, "http://"+l.Address(), "ajp://"+l.Address())
				found.Summary = fmt.Sprintf("%s speaks HTTP, and Apache speaks AJP to it", l.Address())
				found.Fix = reload(ctx, f, l.Site.Gateway, x.Do("Speak HTTP to it", "%s", replace(l.Site.Gateway.Root, l.Where, "ajp://"+l.Address(), "http://"+l.Address())))
				return found
			}
			found.Fix = x.Tell("In Tomcat's server.xml the Connector with protocol AJP/1.3 needs this address and port, and secret=\"...\" (or secretRequired=\"false\" on loopback)").
				Tell("The same secret belongs on Apache's line at %s: secret=...", l.Where)
			return found
		})),
	}
}
