package checks

import (
	"strings"

	"fix502/sysinfo/errlog"
)

// byName: who died decides what it means. A mail scanner out of memory is no cause of a 502.
func byName(ev *errlog.Event) []Candidate {
	name := strings.ToLower(ev.Name)
	fpm := strings.Contains(name, "php") || strings.Contains(name, "fpm")
	gateway := gatewayName(name)
	switch ev.Kind {
	case errlog.Segfault:
		return segfaulted(name, fpm)
	case errlog.OOMKill:
		if strings.Contains(name, "mysqld") || strings.Contains(name, "mariadbd") || strings.Contains(name, "postgres") {
			return []Candidate{{"oom-killed", .95}, {"mysql-down", .8}}
		}
		return nil
	case errlog.UnitKilled:
		return unitKilled(ev, fpm)
	case errlog.UnitConfig:
		if name != "" && !fpm {
			return []Candidate{{"upstream-port-nothing-listening", .7}, {"start-limit-hit", .3}}
		}
	case errlog.UWSGIDied:
		if ev.Signal == 9 {
			return []Candidate{{"uwsgi-worker-crash", .92}, {"oom-killed", .6}, {"uwsgi-harakiri", .4}}
		}
	case errlog.SupervisorExit, errlog.SupervisorFatal, errlog.PM2Exit:
		return supervised(ev, name, fpm)
	case errlog.UnitFailed, errlog.UnitExit, errlog.UnitStopped, errlog.UnitSoftware, errlog.UnitExec:
		return unitFailed(ev, name, fpm, gateway)
	case errlog.ModuleMissing:
		if ev.Source == errlog.Unnamed || ev.Source == errlog.Gunicorn {
			return []Candidate{{"gunicorn-boot-failure", .88}, {"upstream-port-nothing-listening", .4}}
		}
		if ev.Source == errlog.Ruby {
			return []Candidate{{"ruby-java-worker-death", .85}}
		}
	}
	return nil
}

func gatewayName(name string) bool {
	for _, g := range [...]string{"nginx", "apache", "httpd", "haproxy", "varnish", "caddy"} {
		if strings.HasPrefix(name, g) {
			return true
		}
	}
	return false
}

func segfaulted(name string, fpm bool) []Candidate {
	switch {
	case strings.HasPrefix(name, "apache"), strings.HasPrefix(name, "httpd"):
		return []Candidate{{"apache-child-crash", .95}}
	case strings.HasPrefix(name, "uwsgi"):
		return []Candidate{{"uwsgi-worker-crash", .95}}
	case strings.HasPrefix(name, "node"):
		return []Candidate{{"node-crash", .93}}
	case fpm || name == "":
		return nil
	}
	return []Candidate{{"upstream-premature-close", .6}}
}

func unitKilled(ev *errlog.Event, fpm bool) []Candidate {
	if ev.Signal == 11 || ev.Signal == 6 || ev.Signal == 7 {
		if fpm {
			return []Candidate{{"fpm-worker-segfault", .85}, {"fpm-not-running", .6}}
		}
		return []Candidate{{"upstream-port-nothing-listening", .7}}
	}
	return nil
}

func unitFailed(ev *errlog.Event, name string, fpm, gateway bool) []Candidate {
	switch {
	case ev.Kind == errlog.UnitSoftware && (fpm || name == ""):
		return nil
	case fpm:
		return []Candidate{{"fpm-not-running", .75}, {"fpm-pool-config-error", .6}}
	case gateway:
		return []Candidate{{"config-test-fails", .8}}
	case ev.Exit == 3:
		return []Candidate{{"gunicorn-boot-failure", .85}, {"upstream-port-nothing-listening", .6}}
	case strings.HasPrefix(name, "mysql"), strings.HasPrefix(name, "mariadb"), strings.HasPrefix(name, "postgres"):
		return []Candidate{{"mysql-down", .9}}
	case ev.Kind != errlog.UnitStopped:
		return byProgram(name + " " + ev.Script)
	}
	return nil
}

// byProgram: what a unit that ended runs, by its name or its command.
func byProgram(command string) []Candidate {
	for _, row := range [...]struct {
		id    ID
		words []string
	}{
		{"gunicorn-boot-failure", []string{"gunicorn", "uvicorn", "daphne", "hypercorn", "waitress", "uwsgi", "wsgi"}},
		{"node-crash", []string{"/node ", "node.service", "nodejs", "/npm ", "/yarn ", "pm2"}},
		{"ruby-java-worker-death", []string{"puma", "unicorn", "passenger", "/java ", "tomcat"}},
	} {
		for _, word := range row.words {
			if strings.Contains(command, word) {
				return []Candidate{{row.id, .75}, {"upstream-port-nothing-listening", .6}, {"start-limit-hit", .3}}
			}
		}
	}
	return nil
}

// supervised: by signal 9 nobody asks a program to end, and it has no time to say so.
func supervised(ev *errlog.Event, name string, fpm bool) []Candidate {
	switch {
	case ev.Signal == 9:
		return []Candidate{{"oom-killed", .7}, {"docker-container-exited", .3}, {"app-worker-timeout-kill", .25}}
	case fpm:
		return []Candidate{{"fpm-not-running", .85}, {"php-version-upgraded", .5}, {"fpm-pool-config-error", .45}}
	case gatewayName(name):
		return []Candidate{{"config-test-fails", .8}}
	case ev.Kind == errlog.PM2Exit:
		return nil
	}
	return byProgram(name + ".service ")
}
