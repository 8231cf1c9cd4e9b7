// Package traefik reads what a Traefik is started with (its static configuration) and what its file provider gives it (the
// dynamic one), in YAML, TOML or as flags, and says which rule takes a request, where it is passed on to, and which line
// says so. It looks at files only: what containers tell Traefik by their labels is not in any file.
package traefik

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo/conf"
)

// These are short names for what all readers share.
type (
	Files   = conf.Files
	Place   = conf.Place
	Problem = conf.Problem
)

// Config is one Traefik as its files describe it. It does not change after Parse.
type Config struct {
	Path        string // the static configuration; empty where flags are all there is
	Files       []string
	Entrypoints []Entrypoint
	Routers     []*Router
	Services    map[string]*Service
	Transports  map[string]Transport
	Log, Access Log
	Retries     bool    // a middleware asks once more, the next server in turn
	Providers   []Value // those beside the file provider: "docker", "kubernetesCRD"
	Watch       bool    // the dynamic files are read again by themselves
	Problems    conf.Problems
}

// Entrypoint is an address that Traefik listens on.
type Entrypoint struct {
	Place
	Name, Address string
	Host          string
	Port          int
	UDP           bool
	TLS           bool // http.tls: all its routers speak TLS
}

// Router is a rule and the service it leads to.
type Router struct {
	Place
	Name, Rule  string
	Hosts       []string // that its rule names; none takes every host
	Prefixes    []string // of paths, likewise; "=/x" is the path itself
	Entrypoints []string
	Service     string
	TLS         bool
	Priority    int
}

// Service is a load balancer and its servers.
type Service struct {
	Place
	Name      string
	Servers   []Server
	Health    Value // the path of its health check; no Place without one
	Passive   bool  // a server that failed its visitors is put aside for a while
	PassHost  bool
	Transport string
	Parts     []string // services that a weighted, mirroring or failover one is made of
}

// Server is one address of a service.
type Server struct {
	Place
	URL, Scheme, Host string
	Port              int
}

// Transport is how servers are spoken to.
type Transport struct {
	Place
	ServerName Value
	RootCAs    Value // the first
	Insecure   Value
	Dial, Read Value // forwardingTimeouts
}

// Value is a setting and the line that sets it.
type Value struct {
	Place
	Text string
}

// Set says that a line sets it.
func (v Value) Set() bool { return v.Place.File != "" }

// Duration reads Traefik's: "30s", or a bare number of seconds.
func (v Value) Duration() time.Duration {
	if n, err := strconv.Atoi(v.Text); err == nil {
		return time.Duration(min(max(n, 0), 1e6)) * time.Second
	}
	d, err := time.ParseDuration(v.Text)
	if err != nil {
		return 0
	}
	return d
}

// Log is where a log goes and how.
type Log struct {
	Place
	On                  bool
	File, Format, Level string // no file: standard output
}

// Service is the one that a router means: "app@file" is "app" of the files.
func (c *Config) Service(name string) *Service {
	return c.Services[strings.TrimSuffix(name, "@file")]
}

// maxServers bounds how many servers one service is looked at for.
const maxServers = 1000

// Servers are those of a service and of its parts, each service once: one may have itself as a part.
func (c *Config) Servers(s *Service) []Server {
	var out []Server
	seen := map[*Service]bool{nil: true}
	todo := []*Service{s}
	for len(todo) > 0 && len(out) < maxServers {
		s, todo = todo[len(todo)-1], todo[:len(todo)-1]
		if seen[s] {
			continue
		}
		seen[s] = true
		out = append(out, s.Servers...)
		for _, part := range slices.Backward(s.Parts) {
			todo = append(todo, c.Service(part))
		}
	}
	return out[:min(len(out), maxServers)]
}
