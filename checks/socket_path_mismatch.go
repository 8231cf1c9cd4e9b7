package checks

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

// stranded says that a FastCGI hop leads nowhere: no listener, and no pool is configured to be there.
func stranded(ctx context.Context, f *sysinfo.Facts, l *live) bool {
	if l.Scheme != "fastcgi" || l.reach.Err != nil || l.reach.Listener != nil || len(l.reach.Others) > 0 ||
		l.reach.Errno != syscall.ENOENT && l.reach.Errno != syscall.ECONNREFUSED {
		return false
	}
	if _, socket := f.SocketService(l.Hop); socket != "" {
		return false // fcgiwrap and its like: systemd should hold the socket
	}
	p, _ := f.PoolOf(ctx, l.Hop)
	return p == nil
}

// candidate is a pool that the gateway could ask instead.
type poolCandidate struct {
	fpm  *sysinfo.FPM
	pool *phpfpm.Pool
	at   phpfpm.Address
}

func (c poolCandidate) unix() bool { return c.at.Network == "unix" }

// address is the pool's address as a gateway writes it.
func (c poolCandidate) address() string {
	if c.unix() {
		return "unix:" + c.at.Path
	}
	host := c.at.Host
	if host == "" || host == "0.0.0.0" {
		host = "127.0.0.1"
	}
	return fmt.Sprintf("%s:%d", host, c.at.Port)
}

// nearest is the pool that most likely serves the site: one that runs, of the user or name that fits the site,
// with a name like the one asked for.
func nearest(ctx context.Context, f *sysinfo.Facts, l *live) (poolCandidate, bool) {
	var best poolCandidate
	score := -1
	all, _ := f.FPM(ctx) // none: no candidate
	for _, p := range all {
		for _, pool := range p.Config.Pools {
			at, ok := pool.Listen()
			if !ok {
				continue
			}
			n := likeness(l, p, pool, at)
			if p.Running() {
				n += 100
			}
			if n > score {
				best, score = poolCandidate{p, pool, at}, n
			}
		}
	}
	return best, score >= 0
}

func likeness(l *live, p *sysinfo.FPM, pool *phpfpm.Pool, at phpfpm.Address) int {
	n := 0
	if pool.Name == "www" {
		n += 2
	}
	if strings.Contains(l.Unix, pool.Name) || strings.Contains(l.Site.Name, pool.Name) {
		n += 10
	}
	if (l.Unix != "") == (at.Network == "unix") {
		n += 3
	}
	if p.Number != "" && strings.Contains(l.Unix, p.Number) {
		n += 6
	}
	if l.Unix != "" && path.Base(l.Unix) == path.Base(at.Path) {
		n += 5
	}
	for _, a := range strings.FieldsFunc(path.Base(l.Unix), func(r rune) bool { return r == '-' || r == '.' || r == '_' }) {
		if len(a) > 2 && a != "sock" && a != "php" && a != "fpm" && strings.Contains(path.Base(at.Path), a) {
			n += 4
		}
	}
	return n
}

// socketPathMismatch: gateway and PHP-FPM name two different sockets.
func socketPathMismatch() Check {
	return Check{
		ID: "socket-path-mismatch", Title: "The gateway names the socket PHP-FPM listens on", Topic: Upstreams,
		After: []ID{"php-version-upgraded", "fpm-transport-mismatch", "stale-config-not-reloaded"},
		Means: `nginx is told to use one socket file, PHP-FPM makes another: a typo, a copied configuration, a pool that was renamed. Both services
run, and every PHP page is a 502 (errno 2, no such file). Correct the path in the site's configuration: other sites may use the pool, so
change the pool only if nobody else does. A link from the old name to the new one breaks at the next boot.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if l.Unix == "" || l.reach.Err != nil {
				return nil
			}
			if l.Scheme != "fastcgi" {
				return appElsewhere(ctx, f, l)
			}
			if !stranded(ctx, f, l) {
				if l.reach.Listener != nil {
					return pass(l.Unix + " is the socket that PHP-FPM listens on")
				}
				return nil
			}
			c, ok := nearest(ctx, f, l)
			if !ok || !c.unix() || upgraded(ctx, f, l) != "" {
				return nil
			}
			return mismatch(ctx, f, l, c, fmt.Sprintf("nginx asks for %s, but %s listens on %s", l.Unix, c.fpm.Name(), c.at.Path))
		}),
	}
}

// appElsewhere: an app's own socket has another name than the gateway's line.
func appElsewhere(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	if l.reach.Listener != nil || l.reach.Errno != syscall.ENOENT && l.reach.Errno != syscall.ECONNREFUSED || len(l.reach.Others) > 0 {
		return nil
	}
	app := f.AppFor(ctx, l.Hop)
	if !strings.HasPrefix(app.Addr, "unix:") {
		return nil
	}
	found := &Finding{Status: l.broken(), Confidence: 0.95, Where: l.Where, Summary: fmt.Sprintf("nginx asks for %s, but %s listens on %s", l.Unix, unitWord(app.Unit.Name), strings.TrimPrefix(app.Addr, "unix:")),
		Evidence: []Evidence{passLine(l), {Source: "ss -lx", Text: "LISTEN " + strings.TrimPrefix(app.Addr, "unix:")}, unitSays(app.Unit)}, Fix: pointTo(ctx, f, l, app.Addr)}
	return withLine(found, l, connectKinds...)
}

// mismatch is what the three causes with a pool elsewhere have in common.
func mismatch(ctx context.Context, f *sysinfo.Facts, l *live, c poolCandidate, summary string) *Finding {
	found := &Finding{Status: l.broken(), Confidence: 0.96, Where: l.Where, Summary: summary,
		Evidence: []Evidence{passLine(l), {Source: c.at.Place.String(), Text: configLine(f.Host.Root, sysinfo.Place(c.at.Place))}}}
	if c.fpm.Running() {
		found.Evidence = append(found.Evidence, Evidence{Source: "ps", Text: fmt.Sprintf("%s runs since %s and listens on %s", c.fpm.Name(), c.fpm.Master.Start.Format(time.DateTime), c.address())})
	} else {
		found.Evidence = append(found.Evidence, unitSays(c.fpm.Unit))
	}
	if path := staleListener(ctx, f, c); path != "" {
		found.Evidence = append(found.Evidence, Evidence{Source: "ss -lx", Text: path})
	}
	found.Fix = pointTo(ctx, f, l, c.address())
	if !c.fpm.Running() {
		found.Fix = fpmStart(c.fpm, found.Fix)
	}
	if !mayUse(f, l, c) {
		found.Fix = found.Fix.Tell("The socket %s belongs to others: if nginx then says permission denied, run fix502 again", c.at.Path)
	}
	return withLine(found, l, connectKinds...)
}

// mayUse says whether the gateway's worker may use the candidate's socket.
func mayUse(f *sysinfo.Facts, l *live, c poolCandidate) bool {
	g := l.Site.Gateway
	if !c.unix() || g.Creds.UID < 0 {
		return true
	}
	steps, err := f.Host.Root.Walk(c.at.Path)
	return err != nil || g.Creds.May(steps[len(steps)-1], 2)
}

// staleListener tells when a pool's file was edited after it started: then it listens elsewhere than it says.
func staleListener(ctx context.Context, f *sysinfo.Facts, c poolCandidate) string {
	all, err := f.Listeners(ctx, nil)
	if err != nil || !c.unix() {
		return ""
	}
	if slices.ContainsFunc(all, func(s sysinfo.Socket) bool {
		return s.Network == "unix" && sysinfo.SamePath(f.Host.Root, s.Path, c.at.Path)
	}) {
		return "LISTEN " + c.at.Path
	}
	return ""
}

var socketVersion = regexp.MustCompile(`php-?(\d)\.?(\d)`)

// upgraded is the PHP version in a socket's path, when no such PHP-FPM is installed to run.
func upgraded(ctx context.Context, f *sysinfo.Facts, l *live) string {
	m := socketVersion.FindStringSubmatch(l.Unix)
	if m == nil {
		return ""
	}
	version := m[1] + "." + m[2]
	all, _ := f.FPM(ctx) // none installed: then none of that version either
	for _, p := range all {
		if (p.Number == version || p.Number == m[1]+m[2]) && p.Binary != "" {
			return ""
		}
	}
	if len(all) == 0 || !wasInstalled(f, version) {
		return ""
	}
	return version
}

// wasInstalled looks for what a removed PHP leaves behind.
func wasInstalled(f *sysinfo.Facts, version string) bool {
	for _, name := range []string{"/etc/php/" + version, "/var/lib/php/modules/" + version, "/etc/php" + strings.ReplaceAll(version, ".", "")} {
		if f.Host.Root.Exists(name) {
			return true
		}
	}
	return upgradeLine(f, version).Text != ""
}

// upgradeLine is the package manager's line about that version.
func upgradeLine(f *sysinfo.Facts, version string) Evidence {
	for _, log := range []string{"/var/log/dpkg.log", "/var/log/dpkg.log.1", "/var/log/apt/history.log", "/var/log/dnf.rpm.log", "/var/log/apk.log"} {
		b, err := f.Host.Root.ReadFile(log)
		if err != nil {
			continue
		}
		n, at, last := 0, 0, ""
		for line := range strings.Lines(string(b)) {
			n++
			low := strings.ToLower(line)
			if strings.Contains(line, "php"+version) && (strings.Contains(low, "remove") || strings.Contains(low, "purge") || strings.Contains(low, "upgrade")) {
				at, last = n, strings.TrimSpace(line)
			}
		}
		if last != "" {
			return Evidence{Source: fmt.Sprintf("%s:%d", log, at), Text: last}
		}
	}
	return Evidence{}
}

// phpVersionUpgraded: the path names a PHP version that is no longer here.
func phpVersionUpgraded() Check {
	return Check{
		ID: "php-version-upgraded", Title: "Sites use a PHP version that is installed", Topic: Platform,
		Means: `An upgrade replaced the old PHP by a new one, and the site's configuration still names the old version's socket. The new PHP-FPM runs
and listens under its own name. Point the site to the new socket, and make sure that every extension the site needs is installed for the
new version as well, or the 502 turns into a 500.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if l.Unix == "" || !stranded(ctx, f, l) {
				return nil
			}
			version := upgraded(ctx, f, l)
			c, ok := nearest(ctx, f, l)
			if version == "" || !ok {
				return nil
			}
			found := mismatch(ctx, f, l, c, fmt.Sprintf("the site asks for PHP %s, which is not installed any more; %s is", version, c.fpm.Name()))
			if e := upgradeLine(f, version); e.Text != "" {
				found.Evidence = append(found.Evidence, e)
			}
			found.Fix = found.Fix.Tell("Compare the extensions: %s -m must list what the site used before (mysqli, gd, mbstring …); install what is missing as php%s-NAME", path.Base(c.fpm.Binary), c.fpm.Number)
			return found
		}),
	}
}

// fpmTransportMismatch: one side means a socket file, the other a TCP port.
func fpmTransportMismatch() Check {
	return Check{
		ID: "fpm-transport-mismatch", Title: "Gateway and PHP-FPM use the same kind of address", Topic: Upstreams,
		Means: `PHP-FPM can listen on a socket file or on a TCP port. Here one side means the one and the other side the other: Debian and Red Hat
configure a socket, Alpine, the official containers and many guides port 9000. Let the gateway ask the address on which PHP-FPM listens.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if !stranded(ctx, f, l) || l.Unix != "" && upgraded(ctx, f, l) != "" {
				return nil
			}
			c, ok := nearest(ctx, f, l)
			if !ok || c.unix() == (l.Unix != "") {
				return nil
			}
			return mismatch(ctx, f, l, c, fmt.Sprintf("nginx asks %s, but %s listens on %s", l.Address(), c.fpm.Name(), c.address()))
		}),
	}
}
