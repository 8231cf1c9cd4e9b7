package checks

import (
	"context"
	"fmt"
	"maps"
	"net"
	"path"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
)

var (
	redisRefused = whenAsked(`RedisException: Connection refused`)
	redisReplica = whenAsked(`READONLY You can't write against a read only (?:replica|slave)`)
	redisCalls   = whenAsked(`connect\(\s*['"](?:tcp://)?(?:127\.0\.0\.1|localhost|::1)['"]`)
)

// cacheException: PHP's own extension for Redis tells of no address. The code that it stopped in does, or that nothing of this
// machine listens where its failed Redis did.
func cacheException(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	line, said := exceptionOf(ctx, f, s)
	if line.Text == "" {
		return nil
	}
	u, ok := storeUnit(ctx, f, &sysinfo.Store{Kind: "redis"})
	if !ok {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.94, Where: sysinfo.Place{File: u.Fragment}, Covers: []ID{"php-fatal-500", "mysql-down", "upstream-returned-5xx"}, Evidence: []Evidence{quoteLine(line)}}
	_, at := phpSays(line.Text)
	here := redisCalls.MatchString(rawLine(f.Host.Root, at)) || slices.ContainsFunc(f.Stores(ctx), func(st *sysinfo.Store) bool {
		return st.Site == s && st.Kind == "redis" && (st.Unix != "" || ofThisMachine(f.Host.Root, st.Host))
	})
	over := u.Restarts > 0 && f.Host.Now().Sub(u.Since) < time.Minute // up for a moment now and then
	switch r := redisReply(said); {
	case r != nil && u.Running():
		if !r.judge(ctx, f, u, found) {
			return nil
		}
	case redisReplica.MatchString(said) && u.Running():
		if !replicaOfNothing(ctx, f, u, found) {
			return nil
		}
	case redisRefused.MatchString(said) && (over || !u.Running() && !listenedAt(ctx, f, 6379)) && (here || u.Active == "failed"):
		found.Summary = fmt.Sprintf("%s is not running, and the page fails without it", unitWord(u.Name))
		if over {
			found.Summary = fmt.Sprintf("%s starts again and again, and the page fails without it", unitWord(u.Name))
		}
		found.Evidence = append(found.Evidence, unitSays(u))
		found.Evidence = append(found.Evidence, lastWords(ctx, f, u)...)
		bringUp(ctx, f, u, found)
	default:
		return nil
	}
	return found
}

// exceptionOf is the line in which a page that fails now tells of Redis.
func exceptionOf(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) (sysinfo.LogLine, string) {
	answers := f.Answers(ctx, s)
	if len(answers) == 0 || answers[0].Status < 500 {
		return sysinfo.LogLine{}, ""
	}
	for _, line := range f.Fresh(ctx, s) {
		said := ownPart(line.Text)
		if s.Wrote(&line) && (redisRefused.MatchString(said) || redisReplica.MatchString(said) || redisReply(said) != nil) {
			return line, said
		}
	}
	line, _ := serviceLine(ctx, f, s, func(text string) bool { return redisReply(text) != nil })
	return line, line.Text
}

// replicaOfNothing: a line of Redis's settings makes it the copy of another one; a copy takes nothing in. Where that other one
// should be on this machine and nobody listens there, the line is a leftover.
func replicaOfNothing(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, found *Finding) bool {
	at := lastSetting(f, redisAll(f, u), func(_, line string) bool { w := firstWord(line); return w == "replicaof" || w == "slaveof" })
	words := strings.Fields(configLine(f.Host.Root, at))
	if !at.Known() || len(words) != 3 {
		return false
	}
	found.Where = at
	found.Summary = fmt.Sprintf("Redis is told to be a copy of %s, and a copy takes nothing in: the page fails", net.JoinHostPort(words[1], words[2]))
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
	port := 0
	_, err := fmt.Sscan(words[2], &port)
	if loop := words[1] == "127.0.0.1" || words[1] == "localhost" || words[1] == "::1"; !loop || err != nil || listenedAt(ctx, f, port) {
		found.Fix = Fix{Title: "Let the app write to the first Redis", Risk: Low}.Tell("Give the app the address %s; or, where this machine's Redis is the one that counts from now on, take the line out at %s and restart it", net.JoinHostPort(words[1], words[2]), at)
		return true
	}
	if way := tunnelOf(ctx, f, words[2]); way.Known() {
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, way))
		found.Fix = Fix{Title: "Bring the way to the first Redis back", Risk: Low}.Tell("%s leads port %s on to another machine, and nobody listens at it: start what should. Made a first one of its own, this Redis would lose what it took in as soon as it is a copy again", way, words[2])
		return true
	}
	x := Fix{Title: "Let Redis stand for itself", Risk: Medium, Undo: setLine(f.Host.Root, at, configLine(f.Host.Root, at)) + "; " + u.Command("restart")}
	found.Fix = x.Do(fmt.Sprintf("Nobody listens at port %d of this machine: take the line out (is the other one to come up again, start it instead)", port), "%s", commentOut(f.Host.Root, at)).
		Do("Restart it; it keeps what it holds (made a copy again, it loses what it took in since)", "%s && sleep 1", u.Command("restart"))
	return true
}

// tunnelOf is the line of stunnel's, or of a service's, by which a port of this machine leads to another one.
func tunnelOf(ctx context.Context, f *sysinfo.Facts, port string) sysinfo.Place {
	files, _ := f.Host.Root.Glob("/etc/stunnel/*.conf") // none is common
	for at, line := range linesIn(f.Host.Root, files...) {
		if key, value, _ := strings.Cut(line, "="); strings.TrimSpace(key) == "accept" && sysinfo.NamesNumber(value, port) {
			return at
		}
	}
	units, _ := f.Services(ctx) // unknown: no tunnel is known
	for _, name := range slices.Sorted(maps.Keys(units)) {
		for _, l := range f.UnitLines(units[name]) {
			if l.Key == "ExecStart" && tunnels.MatchString(l.Value) && sysinfo.NamesNumber(l.Value, port) {
				return l.Place
			}
		}
	}
	return sysinfo.Place{}
}

var tunnels = whenAsked(`\b(autossh|ssh|socat|stunnel\d*|haproxy|ghostunnel|cloudflared)\b`)

// redisAll are Redis's files in the order in which they are read, with those that they include.
func redisAll(f *sysinfo.Facts, u sysinfo.Unit) []string {
	var out []string
	for _, name := range redisConf(u) {
		out = append(out, name)
		for _, line := range linesIn(f.Host.Root, name) {
			if w := strings.Fields(line); len(w) == 2 && w[0] == "include" && path.IsAbs(w[1]) && len(out) < 32 {
				out = append(out, w[1])
			}
		}
	}
	return out
}
