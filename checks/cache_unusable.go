package checks

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo"
)

// cacheUnusable: Redis or memcached, where an app has its cache or PHP its sessions.
func cacheUnusable() Check {
	return Check{
		ID: "cache-unusable", Title: "Redis and memcached serve the apps that need them", Topic: Upstreams, After: []ID{"gunicorn-boot-failure", "oom-killed", "disk-full"},
		Means: `The app keeps its cache or its sessions in Redis or memcached, and that is down, hangs, wants a password, is full and told to throw nothing away
(maxmemory with noeviction), or cannot write its copy to disk. With sessions in it every page waits or fails: 500, 504, or a 502 of the app's own. fix502
asks with AUTH, PING and INFO only.`,
		Run: toldOnce(perStore([]string{"redis", "memcached"}, cacheTrouble), both(perSite(cacheSpoken), perSite(cacheException))),
	}
}

// cacheTrouble judges what Redis or memcached said to an app; nil when it was let in.
func cacheTrouble(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, said sysinfo.Login) *Finding {
	if found := unreachable(ctx, f, s, said); found != nil || said.Trouble == "" {
		return found
	}
	found := &Finding{Status: Fail, Confidence: 0.94, Where: s.Where, Evidence: []Evidence{storeLine(s), {Source: s.Title() + " at " + s.Address(), Text: said.Said}}}
	switch said.Trouble {
	case sysinfo.StoreDenied:
		word, x := cacheDenied(f, s, said)
		found.Summary = fmt.Sprintf("%s does not let %s in: %s", s.Title(), s.App, word)
		found.Fix = x
	case sysinfo.StoreFull:
		found.Summary = fmt.Sprintf("%s takes no more connections", s.Title())
		found.Fix = placesInRedis(ctx, f, s, found)
	case sysinfo.StoreOutOfMemory:
		found.Summary = fmt.Sprintf("%s is full and told to throw nothing away: it takes nothing in for %s", s.Title(), s.App)
		found.Fix = roomyRedis(ctx, f, s, said, found)
	default:
		found.Summary = fmt.Sprintf("%s takes nothing in for %s: %s", s.Title(), s.App, Quote(said.Said))
		switch word, _, _ := strings.Cut(said.Said, " "); word {
		case "MISCONF": // five lines of it, of which the first sentence says all
			sentence, _, more := strings.Cut(said.Said, ". ")
			found.Evidence[1].Text = sentence + map[bool]string{true: ". …"}[more]
			cacheUnsaved(ctx, f, s, found)
		case "READONLY", "MASTERDOWN":
			found.Fix = Fix{Title: "Let the app talk to the primary", Risk: Low}.Tell("It is a replica: the app has to talk to the primary")
		default:
			found.Fix = Fix{Title: "Let Redis write again", Risk: Low}.Tell("Its log says more: logfile in its settings")
		}
	}
	return found
}

// cacheDenied says why Redis turns the app away, and what helps.
func cacheDenied(f *sysinfo.Facts, s *sysinfo.Store, said sysinfo.Login) (string, Fix) {
	x := Fix{Title: "Give the app the password that Redis has", Risk: Low}
	switch {
	case strings.HasPrefix(said.Said, "DENIED"):
		x.Title = "Let Redis take calls from the app's machine"
		if at := s.Where; s.Site.Gateway != nil && ownAddress(f, s.Site, s.Host).IsValid() && s.Written == s.Host && strings.Count(configLine(s.Site.Gateway.Root, at), s.Host) == 1 && listenedWide(f, s.Port) {
			root := s.Site.Gateway.Root
			x.Undo = replace(root, at, "127.0.0.1", s.Host)
			return "it is in protected mode and takes calls over the loopback and sockets only", reloadApp(f, readAnew(x.Do("That address is this machine's own: ask over the loopback", "%s", replace(root, at, s.Host, "127.0.0.1")), at), s)
		}
		return "it is in protected mode and takes calls over the loopback and sockets only", x.Tell("Where Redis and the app share a machine, let the app call 127.0.0.1 at %s. Else give Redis a password (requirepass in redis.conf) and the app the same; without one, protected-mode no would open it to everybody", s.Where)
	case sysinfo.NoPasswordSet(said.Said):
		x.Title = "Give Redis the password that the app has, or take it from the app"
		return "the app has a password at " + s.Where.String() + ", and Redis has none", x.Tell("Set requirepass in redis.conf to the app's, and restart Redis; or take the password out at %s", s.Where)
	case strings.HasPrefix(said.Said, "NOPERM"):
		x.Title = "Let the app's user do what it has to"
		return "its user may not ask what an app asks", x.Tell("ACL LIST shows what each user of Redis may do; ACL SETUSER changes it, for good in its ACL file")
	}
	word := "it wants a password, and none was found that goes with " + s.Where.String()
	if s.HasPassword() {
		word = "the password at " + s.Where.String() + " is not the one it has"
	}
	return word, x.Tell("Redis has it in requirepass, or in its ACL file (/etc/redis/redis.conf); the app's belongs at %s. PHP's sessions take it as ?auth=… behind the address", s.Where)
}

// listenedWide says that somebody listens at a port of the loopback, or of every address.
func listenedWide(f *sysinfo.Facts, port int) bool {
	all, err := f.Listeners(context.Background(), nil)
	return err == nil && slices.ContainsFunc(all, func(l sysinfo.Socket) bool {
		a := l.Addr.Addr()
		return l.Network == "tcp" && int(l.Addr.Port()) == port && (a.IsUnspecified() || a == netip.AddrFrom4([4]byte{127, 0, 0, 1}))
	})
}

var refusedAt = whenAsked(`(?:127\.0\.0\.1|\[::1\]|localhost):(6379|11211)\b.*Connection refused|Connection refused.*(?:127\.0\.0\.1|\[::1\]|localhost):(6379|11211)\b`)

// ownPart is what a server and its app say in a line: behind it stand the visitor's words.
func ownPart(text string) string {
	for _, end := range []string{", client: ", ", referer: "} {
		text, _, _ = strings.Cut(text, end)
	}
	return text
}

// cacheSpoken: a page fails now, and says itself that a cache of this machine refuses it, whose service is down. Where the app has its
// settings need not be known.
func cacheSpoken(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	answers := f.Answers(ctx, s)
	if len(answers) == 0 || answers[0].Status < 500 {
		return nil
	}
	for _, line := range f.Fresh(ctx, s) {
		m := refusedAt.FindStringSubmatch(ownPart(line.Text))
		if m == nil || !s.Wrote(&line) || line.Upstream.Address != "" && strings.Contains(line.Upstream.Address, m[1]+m[2]) {
			continue
		}
		kind := map[string]string{"6379": "redis", "11211": "memcached"}[m[1]+m[2]]
		u, ok := storeUnit(ctx, f, &sysinfo.Store{Kind: kind})
		if port, _ := strconv.Atoi(m[1] + m[2]); !ok || u.Running() && (u.Restarts == 0 || f.Host.Now().Sub(u.Since) > time.Minute) || listenedAt(ctx, f, port) {
			continue // what listens by now, a container's, say, is not this service
		}
		state := "is not running"
		if u.Running() || u.Looping() { // memcached ends within a second, and is active until then
			state = "starts again and again and does not come to listen"
		}
		found := &Finding{Status: Fail, Confidence: 0.93, Where: sysinfo.Place{File: u.Fragment}, Summary: fmt.Sprintf("%s %s, and the page fails without it", unitWord(u.Name), state),
			Covers: []ID{"php-fatal-500", "upstream-returned-5xx"}, Evidence: []Evidence{quoteLine(line), unitSays(u)}}
		found.Evidence = append(found.Evidence, lastWords(ctx, f, u)...)
		bringUp(ctx, f, u, found)
		return found
	}
	return nil
}
