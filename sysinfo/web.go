package sysinfo

import (
	"cmp"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo/conf"
)

// Place is a line of a file on this machine.
type Place = conf.Place

// Gateway is one web server or proxy that answers visitors: a process and the configuration it was started with.
type Gateway struct {
	Kind       string // "nginx", "apache", "haproxy", "varnish", "caddy", "traefik", "litespeed"
	PID        int    // the master; 0 when it does not run
	Unit       string // its systemd unit; empty when it has none
	Root       Root   // the root it sees: its container's, or ours
	Net        int    // a process of its network, for Host.Sockets; 0 when it lives in ours
	Version    string
	Chroot     string    // where it locks itself in after its start; socket paths begin there
	Config     string    // main configuration file
	Started    time.Time // of the master
	Loaded     time.Time // of the oldest worker that takes requests: when the running configuration was read
	Edited     time.Time // newest change among the files it reads
	EditedFile string
	Read       int    // how many files that was
	User       string // the workers' user
	Creds      Creds  // the workers' ids; UID -1 when unknown
	Workers    []int
	Foreign    bool       // it lives in a container, so paths and commands are its own
	Hidden     bool       // it lives in a container that only root may see into: neither its files nor its sites are known
	Container  *Container // that one, where an engine of this machine tells; nil for others
	Sites      []*Site
	Logs       []LogFile
	Problems   []Problem // what reading its configuration stumbled over
	Extra      any       // *Nginx, *Apache, *HAProxy, *Varnish, *Caddy, *Traefik, *LiteSpeed
}

// Problem is something wrong with a configuration file, found by reading it.
type Problem struct {
	Place Place
	Text  string
	Err   error // of the read, when that is what failed
}

// Running says that the gateway has a master process.
func (g *Gateway) Running() bool { return g.PID > 0 }

// Site is one virtual host of a gateway.
type Site struct {
	Gateway *Gateway
	Name    string // the first real server_name, or "default"
	Spelt   string // "~^forum\.", where only a pattern tells its names and Name is one that fits; empty for others
	Names   []string
	Where   Place
	Listen  []Listen
	Root    string // document root
	Hops    []*Hop
	Logs    []LogFile
	Extra   any // what the gateway's own checks need: *nginx.Server, *apache.Server
}

// Title is what people call a site by: its name, or the pattern that all its names fit.
func (s *Site) Title() string { return cmp.Or(s.Spelt, s.Name) }

// Listen is one address a site answers on.
type Listen struct {
	Addr    netip.AddrPort // an unspecified address listens on all
	Unix    string
	TLS     bool
	Default bool
	Proxied bool  // it takes connections that begin with the PROXY protocol, and no others
	Place   Place // of the line, where it is known
}

// Hop is one way of a site's requests: gateway to upstream, with the line that says so.
type Hop struct {
	Site     *Site
	From, To string // "nginx", "Apache"; "php-fpm" or what the scheme says: "http app", "uwsgi app"
	Scheme   string // fastcgi, http, https, uwsgi, scgi, grpc, grpcs
	Unix     string // socket path, or
	Host     string // name or address as written, with
	Port     int
	Addrs    []netip.Addr // what the name stands for now; empty when it could not be resolved
	Block    string       // the upstream block it came through; empty without
	Label    string       // what the gateway's own log calls it, where that is not its address: "shop/app1"
	Backup   bool
	Down     bool   // marked down in the block
	Variable bool   // worked out per request; this is one known value
	Location string // "location ~ \.php$", for people
	Pass     Place  // the fastcgi_pass, proxy_pass …
	Where    Place  // the line that names the address: of the pass, of the upstream's server, of a set
	Raw      string // the word on that line that names the address
	Settings Settings
	Via      *Hop // the gateway's own hop, where a program there only passes connections on to this address
	Extra    any  // NginxHop, ApacheHop
}

// Settings are what the gateway allows this hop, with the line that says so; a zero Place means its default.
type Settings struct {
	Connect, Send, Read     time.Duration
	ConnectWhere, ReadWhere Place
	Between                 time.Duration // from one part of a body to the next; 0: without limit, or it is not known
	BetweenWhere            Place
	BufferSize              int // bytes for the whole response header; 0: as many as come
	HeaderSize              int // bytes for each line of it; 0: as many as fit
	BufferWhere             Place
	Keepalive               int // idle connections kept per worker; 0: none
}

// Address is how people and logs name the hop's other end.
func (h *Hop) Address() string {
	switch {
	case h.Unix != "":
		return "unix:" + h.Unix
	case h.Port == 0:
		return h.Host
	case strings.Contains(h.Host, ":"):
		return "[" + h.Host + "]:" + strconv.Itoa(h.Port)
	}
	return h.Host + ":" + strconv.Itoa(h.Port)
}

// LogFile is a log that a configuration names.
type LogFile struct {
	Path   string // as the gateway sees it; "journal:UNIT"; "stderr", "syslog:…" for the others
	Kind   string // "error", "access", "mixed"
	Where  Place
	Format string // of an access log
	Site   string // the one site that writes there, where lines name none
	Deaf   bool   // what fails at an upstream is not kept there: /dev/null, a level above "error", a syslog where nobody listens
}

// Name is the site as people call it.
func (s *Site) String() string {
	if s == nil {
		return ""
	}
	return s.Name
}
