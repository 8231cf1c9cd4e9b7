package checks

import "fix502/sysinfo/errlog"

// noiseID names lines that look alarming and are no failure of the gateway; empty for all others. Where the catalogue
// has a page about them, its id is used.
func noiseID(k errlog.Kind) ID {
	switch k {
	case errlog.ClientClosed, errlog.AccessClientGone, errlog.ClientTimeout:
		return "client-closed-499"
	case errlog.BodyTooLarge:
		return "request-too-large-4xx"
	case errlog.ScriptUnknown:
		return "primary-script-unknown"
	case errlog.UpgradedTimeout, errlog.ScriptDenied, errlog.RewriteLoop:
		return ID(k.String())
	}
	if k.Quiet() {
		return ID(k.String())
	}
	return ""
}
