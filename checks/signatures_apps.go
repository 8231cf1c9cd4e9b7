package checks

import "fix502/sysinfo/errlog"

// reasons: what the second log says, of PHP-FPM, application servers, systemd, the kernel. These lines know why, so
// they explain the gateway's symptoms away.
var reasons = [errlog.Kinds]signature{}
