// Package errlog reads the logs of web servers and what stands behind them: one line in, one typed event out.
// It knows what a line says and nothing of why: that is package checks.
//
// The strings of an Event are parts of the line it was read from; clone what is kept for long.
package errlog

import (
	"strings"
	"time"
)

// Source is the program that wrote a line.
type Source uint8

const (
	Unnamed Source = iota
	Nginx
	NginxAccess
	Apache
	ApacheAccess
	FPM
	FPMSlow
	PHP
	HAProxy
	Varnish
	Caddy
	Traefik
	Envoy
	LiteSpeed
	IIS
	LoadBalancer // a cloud's own: AWS ALB
	Cloudflare   // the page people paste
	Cloudflared
	Gunicorn
	UWSGI
	Node
	PM2
	Ruby // puma, unicorn, Passenger
	Java
	Systemd
	Supervisor
	Kernel
	Audit
	Fail2ban
	Database
	Docker
	Kubernetes
)

func (s Source) String() string {
	if int(s) < len(sourceNames) {
		return sourceNames[s]
	}
	return ""
}

var sourceNames = [...]string{
	Nginx: "nginx", NginxAccess: "nginx access log", Apache: "apache", ApacheAccess: "apache access log",
	FPM: "php-fpm", FPMSlow: "php-fpm slow log", PHP: "php", HAProxy: "haproxy", Varnish: "varnish",
	Caddy: "caddy", Traefik: "traefik", Envoy: "envoy", LiteSpeed: "litespeed", IIS: "iis",
	LoadBalancer: "load balancer", Cloudflare: "cloudflare", Cloudflared: "cloudflared", Gunicorn: "gunicorn",
	UWSGI: "uwsgi", Node: "node", PM2: "pm2", Ruby: "ruby", Java: "java", Systemd: "systemd",
	Supervisor: "supervisor", Kernel: "kernel", Audit: "audit", Fail2ban: "fail2ban", Database: "database",
	Docker: "docker", Kubernetes: "kubernetes",
}

// Event is one line, read. A field the line does not have is empty.
type Event struct {
	Source Source
	Kind   Kind
	Time   time.Time // zero when the line names none
	Level  string    // as written: "crit", "WARNING"
	PID    int
	Conn   int // nginx: *193

	Errno   int    // in Linux numbers, whatever system wrote it
	Action  string // nginx: "connecting to upstream"
	Message string // without head and request fields

	Client, Server, Host string
	Method, URI          string
	Status               int // HTTP status, the one the visitor got
	UpstreamStatus       int // what the backend had answered, when the log has it
	Upstream             Upstream

	Name   string // who the line is about: pool, unit, process, container, backend/server, resolved name
	Worker int    // pid of the child that died or was killed
	Signal int
	Exit   int
	Script string
	Place  string // file:line of a configuration error
	Number int    // what the message counts: protocol byte, block size, frame, limit

	MadeGood bool // the log shows that the same request was answered in another try
}

// Site is the name a person would use for the site the line is about.
func (e *Event) Site() string {
	if named(e.Server) {
		return e.Server
	}
	if e.Host != "" {
		return e.Host
	}
	return e.Server
}

// named: nginx logs the server_name, and many have none worth the name.
func named(server string) bool { return server != "" && server != "_" && server != "localhost" }

// kept is the event with strings of its own, for longer than the line it was read from.
func (e Event) kept() Event {
	for _, s := range [...]*string{&e.Level, &e.Action, &e.Message, &e.Client, &e.Server, &e.Host, &e.Method, &e.URI,
		&e.Upstream.Scheme, &e.Upstream.Address, &e.Name, &e.Script, &e.Place} {
		*s = strings.Clone(*s)
	}
	return e
}
