package checks

import "fix502/sysinfo/errlog"

// What the second log says: PHP-FPM, application servers, systemd, the kernel. These lines know the reason, so they
// explain the gateway's symptom away. Kept apart from the gateways' table only for its length.
func reasonFor(k errlog.Kind) signature {
	for _, set := range [...]func(errlog.Kind) signature{reasonPHP, reasonApp, reasonSystem} {
		if s := set(k); s.leads != nil {
			return s
		}
	}
	return signature{}
}

func leadsTo(explains trouble, id ID, confidence float64, also ...Candidate) signature {
	return signature{explains: explains, leads: append([]Candidate{{id, confidence}}, also...)}
}

func reasonPHP(k errlog.Kind) signature {
	switch k {
	case errlog.FPMMaxChildren, errlog.LSAPIMaxChildren:
		return leadsTo(late|echo, "fpm-workers-exhausted", .96)
	case errlog.FPMSeemsBusy:
		return leadsTo(late|echo, "fpm-workers-exhausted", .65)
	case errlog.FPMCrash:
		return leadsTo(broken|echo, "fpm-worker-segfault", .96)
	case errlog.FPMKilled:
		s := leadsTo(broken|echo, "oom-killed", .7, Candidate{"fpm-worker-segfault", .15})
		s.is = deaths
		return s
	case errlog.FPMTerminated:
		s := leadsTo(broken|echo, "fpm-request-terminate-timeout", .6, Candidate{"fpm-reload-inflight", .3})
		s.is = deaths
		return s
	case errlog.FPMExitCode:
		return leadsTo(broken|echo, "php-fatal-500", .5, Candidate{"fpm-worker-segfault", .4})
	case errlog.FPMTerminating:
		return leadsTo(broken|late|echo|deaths, "fpm-request-terminate-timeout", .97)
	case errlog.FPMSlowRequest:
		return leadsTo(late|echo, "upstream-read-timeout", .92)
	case errlog.FPMReloading:
		return leadsTo(broken|echo, "fpm-reload-inflight", .65)
	case errlog.FPMReloadExec:
		return leadsTo(broken|unanswered|echo, "fpm-reload-killed-master", .6, Candidate{"fpm-reload-inflight", .55})
	case errlog.FPMStopping:
		return leadsTo(broken|unanswered|echo, "fpm-not-running", .7, Candidate{"fpm-reload-inflight", .5})
	case errlog.FPMEmergency:
		return leadsTo(broken|echo, "fpm-emergency-restart-loop", .95)
	case errlog.FPMInitFailed:
		s := leadsTo(unanswered|echo, "fpm-pool-config-error", .93)
		return s
	case errlog.FPMConfigError:
		return leadsTo(unanswered|starts|echo, "fpm-pool-config-error", .96)
	case errlog.FPMBindFailed:
		return leadsTo(unanswered|starts|echo, "fpm-pool-config-error", .9, Candidate{"run-dir-missing", .7})
	case errlog.FPMAnotherInstance:
		return leadsTo(starts|echo, "fpm-pool-config-error", .93)
	}
	return reasonScript(k)
}

func reasonScript(k errlog.Kind) signature {
	switch k {
	case errlog.FPMDisallowed:
		return leadsTo(broken|echo, "allowed-clients-denied", .97)
	case errlog.FPMProcessMax, errlog.FPMForkFailed:
		return leadsTo(late|unanswered|echo, "fpm-process-max", .95)
	case errlog.PHPFatal, errlog.PHPMemory:
		return leadsTo(echo, "php-fatal-500", .92)
	case errlog.PHPMaxTime:
		return leadsTo(echo, "php-max-execution-time", .93)
	case errlog.PHPExtension:
		return leadsTo(0, "php-extension-missing", .92)
	case errlog.PHPPreload:
		return leadsTo(unanswered|starts|echo, "opcache-preload-failure", .94)
	case errlog.SessionWriteFailed:
		return leadsTo(echo, "disk-full", .6, Candidate{"inodes-exhausted", .5})
	case errlog.DatabaseDown:
		return leadsTo(echo, "mysql-down", .93)
	case errlog.DatabaseGone:
		return leadsTo(echo, "mysql-down", .7, Candidate{"mysql-slow", .4})
	case errlog.DatabaseTooMany:
		return leadsTo(echo|late, "mysql-too-many-connections", .96)
	case errlog.DatabaseSlow:
		return leadsTo(echo|late, "mysql-slow", .92)
	}
	return signature{}
}

func reasonApp(k errlog.Kind) signature {
	const dies = broken | echo
	switch k {
	case errlog.GunicornTimeout, errlog.PumaTimeout, errlog.UnicornTimeout:
		return leadsTo(dies|late|deaths, appTimeout(k), .96)
	case errlog.GunicornKilled:
		s := leadsTo(dies, "oom-killed", .7, Candidate{"app-worker-timeout-kill", .55})
		s.is = deaths
		return s
	case errlog.GunicornSignal, errlog.WorkerReaped:
		s := leadsTo(dies, "app-worker-timeout-kill", .55, Candidate{"ruby-java-worker-death", .5}, Candidate{"oom-killed", .3})
		s.is = deaths
		return s
	case errlog.GunicornBootFailed:
		return leadsTo(dies|unanswered|starts, "gunicorn-boot-failure", .95)
	case errlog.AppAddressInUse:
		return leadsTo(dies|unanswered|starts, "upstream-port-nothing-listening", .7, Candidate{"node-crash", .5}, Candidate{"gunicorn-boot-failure", .3})
	case errlog.AppError:
		return leadsTo(0, "php-fatal-500", .3)
	case errlog.UWSGIHarakiri:
		return leadsTo(dies|late|deaths, "uwsgi-harakiri", .97)
	case errlog.UWSGIDied, errlog.UWSGIRespawn:
		s := leadsTo(dies, "uwsgi-worker-crash", .92)
		s.is = deaths
		return s
	case errlog.UWSGIBlockHTTP:
		return leadsTo(dies, "upstream-protocol-mismatch", .97)
	case errlog.UWSGIBlockSize:
		return leadsTo(dies, "uwsgi-buffer-size", .95)
	case errlog.UWSGIEmpty:
		return leadsTo(dies, "uwsgi-app-exception-empty-response", .95)
	case errlog.UWSGIQueueFull:
		return leadsTo(late|unanswered|echo, "listen-backlog-full-tcp", .95)
	case errlog.UWSGINoApp:
		return leadsTo(dies, "gunicorn-boot-failure", .7, Candidate{"uwsgi-app-exception-empty-response", .5})
	case errlog.NodeCrash, errlog.NodeHeap, errlog.PM2Errored:
		return leadsTo(dies|unanswered|starts, "node-crash", .95)
	case errlog.PM2Exit, errlog.ModuleMissing:
		return leadsTo(dies|unanswered|starts, "node-crash", .85)
	case errlog.PassengerSpawn, errlog.JavaMemory, errlog.JavaThreads, errlog.JavaStart:
		return leadsTo(dies|unanswered|late, "ruby-java-worker-death", .93)
	}
	return signature{}
}

func appTimeout(k errlog.Kind) ID {
	if k == errlog.UnicornTimeout {
		return "ruby-java-worker-death"
	}
	return "app-worker-timeout-kill"
}

func reasonSystem(k errlog.Kind) signature {
	const dead = unanswered | broken | echo | starts
	switch k {
	case errlog.OOMKill, errlog.UnitOOM, errlog.OOMDKill:
		return leadsTo(dead|deaths|late, "oom-killed", .97)
	case errlog.ContainerOOM:
		return leadsTo(dead|deaths, "oom-killed", .85, Candidate{"docker-container-exited", .8})
	case errlog.Segfault:
		return leadsTo(broken|echo|deaths, "fpm-worker-segfault", .93)
	case errlog.UnitConfig:
		return leadsTo(dead, "fpm-pool-config-error", .95)
	case errlog.UnitSoftware:
		return leadsTo(dead, "opcache-preload-failure", .7, Candidate{"fpm-pool-config-error", .4})
	case errlog.UnitStartLimit:
		s := leadsTo(unanswered|echo, "start-limit-hit", .92)
		return s
	case errlog.UnitExec, errlog.UnitExit, errlog.UnitFailed, errlog.UnitTimeout, errlog.UnitStopped:
		s := leadsTo(unanswered|echo, "upstream-port-nothing-listening", .65, Candidate{"start-limit-hit", .3})
		s.is = starts
		return s
	case errlog.UnitKilled:
		s := leadsTo(unanswered|broken|echo, "oom-killed", .6, Candidate{"fpm-worker-segfault", .3})
		s.is = deaths | starts
		return s
	case errlog.UnitReloadFailed:
		return leadsTo(0, "stale-config-not-reloaded", .85, Candidate{"config-test-fails", .6})
	case errlog.SupervisorFatal, errlog.SupervisorExit:
		return leadsTo(dead, "upstream-port-nothing-listening", .8, Candidate{"gunicorn-boot-failure", .5})
	case errlog.ContainerExit, errlog.CrashLoop, errlog.ContainerUnhealthy:
		return leadsTo(dead, "docker-container-exited", .93)
	case errlog.ProbeFailed:
		return leadsTo(dead, "docker-container-exited", .7, Candidate{"upstream-port-nothing-listening", .5})
	}
	return reasonGuard(k)
}

func reasonGuard(k errlog.Kind) signature {
	switch k {
	case errlog.ConntrackFull:
		return leadsTo(unanswered|late|echo, "conntrack-full", .96)
	case errlog.SYNFlood:
		return leadsTo(unanswered|late|echo, "listen-backlog-full-tcp", .75)
	case errlog.HungTask, errlog.ReadOnlyMount:
		return leadsTo(late|broken|echo, "io-hang", .93)
	case errlog.FirewallDrop:
		return leadsTo(unanswered, "firewall-blocks-upstream", .55)
	case errlog.SELinuxDenied:
		return leadsTo(unanswered|echo, "selinux-denied", .97)
	case errlog.AppArmorDenied:
		return leadsTo(unanswered|echo, "apparmor-denied", .95)
	case errlog.Banned:
		return leadsTo(unanswered, "fail2ban-banned-proxy", .55)
	}
	return signature{}
}
