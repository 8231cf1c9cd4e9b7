package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// storeCovers are what visitors and gateways see of an app that waits for its database or gives up on it.
var storeCovers = []ID{"mysql-slow", "php-fatal-500", "upstream-returned-5xx", "upstream-read-timeout", "upstream-premature-close", "fpm-workers-exhausted", "listen-backlog-full-unix",
	"external-api-slow", "app-worker-timeout-kill", "fcgi-empty-stdout", "apache-proxy-timeout", "uwsgi-app-exception-empty-response", "php-max-execution-time", "maintenance-503"}

// perStore asks one question of every database and cache that the apps here use: of what it said to the app's own
// credentials. It is a cause where a page of that app fails at this moment and the app itself was reached.
func perStore(kinds []string, ask func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, said sysinfo.Login) *Finding) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return perStoreOr(kinds, ask, func(context.Context, *sysinfo.Facts, *sysinfo.Store, error) *Finding { return nil })
}

// perStoreOr may have something to say of a store that could not be asked, too.
func perStoreOr(kinds []string, ask func(context.Context, *sysinfo.Facts, *sysinfo.Store, sysinfo.Login) *Finding, unasked func(context.Context, *sysinfo.Facts, *sysinfo.Store, error) *Finding) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
		if _, err := f.Gateways(ctx); err != nil {
			return nil, err
		}
		_, _ = hops(ctx, f) // pages first: what they wait for shows in the list of sessions; what fails there is told by others
		var out []Finding
		for _, s := range f.Stores(ctx) {
			if !slices.Contains(kinds, s.Kind) {
				continue
			}
			var found *Finding
			said, err := f.Login(ctx, s)
			if err != nil {
				found = unasked(ctx, f, s, err)
			} else {
				found = ask(ctx, f, s, said)
			}
			if found == nil && err != nil {
				out = append(out, Finding{Site: s.Site, Status: Unknown, Where: s.Where, Summary: fmt.Sprintf("%s at %s: %s", s.Title(), s.Address(), why(err))})
				continue
			}
			if found == nil && said.Trouble != "" {
				continue // another check's
			}
			if found == nil {
				found = pass(fmt.Sprintf("%s at %s lets %s in", s.Title(), s.Address(), s.App))
			}
			found.Site = s.Site
			if found.Status == Fail {
				if found.Status = Warn; failingHop(ctx, f, s, found) {
					found.Status = Fail
				}
				found.Covers = append(found.Covers, storeCovers...)
			}
			out = append(out, *found)
		}
		return out, nil
	}
}

// failingHop notes the hop of a page that fails and whose app was reached: a dead PHP-FPM is not the database's fault.
func failingHop(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, found *Finding) bool {
	all, err := hops(ctx, f)
	if err != nil {
		return false
	}
	for _, l := range all {
		if l.Site == s.Site && (l.hit || l.silent) && !l.reach.Broken() {
			found.Hop = l.Hop
			return true
		}
	}
	return false
}

// storeLine says what a configuration has, in our words: the line itself may hold the password.
func storeLine(s *sysinfo.Store) Evidence {
	text := fmt.Sprintf("%s at %s for %s", s.Title(), s.Address(), s.App)
	if s.Name != "" {
		text += ", database " + s.Name
	}
	if s.User != "" {
		text += ", user " + s.User
	}
	if s.HasPassword() {
		text += ", with a password"
	}
	return Evidence{Source: s.Where.String(), Text: text}
}

// storeListens are the addresses at which the service listens.
func storeListens(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) []string {
	listeners, err := f.Listeners(ctx, nil)
	if err != nil {
		return nil
	}
	var out []string
	for _, l := range listeners {
		p, ok := f.OwnerOf(ctx, l)
		if !ok || f.UnitOf(p.PID) != u.Name || l.Network == "unix" && (!l.Stream || strings.HasSuffix(l.Path, "mysqlx.sock")) {
			continue
		}
		out = append(out, socketAddress(l))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// unowned are the addresses at which programs listen whose sockets are root's to tell from each other.
func unowned(ctx context.Context, f *sysinfo.Facts) []string {
	listeners, err := f.Listeners(ctx, nil)
	if err != nil || f.Host.UID == 0 {
		return nil
	}
	var out []string
	for _, l := range listeners {
		if _, ok := f.OwnerOf(ctx, l); !ok && (l.Network == "tcp" || l.Stream) {
			out = append(out, socketAddress(l))
		}
	}
	return out
}

func socketAddress(l sysinfo.Socket) string {
	if l.Network == "tcp" {
		return l.Addr.String()
	}
	return "unix:" + l.Path
}

// reloadApp lets the app have its changed settings: PHP reads them with every request.
func reloadApp(f *sysinfo.Facts, x Fix, s *sysinfo.Store) Fix {
	if m := fpmFile.FindStringSubmatch(s.Where.File); m != nil { // PHP's sessions: the pool reads it at its start
		return x.Do("Let PHP-FPM read it", "systemctl restart php%s-fpm", m[1])
	}
	switch {
	case s.Unit == "" || s.In != "" && (s.PHP || !path.IsAbs(s.Where.File)): // a container keeps its environment for life
		return x
	case s.In != "":
		u, _ := f.Unit(context.Background(), s.Unit)
		return x.Do("Let the app read it", "%s && sleep 2", u.Command("restart"))
	}
	return x.Do("Let the app read it", "systemctl restart %s && sleep 2", sh(unitWord(s.Unit)))
}

// fpmFile is a file of Debian's PHP-FPM of a version.
var fpmFile = whenAsked(`^/etc/php/(\d\.\d)/fpm/`)
