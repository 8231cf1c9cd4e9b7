package errlog

import "strings"

// systemdPhrases are of systemd, and of upstart before it.
func systemdPhrases() []phrase {
	return []phrase{
		{"tart request repeated too quickly", UnitStartLimit, Systemd, "", unit},
		{"start-limit-hit", UnitStartLimit, Systemd, "", unit},
		{"start of the service was attempted too often", UnitStartLimit, Systemd, "", unit},
		{"status=78/CONFIG", UnitConfig, Systemd, "", unit},
		{"status=78", UnitConfig, Systemd, "php", unit},
		{"code=exited, status=78)", UnitConfig, Systemd, "", unit},
		{"status=70/SOFTWARE", UnitSoftware, Systemd, "", unit},
		{"status=203/EXEC", UnitExec, Systemd, "", unit},
		{"status=200/CHDIR", UnitExec, Systemd, "", unit},
		{"Failed at step ", UnitExec, Systemd, "spawning", unit},
		{"status=217/USER", UnitExec, Systemd, "", unit},
		{"status=209/STDOUT", UnitExec, Systemd, "", unit},
		{"status=226/NAMESPACE", UnitExec, Systemd, "", unit},
		{"Failed with result 'oom-kill'", UnitOOM, Systemd, "", unit},
		{"killed by the OOM killer", UnitOOM, Systemd, "", unit},
		{"Failed with result 'timeout'", UnitTimeout, Systemd, "", unit},
		{"start operation timed out", UnitTimeout, Systemd, "", unit},
		{"Failed with result 'watchdog'", UnitTimeout, Systemd, "", unit},
		{"Failed with result 'signal'", UnitKilled, Systemd, "", unit},
		{"Failed with result 'core-dump'", UnitKilled, Systemd, "", unit},
		{"code=dumped", UnitKilled, Systemd, "", unit},
		{"status=15/TERM", Stopped, Systemd, "code=killed", unit},
		{"code=killed", UnitKilled, Systemd, "", unit},
		{"status=0/SUCCESS", Stopped, Systemd, "exited", unit},
		{"code=exited", UnitExit, Systemd, "", unit},
		{"Failed with result 'exit-code'", UnitFailed, Systemd, "", unit},
		{"Failed with result 'protocol'", UnitFailed, Systemd, "", unit},
		{"Reload failed for ", UnitReloadFailed, Systemd, "", unit},
		{"Failed to start ", UnitFailed, Systemd, "", unit},
		{"entered failed state", UnitFailed, Systemd, "", unit},
		{"Active: failed", UnitOOM, Systemd, "(Result: oom-kill)", unit},
		{"Active: failed", UnitStartLimit, Systemd, "(Result: start-limit-hit)", unit},
		{"Active: failed", UnitTimeout, Systemd, "(Result: timeout)", unit},
		{"Active: failed", UnitFailed, Systemd, "", unit},
		{"Active: inactive (dead)", UnitStopped, Systemd, "", unit},
		{".service could not be found", UnitStopped, Systemd, "", unit},
		{".service not found", UnitStopped, Systemd, "", unit},
		{": unrecognized service", UnitStopped, Systemd, "", service},
		{".service is masked", UnitStopped, Systemd, "", unit},
		{".service is not active, cannot reload", UnitStopped, Systemd, "", unit},
		{"because the control process exited with error code", UnitFailed, Systemd, "", unit},
		{"Scheduled restart job, restart counter", UnitFailed, Systemd, "", unit},
		{"Deactivated successfully", Stopped, Systemd, "", unit},
		{"terminated with status ", UnitFailed, Systemd, "main process (", upstart},
		{"respawning too fast, stopped", UnitStartLimit, Systemd, "", upstart},
	}
}

// service reads "php-fpm: unrecognized service" of a system without systemd.
func service(ev *Event, s string) {
	name, _, _ := strings.Cut(s, ": unrecognized")
	ev.Name = lastWord(name) + ".service"
}

// upstart reads "init: php5-fpm main process (12528) terminated with status 78".
func upstart(ev *Event, s string) {
	name, _, _ := strings.Cut(after(s, "init: "), " ")
	if name != "" {
		ev.Name = name + ".service"
	}
	if ev.Exit = numberAfter(s, "with status "); ev.Exit == 78 {
		ev.Kind = UnitConfig
	}
}

// unit reads "php8.2-fpm.service: Main process exited, code=exited, status=78/CONFIG".
func unit(ev *Event, s string) {
	if i := strings.Index(s, ".service"); i > 0 {
		ev.Name = strings.TrimLeft(lastWord(s[:i]), "'\"(") + ".service"
	}
	ev.Script = between(s, "ExecStart=", " (code=")
	status := numberAfter(s, "status=")
	if strings.Contains(s, "code=exited") {
		ev.Exit = status
	} else {
		ev.Signal = status
	}
	if ev.Kind == UnitFailed && strings.Contains(s, "failed with result 'oom-kill'") {
		ev.Kind = UnitOOM
	}
	if housekeeping(ev.Name) {
		ev.Kind = Notice
	}
}
