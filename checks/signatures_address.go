package checks

import (
	"net/netip"
	"strings"

	"fix502/sysinfo/errlog"
)

// servesPHP says that what should listen is PHP-FPM, by scheme, path or port.
func servesPHP(u errlog.Upstream) bool {
	path := strings.ToLower(u.Path())
	return u.Scheme == "fastcgi" || strings.Contains(path, "php") || strings.Contains(path, "fpm") || path != "" && strings.HasSuffix(path, "www.sock")
}

// dockerRange says that an address is one that Docker gives out.
func dockerRange(ip netip.Addr) bool {
	ip = ip.Unmap()
	if !ip.Is4() {
		return false
	}
	b := ip.As4()
	switch {
	case b[0] == 172 && b[1] == 31: // Amazon's too
		return b[2] == 0 && b[3] < 32
	case b[0] == 172 && b[1] == 16: // never given out by itself, and much used in offices
		return b[3] < 64
	case b[0] == 192 && b[1] == 168: // the second pool, in networks of 4,096
		return b[2] > 0 && b[2]%16 == 0 && b[3] < 32
	}
	return b[0] == 172 && b[1]>>4 == 1
}

// inContainer says that the gateway itself runs in one: the visitor has an address of Docker's, in the second pool
// the bridge's own, because people live there too.
func inContainer(ev *errlog.Event) bool {
	client, _ := netip.ParseAddr(ev.Client)
	return dockerRange(client) && (client.Unmap().As4()[0] == 172 || client.Unmap().As4()[3] == 1)
}

// A machine has started more processes than these before its gateway.
const fewProcesses = 100

// toNeighbour is a container, by its address or by the gateway's own log: its errors are worded by Alpine's library,
// or there are few processes beside it and the line was copied only half.
func toNeighbour(ev *errlog.Event) bool {
	if toDocker(ev) || inSwarm(ev) || ev.Source != errlog.Nginx {
		return toDocker(ev) || inSwarm(ev)
	}
	alpine := strings.Contains(ev.Message, "Host is unreachable")
	small := ev.PID > 0 && ev.PID < fewProcesses
	return alpine && ev.PID < fewProcesses && ev.Upstream.IP().IsPrivate() || (alpine || small) && ev.Upstream.Address == "" && ev.Client == ""
}

// inSwarm: the visitor came through the network that a swarm of Docker's takes requests in by.
func inSwarm(ev *errlog.Event) bool {
	return strings.HasPrefix(ev.Client, "10.255.") && strings.HasPrefix(ev.Upstream.Host(), "10.")
}

// toHost is the machine that runs the containers, as they see it: the end of their bridge.
func toHost(ev *errlog.Event) bool {
	ip := ev.Upstream.IP().Unmap()
	return dockerRange(ip) && ip.As4()[0] == 172 && ip.As4()[2] == 0 && ip.As4()[3] == 1
}

// itself is an address that means the machine, or the container, of the one who calls it.
func itself(ip netip.Addr) bool { return ip.IsLoopback() || ip.IsUnspecified() }

// versionInPath says that a path carries the number of a PHP version: php7.4-fpm.sock, php81, php5-fpm.sock.
func versionInPath(path string) bool {
	i := strings.LastIndex(path, "php")
	for i >= 0 {
		if rest := path[i+3:]; rest != "" && rest[0] >= '5' && rest[0] <= '9' {
			return true
		}
		i = strings.LastIndex(path[:i], "php")
	}
	return false
}

// oldVersionInPath knows a version no distribution ships any more, so the path is the likelier culprit.
func oldVersionInPath(path string) bool {
	for _, old := range [...]string{"php5", "php7", "php8.0", "php80"} {
		if strings.Contains(path, old) {
			return true
		}
	}
	return false
}
