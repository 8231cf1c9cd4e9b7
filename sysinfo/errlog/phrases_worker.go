package errlog

import "strings"

// workerPhrases are PHP-FPM's and the app servers' about their own workers.
func workerPhrases() []phrase {
	return []phrase{
		{"reached pm.max_children", FPMMaxChildren, FPM, "", fpmDetail},
		{"reached max_children setting", FPMMaxChildren, FPM, "", fpmDetail},
		{"seems busy (you may need to increase", FPMSeemsBusy, FPM, "", fpmDetail},
		{"Reached max children process limit", LSAPIMaxChildren, LiteSpeed, "", nil},
		{"please increase LSAPI_CHILDREN", LSAPIMaxChildren, LiteSpeed, "", nil},
		{"exited on signal ", FPMCrash, FPM, "child ", childSignal},
		{"exited on signal 11 (SIGSEGV", FPMCrash, FPM, "", nil},
		{"exited with code 0", WorkerExit, FPM, "child ", fpmDetail},
		{"exited with code ", FPMExitCode, FPM, "child ", fpmDetail},
		{"execution timed out (", FPMTerminating, FPM, "", fpmDetail},
		{"executing too slow (", FPMSlowRequest, FPM, "", fpmDetail},
		{"failed processes threshold (", FPMEmergency, FPM, "", nil},
		{"reloading: execvp(", FPMReloadExec, FPM, "", nil},
		{"Reloading in progress ...", FPMReloading, FPM, "", nil},
		{"Terminating ...", FPMStopping, FPM, "", nil},
		{"exiting, bye-bye!", FPMStopping, FPM, "", nil},
		{"FPM initialization failed", FPMInitFailed, FPM, "", nil},
		{"nother FPM instance seems to already listen", FPMAnotherInstance, FPM, "", fpmDetail},
		{"unable to bind listening socket for address", FPMBindFailed, FPM, "", fpmDetail},
		{"Connection disallowed: IP address", FPMDisallowed, FPM, "", disallowed},
		{"listen.allowed_clients", FPMDisallowed, FPM, "Wrong IP", nil},
		{"There are no allowed addresses", FPMDisallowed, FPM, "", nil},
		{"maximum number of processes has been reached", FPMProcessMax, FPM, "", nil},
		{"fork() failed", FPMForkFailed, FPM, "", forkFailed},
		{"failed to fork: ", FPMForkFailed, FPM, "", forkFailed},
		{"failed to fork a child", FPMForkFailed, FPM, "", nil},
		{"unknown entry '", FPMConfigError, FPM, "", fpmDetail},
		{"Unable to include ", FPMConfigError, FPM, "", fpmDetail},
		{"cannot be greater than pm.max_children", FPMConfigError, FPM, "", fpmDetail},
		{"pm.start_servers(", FPMConfigError, FPM, "must not be", fpmDetail},
		{"cannot get uid for user", FPMConfigError, FPM, "", fpmDetail},
		{"cannot get gid for group", FPMConfigError, FPM, "", fpmDetail},
		{"already used in another pool", FPMConfigError, FPM, "", fpmDetail},
		{"No pool defined. at least one pool", FPMConfigError, FPM, "", nil},
		{"Unable to create or open slowlog", FPMConfigError, FPM, "", fpmDetail},
		{"failed to open access log (", FPMConfigError, FPM, "", fpmDetail},
		{"the chdir path '", FPMConfigError, FPM, "", fpmDetail},
		{"failed to open error_log (", FPMConfigError, FPM, "", fpmDetail},
		{"failed to open configuration file '", FPMConfigError, FPM, "", fpmDetail},
		{"value is NULL for a ZEND_INI_PARSER_ENTRY", FPMConfigError, FPM, "", fpmDetail},
		{"syntax error, unexpected", FPMConfigError, FPM, ".ini on line", nil},
		{"failed to chown() the socket", FPMConfigError, FPM, "", fpmDetail},
		{"failed to chmod() the socket", FPMConfigError, FPM, "", fpmDetail},
		{"failed to prepare socket", FPMConfigError, FPM, "", nil},
		{"failed to create new listening socket", FPMConfigError, FPM, "", nil},
		{"failed to load configuration file '", FPMConfigError, FPM, "", fpmDetail},
		{"failed to post process the configuration", FPMConfigError, FPM, "", nil},
		{"please specify user and group other than root", FPMConfigError, FPM, "", fpmDetail},
		{"Failed opening required", PHPPreload, PHP, "Unknown on line 0", nil},
		{"Unable to load dynamic library", PHPExtension, PHP, "", nil},
		{"Failed loading Zend extension", PHPExtension, PHP, "", nil},
		{"zend_mm_heap corrupted", FPMCrash, FPM, "", nil},

		{"WORKER TIMEOUT (pid:", GunicornTimeout, Gunicorn, "", workerPID},
		{"was sent SIGKILL! Perhaps out of memory?", GunicornKilled, Gunicorn, "", workerPID},
		{"Child process [", GunicornKilled, Gunicorn, "] died", nil},
		{"was terminated due to signal 9", GunicornKilled, Gunicorn, "", workerPID},
		{"was terminated due to signal 15", WorkerExit, Gunicorn, "", workerPID},
		{"was terminated due to signal ", GunicornSignal, Gunicorn, "", workerPID},
		{"was sent SIGTERM!", WorkerExit, Gunicorn, "", nil},
		{"was sent SIGABRT!", GunicornSignal, Gunicorn, "", nil},
		{"was sent SIGSEGV!", GunicornSignal, Gunicorn, "", nil},
		{"raise HaltServer(", GunicornBootFailed, Gunicorn, "", nil},
		{"Worker failed to boot", GunicornBootFailed, Gunicorn, "", nil},
		{"Unhandled exception in main loop", GunicornBootFailed, Gunicorn, "", nil},
		{"App failed to load", GunicornBootFailed, Gunicorn, "", nil},
		{"Exception in worker process", GunicornBootFailed, Gunicorn, "", nil},
		{"Connection in use: (", AppAddressInUse, Gunicorn, "", nil},
		{"Retrying in 1 second.", AppAddressInUse, Gunicorn, "", nil},
		{"HARAKIRI ON WORKER", UWSGIHarakiri, UWSGI, "", workerPID},
		{"HARAKIRI [core", UWSGIHarakiri, UWSGI, "", nil},
		{"HARAKIRI !!!", UWSGIHarakiri, UWSGI, "", nil},
		{"i must kill myself (pid:", UWSGIHarakiri, UWSGI, "", workerPID},
		{"got Segmentation Fault !!!", UWSGIDied, UWSGI, "uWSGI process", nil},
		{"no app loaded. going in full dynamic mode", UWSGINoApp, UWSGI, "", nil},
		{"no app loaded. GAME OVER", UWSGINoApp, UWSGI, "", nil},
		{"another instance of uWSGI is running on the same address", AppAddressInUse, UWSGI, "", nil},
		{"died, killed by signal 9", UWSGIDied, UWSGI, "DAMN", workerPID},
		{"DAMN ! worker", UWSGIDied, UWSGI, "", workerPID},
		{"worker respawning too fast", UWSGIRespawn, UWSGI, "", nil},
		{"invalid request block size: ", UWSGIBlockSize, UWSGI, "", blockSize},
		{"Invalid (too big) CONTENT_LENGTH. skip.", UWSGIPostLimit, UWSGI, "", nil},
		{"generated 0 bytes in", UWSGIEmpty, UWSGI, "(HTTP/1.1 500)", uwsgiRequest},
		{"uWSGI listen queue of socket", UWSGIQueueFull, UWSGI, "", nil},
		{"no python application found", UWSGINoApp, UWSGI, "", nil},
		{"unable to load app 0", UWSGINoApp, UWSGI, "", nil},
	}
}

// uwsgiRequest reads "[pid: 217|app: 0|req: 4/6] 127.0.0.1 () {36 vars in 449 bytes} [Mon Nov 30 11:44:43 2026] GET / => generated 0 bytes"
// (uWSGI's core/logging.c, uwsgi_default_logit).
func uwsgiRequest(ev *Event, s string) {
	request, _, _ := strings.Cut(s, " => generated ")
	method, uri, ok := strings.Cut(request[strings.LastIndex(request, "] ")+1:], " /")
	if method = strings.TrimSpace(method); ok && method != "" && strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
		ev.Method, ev.URI = method, "/"+uri
	}
}

// childSignal: 15 is the master's own doing, 9 somebody's, the others are crashes.
func childSignal(ev *Event, s string) {
	fpmDetail(ev, s)
	switch ev.Signal {
	case 9:
		ev.Kind = FPMKilled
	case 15, 2, 1, 3, 10, 12, 14:
		if !strings.Contains(s, "(SIGBUS") { // 10 on BSD and macOS
			ev.Kind = FPMTerminated
		}
	}
}

// forkFailed: memory may be what is short, not the number of processes.
func forkFailed(ev *Event, s string) {
	fpmDetail(ev, s)
	if strings.Contains(s, "annot allocate memory") {
		ev.Kind = OutOfMemory
	}
}

func disallowed(ev *Event, s string) { ev.Client = between(s, "IP address '", "'") }

// workerPID reads "(pid:3818)", "(pid: 4319, …)" and "Worker with pid 4127".
func workerPID(ev *Event, s string) {
	for _, mark := range [...]string{"(pid:", "with pid ", "pid: "} {
		if rest := after(s, mark); rest != "" && ev.Worker == 0 {
			ev.Worker, _ = number(strings.TrimLeft(rest, " "))
		}
	}
	ev.Signal = numberAfter(s, "signal ")
}

// blockSize: a uwsgi header read out of "GET " or "POST" gives these sizes, for it is HTTP that was sent.
func blockSize(ev *Event, s string) {
	ev.Number = numberAfter(s, "block size: ")
	lo, hi := byte(ev.Number), byte(ev.Number>>8)
	if lo >= 'A' && lo <= 'Z' && hi >= 'A' && hi <= 'Z' || ev.Number == 21573 || ev.Number == 21327 || ev.Number == 16709 {
		ev.Kind = UWSGIBlockHTTP
	}
}

func unicornTimeout(ev *Event, s string) {
	ev.Worker = numberAfter(s, "PID:")
	if !strings.Contains(s, "timeout") {
		ev.Kind = WorkerReaped
	}
}

// reaped is harmless when the worker ended by itself.
func reaped(ev *Event, s string) {
	ev.Worker = numberAfter(s, "pid ")
	if strings.Contains(s, "exit 0") {
		ev.Kind = WorkerExit
	}
}
