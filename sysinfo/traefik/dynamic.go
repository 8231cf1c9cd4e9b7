package traefik

import (
	"net/url"
	"strconv"
	"strings"
)

// dynamic takes in the routers, services and transports of one file. The first of a name stays: Traefik leaves out what
// is there twice, and says so.
func (c *Config) dynamic(n *node) {
	n.get("http", "routers").each(func(name string, n *node) {
		rule := n.value("rule")
		r := &Router{Place: rule.Place, Name: name, Rule: rule.Text, Service: n.value("service").Text, Entrypoints: n.texts("entryPoints"), TLS: n.get("tls") != nil}
		if r.Line == 0 {
			r.Place = n.at
		}
		r.Hosts, r.Prefixes = readRule(rule.Text)
		r.Priority, _ = strconv.Atoi(n.value("priority").Text)
		if r.Priority == 0 {
			r.Priority = len(r.Rule)
		}
		c.Routers = append(c.Routers, r)
	})
	n.get("http", "middlewares").each(func(_ string, n *node) {
		c.Retries = c.Retries || n.get("retry") != nil
	})
	n.get("http", "services").each(func(name string, n *node) {
		if c.Services[name] == nil {
			c.Services[name] = service(name, n)
		}
	})
	n.get("http", "serversTransports").each(func(name string, n *node) {
		c.Transports[name] = Transport{Place: n.at, ServerName: n.value("serverName"), RootCAs: n.value("rootCAs"), Insecure: n.value("insecureSkipVerify"),
			Dial: n.value("forwardingTimeouts", "dialTimeout"), Read: n.value("forwardingTimeouts", "responseHeaderTimeout")}
	})
}

func service(name string, n *node) *Service {
	lb := n.get("loadBalancer")
	s := &Service{Place: n.at, Name: name, Health: lb.value("healthCheck", "path"), Passive: lb.get("passiveHealthCheck") != nil, PassHost: lb.flag(true, "passHostHeader"), Transport: lb.value("serversTransport").Text}
	if lb != nil {
		s.Place = lb.at
	}
	if list := lb.get("servers"); list != nil {
		for _, one := range list.list {
			if v := one.value("url"); v.Text != "" {
				s.Servers = append(s.Servers, server(v))
			}
		}
	}
	for _, way := range [][]string{{"weighted", "services"}, {"mirroring", "mirrors"}} {
		if list := n.get(way...); list != nil {
			for _, one := range list.list {
				if v := one.value("name"); v.Text != "" && way[0] == "weighted" {
					s.Parts = append(s.Parts, v.Text)
				}
			}
		}
	}
	for _, way := range [][]string{{"mirroring", "service"}, {"failover", "service"}, {"failover", "fallback"}} {
		if v := n.value(way...); v.Text != "" {
			s.Parts = append(s.Parts, v.Text)
		}
	}
	return s
}

func server(v Value) Server {
	s := Server{Place: v.Place, URL: v.Text}
	u, err := url.Parse(v.Text)
	if err != nil {
		return s
	}
	s.Scheme, s.Host = u.Scheme, u.Hostname()
	s.Port, err = strconv.Atoi(u.Port())
	if err != nil {
		s.Port = map[string]int{"http": 80, "h2c": 80, "https": 443}[u.Scheme]
	}
	return s
}

// readRule takes hosts and paths out of a rule: Host(`a`, `b`) && PathPrefix(`/api`). What it does not know (headers,
// methods, clients) may narrow a rule further.
func readRule(rule string) (hosts, prefixes []string) {
	for i := 0; i < len(rule); i++ {
		open := strings.IndexByte(rule[i:], '(')
		if open < 0 {
			return hosts, prefixes
		}
		name := rule[i : i+open]
		name = name[strings.LastIndexAny(name, " &|(!\t\n")+1:]
		not := strings.HasSuffix(strings.TrimSuffix(rule[:i+open], name), "!")
		args, end := ruleArgs(rule[i+open+1:])
		switch {
		case name == "": // a group
			i += open
			continue
		case not:
		case name == "Host" || name == "HostHeader":
			for _, a := range args {
				hosts = append(hosts, strings.ToLower(a))
			}
		case name == "PathPrefix":
			prefixes = append(prefixes, args...)
		case name == "Path":
			for _, a := range args {
				prefixes = append(prefixes, "="+a)
			}
		}
		i += open + end
	}
	return hosts, prefixes
}

// ruleArgs reads quoted words up to the closing parenthesis, and how far that is.
func ruleArgs(s string) (args []string, end int) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ')':
			return args, i
		case '`', '"', '\'':
			close := strings.IndexByte(s[i+1:], s[i])
			if close < 0 {
				return args, len(s)
			}
			args = append(args, s[i+1:i+1+close])
			i += close + 1
		}
	}
	return args, len(s)
}

// Fits says whether a router takes a page: of the paths that its rule names, or of any.
func (r *Router) Fits(uri string) bool {
	uri, _, _ = strings.Cut(uri, "?")
	for _, p := range r.Prefixes {
		exact, whole := strings.CutPrefix(p, "=")
		if whole && uri == exact || !whole && strings.HasPrefix(uri, p) {
			return true
		}
	}
	return len(r.Prefixes) == 0
}

// On are the entry points that a router answers on: those it names, else all but Traefik's own.
func (c *Config) On(r *Router) []Entrypoint {
	var out []Entrypoint
	for _, e := range c.Entrypoints {
		named := false
		for _, n := range r.Entrypoints {
			named = named || strings.EqualFold(n, e.Name)
		}
		if !e.UDP && (named || len(r.Entrypoints) == 0 && e.Name != "traefik") {
			out = append(out, e)
		}
	}
	return out
}
