package checks

import (
	"strings"

	"fix502/sysinfo/errlog"
)

// combine knows what several lines say and none of them alone.
func combine(t *errlog.Tally, clues []*clue) {
	has := func(k errlog.Kind) bool { return t.Kinds[k].Count > 0 }
	for _, c := range clues {
		switch {
		case c.Kind == errlog.FPMReloadExec && has(errlog.ConnectUnixRefused):
			c.leads = []Candidate{{"fpm-reload-killed-master", .93}}
		case (c.Kind == errlog.FPMReloading || c.Kind == errlog.FPMReloadExec || c.Kind == errlog.FPMStopping) && (has(errlog.ReadReset) || has(errlog.ReadResetBody)):
			c.leads = []Candidate{{"fpm-reload-inflight", .92}}
		case c.Kind == errlog.FPMBindFailed && c.Event.Errno == errlog.ENOENT:
			c.leads = []Candidate{{"run-dir-missing", .92}, {"fpm-pool-config-error", .7}}
		case c.Kind == errlog.UnitStartLimit && len(clues) > 1:
			c.leads = []Candidate{{"start-limit-hit", .8}} // the first failure is the cause
		case c.Kind == errlog.UnitConfig && has(errlog.FPMBindFailed):
			c.leads = []Candidate{{"fpm-pool-config-error", .7}}
		case c.Kind == errlog.FPMInitFailed && has(errlog.FPMBindFailed):
			c.leads = []Candidate{{"fpm-pool-config-error", .7}}
		case c.Kind == errlog.FPMStopping && !has(errlog.ConnectUnixMissing) && !has(errlog.ConnectUnixRefused) && !has(errlog.ConnectRefused) && restarted(t, c):
			c.leads = nil // somebody restarted it
		case c.Kind == errlog.FirewallDrop && !has(errlog.ConnectTimeout) && !has(errlog.ConnectTimedOut) && !has(errlog.ConnectNoRoute) && !has(errlog.ConnectRefused) && fromOutside(c.Example):
			c.leads = nil // packets of strangers, as on any machine
		case (c.Kind == errlog.CrashLoop || c.Kind == errlog.ContainerExit) && has(errlog.ContainerOOM):
			c.leads = []Candidate{{"docker-container-exited", .6}}
		case c.Kind == errlog.TLSHandshake && has(errlog.TLSVerify):
			c.leads = []Candidate{{"upstream-tls-verify", .9}}
		case c.Kind == errlog.ConnectRefused && c.refusedAt6() && refusedAt4(clues, c.Event.Upstream.Port()):
			c.leads = []Candidate{{"upstream-port-nothing-listening", .7}, {"docker-localhost-upstream", .3}, {"bind-address-mismatch", .2}}
		case c.Kind == errlog.Banned && (has(errlog.ConnectRefused) || has(errlog.ConnectTimeout) || has(errlog.ConnectNoRoute)):
			c.leads = []Candidate{{"fail2ban-banned-proxy", .8}}
		}
	}
}

// restarted: what stopped wrote after that that it runs.
func restarted(t *errlog.Tally, c *clue) bool {
	up := t.Kinds[errlog.Started]
	return up.Count > 0 && !up.Last.Before(c.Span.Last)
}

// fromOutside: the packet came in over a network card that faces other machines, and was for this one.
func fromOutside(line string) bool {
	return strings.Contains(line, "OUT= ") && strings.Contains(line, "IN=") && !strings.Contains(line, "IN=lo ") &&
		!strings.Contains(line, "IN=docker") && !strings.Contains(line, "IN=br-") && !strings.Contains(line, "IN= ")
}

// refusedAt6: nobody answered at localhost's newer address.
func (c *clue) refusedAt6() bool {
	ip := c.Event.Upstream.IP()
	return ip.Is6() && ip.IsLoopback()
}

// refusedAt4: nor at the older one, so it is no question of which.
func refusedAt4(clues []*clue, port int) bool {
	for _, c := range clues {
		ip := c.Event.Upstream.IP()
		if c.Kind == errlog.ConnectRefused && ip.Is4() && ip.IsLoopback() && c.Event.Upstream.Port() == port {
			return true
		}
	}
	return false
}
