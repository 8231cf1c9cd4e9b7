package errlog

// quietPhrases look alarming, or merely fill logs, and are no failure of a gateway.
func quietPhrases() []phrase {
	var rows []phrase
	for _, set := range [...]struct {
		kind   Kind
		source Source
		texts  []string
	}{
		{ConfigOK, Unnamed, []string{"test is successful", "syntax is ok", "Syntax OK", "Configuration file is valid"}},
		{WorkerExit, Unnamed, []string{"Worker exiting (pid", "worker process", "said into stderr", "said into stdout", "gracefully shutting down", "cleanly exited"}},
		{Started, Unnamed, []string{"Started ", "Starting ", "Reloaded ", "Reloading ", "Listening on ", "istening on port", "Server startup in", "Booting worker with pid", "Listening at:", "Using worker:", "ready to handle connections", "fpm is running, pid",
			"using inherited socket", "signal process started", "start worker process", "using the \"epoll\"", "Accepting connections", "spawned uWSGI worker", "*** Operational MODE", "WSGI app 0", "entered RUNNING state", "spawned: '", "ready for connections", "configured -- resuming normal operations", "New worker", "Loading success", "Configuration complete; ready for start up", "serving initial configuration", "autosaved config", "Starting gunicorn", "Registered tunnel connection", "online]", "starting in -fork mode-"}},
		{Stopped, Unnamed, []string{"Stopped ", "Stopping ", "Succeeded.", "Shutting down: Master", "Handling signal: ", "goodbye to uWSGI", "caught SIGTERM", "graceful restart", "Graceful restart requested", "exiting"}},
		{Healthy, HAProxy, []string{" is UP", "Still healthy", "Back healthy", "Consumed "}},
		{CheckPassed, Unnamed, []string{"Layer4 check passed", "Layer7 check passed", "Health check succeeded"}},
		{PHPNotice, PHP, []string{"PHP Warning", "PHP Notice", "PHP Deprecated", "PHP Strict", "PHP User", "Deprecated: ", "WordPress database error"}},
		{Notice, Unnamed, []string{"ACL set, listen.owner", "'user' directive is ignored", "'group' directive is ignored", "Could not reliably determine the server's fully qualified domain name", "Ignored premature client disconnection", "uwsgi_response_write", "OSError: write error", "IOError: write error",
			"SIGPIPE: writing to a closed pipe", "Aborted connection", "Got an error reading communication packets", "failed to sufficiently increase receive buffer size", "docker-entrypoint", "listen-on-ipv6-by-default", "Nothing matches the include pattern", "left in connection", "Certificate is not trusted", "session opened for user", "Invalid HTTP request received", "Invalid request from ip=", "Invalid HTTP_HOST header", "Not Found: /", "running uWSGI as root", "running in multiple interpreter mode", "listen backlog is limited to",
			"|req: ", "Connect from ", "Autorestarting worker", "UnhandledPromiseRejectionWarning", "--trace-deprecation", "--trace-warnings", "npm notice", "Use Ctrl-C to stop", " booted in ", "Puma starting in", "started server on", "ACME certificate for", "could not get certificate from issuer", "Invalid method", "Bad Request"}},
		{Notice, Unnamed, []string{"server started (lighttpd", "server stopped by UID", "ow listening on: http", "Application started. Press", "Hosting environment: ", "DataProtection.KeyManagement", "Request Entity Too Large", "Content Too Large", "Error parsing HTTP request header",
			"Certificate not yet due for renewal", "ignored in --skip-name-resolve mode", "checkpoint starting", "checkpoint complete", "could not receive data from client", "ssl_stapling\" ignored", "is done. Seeya!", "Supervisor is running as root", "without any HTTP authentication checking", "Could not connect to debugging client", "DHCPACK", "DHCPREQUEST", "cannot refresh: snap"}},
		{Notice, Systemd, []string{"Loaded: loaded (", "Active: active (", "Main PID: ", "Tasks: ", "CGroup: /", "├─", "└─", "Docs: man:", "Docs: http", "Memory: ", "CPU: "}}, // of systemctl status
		{Notice, Unnamed, []string{"READY   STATUS", "     Running   0 "}}, // of kubectl get pods
		{Notice, Unnamed, []string{"CMD (", "New session ", "Removed session ", "Finished ", "Mounted ", "Reached target", "connect from ", "disconnect from ", "Accepted publickey", "Received disconnect from"}},
		{ClientClosed, Unnamed, []string{"BrokenPipeError: [Errno 32]", "(): Broken pipe ["}},
		{LoginFailed, Unnamed, []string{"Connection closed by authenticating user", "Connection closed by invalid user", "password authentication failed for user", "(cache) '", "Found ", "Unban ", "authentication failure", "Failed password for"}},
		{ClientClosed, Unnamed, []string{"closed keepalive connection", "connection reset by client", "EPIPE"}},
		{FileMissing, Unnamed, []string{"File does not exist", "not found or unable to stat", "No such file or directory) while"}},
		{AccessForbidden, Apache, []string{"client denied by server configuration"}},
		{DirectoryForbidden, Apache, []string{"Cannot serve directory"}},
		{StackTrace, Unnamed, []string{"thrown in ", "Traceback (most recent call last)", "node_modules/", "node:internal/", "site-packages/"}},
		{ScriptOutput, Unnamed, []string{"PHP message:"}},
	} {
		for _, text := range set.texts {
			rows = append(rows, phrase{text: text, kind: set.kind, source: set.source})
		}
	}
	return rows
}
