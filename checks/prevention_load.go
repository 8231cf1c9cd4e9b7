package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

func preventLoadBalancing() Check {
	return prevention(Check{
		ID: "prevention-load-balancing", Title: "More than one app server",
		Means: `Whether any site is passed on to more than one server. With one, its restart, crash or busy hour is the site's. First step: a second small app
server, and an upstream block with two server lines; the app must keep its state (sessions, uploads) outside of itself for that.`,
	}, func(ctx context.Context, f *sysinfo.Facts) (string, string, []Evidence) {
		blocks := map[string]int{}
		var ev []Evidence
		hops, kinds := 0, map[string]bool{}
		for _, s := range f.Sites(ctx) {
			for _, h := range s.Hops {
				hops++
				kinds[s.Gateway.Kind] = true
				if h.Block != "" && !h.Backup && !h.Down {
					if blocks[h.Block+s.Name]++; blocks[h.Block+s.Name] == 2 {
						ev = append(ev, Evidence{Source: h.Where.String(), Text: fmt.Sprintf("upstream %s of %s has a second server, %s", h.Block, s, h.Address())})
					}
				}
			}
		}
		switch {
		case hops == 0:
			return "", "", nil
		case len(ev) > 0:
			return fmt.Sprintf("%s several servers to go to", plural(len(ev), "upstream block has", "upstream blocks have")), "", ev
		}
		return "", fmt.Sprintf("every page hangs on one server (%s looked at); first step: %s", plural(hops, "upstream", "upstreams"), secondServer(kinds)), nil
	})
}

// secondServer is how a gateway's files name a second app server; in plain words where several kinds of gateway pass sites on.
func secondServer(kinds map[string]bool) string {
	words := map[string]string{"nginx": "a second server line in its upstream block", "apache": "a balancer with two BalancerMember lines", "haproxy": "a second server line in its backend",
		"caddy": "a second address in its reverse_proxy", "varnish": "a second backend and a director for the two"}
	for kind := range kinds {
		if word := words[kind]; word != "" && len(kinds) == 1 {
			return word
		}
	}
	return "a second app server, named beside the first"
}

func preventFailover() Check {
	return prevention(Check{
		ID: "prevention-failover", Title: "Something takes over",
		Means: `Whether an upstream has a backup server, and whether systemd starts the services of the path again when they crash (Restart=). Debian's PHP-FPM and
nginx do not. First step: systemctl edit SERVICE, then [Service] and Restart=on-failure; it heals crashes, it does not hide them: the journal has each.`,
	}, func(ctx context.Context, f *sysinfo.Facts) (string, string, []Evidence) {
		var ev []Evidence
		var not []string
		for _, s := range f.Sites(ctx) {
			for _, h := range s.Hops {
				if h.Backup {
					ev = append(ev, Evidence{Source: h.Where.String(), Text: h.Address() + " is a backup"})
				}
			}
		}
		units, err := f.Units(ctx)
		if err != nil && len(ev) == 0 {
			return "", "", nil
		}
		for name, u := range units {
			if name != u.Name || !u.Running() || !pathService(u.Name) {
				continue
			}
			if u.Restart != "" && u.Restart != "no" {
				ev = append(ev, Evidence{Source: u.Fragment, Text: u.Name + " is started again: Restart=" + u.Restart})
			} else {
				not = append(not, unitWord(u.Name))
			}
		}
		sortEvidence(ev)
		switch {
		case len(not) == 0 && len(ev) > 0:
			return fmt.Sprintf("%s or started again by itself", plural(len(ev), "part is doubled", "parts are doubled")), "", ev
		case len(not) > 0:
			return "", fmt.Sprintf("nothing starts %s again after a crash; first step: Restart=on-failure", strings.Join(sorted(not), ", ")), ev
		}
		return "", "", nil
	})
}

// pathService says that a unit is part of a request's path.
func pathService(name string) bool {
	for _, w := range []string{"nginx", "apache2", "httpd", "php", "haproxy", "varnish", "caddy", "mariadb", "mysql", "postgresql", "redis"} {
		if strings.HasPrefix(name, w) {
			return !strings.Contains(name, "sessionclean")
		}
	}
	return false
}
