package errlog

import "strings"

// containerPhrases are of what keeps programs running: supervisord, PM2, Docker, Kubernetes.
func containerPhrases() []phrase {
	return []phrase{
		{"entered FATAL state", SupervisorFatal, Supervisor, "", supervised},
		{"too many start retries too quickly", SupervisorFatal, Supervisor, "", supervised},
		{"not expected)", SupervisorExit, Supervisor, "exited: ", supervised},
		{"can't find command", SupervisorFatal, Supervisor, "", supervised},
		{"Exited too quickly (process log", SupervisorFatal, Supervisor, "", status},
		{"ERROR (spawn error)", SupervisorFatal, Supervisor, ": ", status},
		{"ERROR (abnormal termination)", SupervisorFatal, Supervisor, ": ", status},
		{"ERROR (no such file)", SupervisorFatal, Supervisor, ": ", status},
		{"STOPPED   Not started", UnitStopped, Supervisor, "", status},
		{"had too many unstable restarts", PM2Errored, PM2, "", nil},
		{" errored ", PM2Errored, PM2, "│", nil},
		{"│ stopped ", UnitStopped, PM2, "", nil},
		{"exited with code [", PM2Exit, PM2, "", pm2Exit},
		{"\"reason\":\"OOMKilled\"", ContainerOOM, Kubernetes, "", nil},
		{"OOMKilled", ContainerOOM, Docker, "", nil},
		{"exited with code 143", Stopped, HAProxy, "Current worker", nil}, // of an orderly restart
		{"exited with code 130", Stopped, HAProxy, "Current worker", nil},
		{"exited with code 1", WorkerExit, Gunicorn, "Worker (pid", nil}, // its SystemExit at a time limit, which is told by a line of its own
		{"exited with code 137", ContainerOOM, Docker, "", container},
		{"Exited (137)", ContainerOOM, Docker, "", nil},
		{"exited with code 0", Stopped, Docker, "", container},
		{"Exited (0)", Stopped, Docker, "", nil},
		{"exited with code ", ContainerExit, Docker, "", container},
		{"Exited (", ContainerExit, Docker, "", nil},
		{"Restarting (", ContainerExit, Docker, ") ", nil},
		{"estarting container", ContainerExit, Docker, "exitCode=", daemonExit},
		{"estarting container", ContainerExit, Docker, "exitStatus=", daemonExit},
		{"Back-off restarting failed container", CrashLoop, Kubernetes, "", nil},
		{"CrashLoopBackOff", CrashLoop, Kubernetes, "", nil},
		{"Readiness probe failed", ProbeFailed, Kubernetes, "", nil},
		{"Liveness probe failed", ProbeFailed, Kubernetes, "", nil},
		{"(unhealthy)", ContainerUnhealthy, Docker, "", nil},
		{"does not have any active Endpoint", NoEndpoints, Kubernetes, "", nil},
		{"<none>", NoEndpoints, Kubernetes, "Endpoints: ", nil},
		{"<error: endpoints ", Notice, Kubernetes, "default-http-backend", nil}, // of an ingress, always
		{"<error: endpoints ", NoEndpoints, Kubernetes, "not found>", nil},
		{"<error: services ", NoEndpoints, Kubernetes, "not found>", nil},
		{"rror obtaining Endpoints for Service", NoEndpoints, Kubernetes, "", nil},
		{"dependency failed to start: container", ContainerUnhealthy, Docker, "", nil},
		{"is unhealthy.", ContainerUnhealthy, Docker, "Container ", nil},
		{"is not running", ContainerExit, Docker, "Container ", nil},
		{"port is already allocated", ContainerExit, Docker, "", nil},
		{"exec format error", ContainerExit, Docker, "", nil},
		{"exec user process caused", ContainerExit, Docker, "", nil},
		{"OCI runtime create failed", ContainerExit, Docker, "", nil},
		{"failed to create shim task", ContainerExit, Docker, "", nil},
		{"rror: failed to start container", ContainerExit, Docker, "", nil},
		{"ImagePullBackOff", CrashLoop, Kubernetes, "", nil},
		{"ErrImagePull", CrashLoop, Kubernetes, "", nil},
		{"Failed to pull image", CrashLoop, Kubernetes, "", nil},
		{"CreateContainerConfigError", CrashLoop, Kubernetes, "", nil},
		{"RunContainerError", CrashLoop, Kubernetes, "", nil},
		{"Reason:       Error", ContainerExit, Kubernetes, "", nil},
	}
}

func supervised(ev *Event, s string) {
	ev.Name = coalesce(between(s, "exited: ", " "), between(s, "gave up: ", " "))
	if command := between(s, "find command '", "'"); command != "" {
		ev.Name = command[strings.LastIndexByte(command, '/')+1:]
	}
	ev.Exit = numberAfter(s, "exit status ")
	switch {
	case strings.Contains(s, "SIGKILL"):
		ev.Signal = 9
	case strings.Contains(s, "SIGSEGV"):
		ev.Signal = 11
	}
}

// status reads "gunicorn   FATAL   Exited too quickly" of supervisorctl.
func status(ev *Event, s string) {
	ev.Name, _, _ = strings.Cut(strings.TrimLeft(s, " "), " ")
	ev.Name = strings.TrimSuffix(ev.Name, ":")
}

func pm2Exit(ev *Event, s string) {
	ev.Name = between(s, "App [", ":")
	ev.Exit = numberAfter(s, "with code [")
	if ev.Exit == 0 && !strings.Contains(s, "SIGKILL") {
		ev.Kind = Stopped
	}
	if strings.Contains(s, "SIGKILL") {
		ev.Signal = 9
	}
}

// daemonExit reads what dockerd says of a container that it starts again, by whose own end, and with which status.
func daemonExit(ev *Event, s string) {
	ev.Exit = max(numberAfter(s, "exitCode="), numberAfter(s, "exitStatus="))
	switch {
	case strings.Contains(s, "manualRestart=true"), ev.Exit == 0:
		ev.Kind = Stopped
	case ev.Exit == 137:
		ev.Kind = ContainerOOM
	}
	ev.Name = between(s, "container=", " ")
}

func container(ev *Event, s string) {
	ev.Exit = numberAfter(s, "with code ")
	ev.Name, _, _ = strings.Cut(s, " ")
}
