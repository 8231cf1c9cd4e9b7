package checks

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// roomyRedis lets it throw away the oldest of what may end by itself: sessions and caches have an end. Where hardly anything has one, such a policy
// finds too little to throw away (redis.conf, "maxmemory-policy"), and only a larger limit helps.
func roomyRedis(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, said sysinfo.Login, found *Finding) Fix {
	x := Fix{Title: "Let Redis make room for what is new", Risk: Medium, Workaround: true}
	if fix, ok := bytesMeant(ctx, f, s, said, found); ok {
		return fix
	}
	switch {
	case s.HasPassword() || s.Unix != "" || s.Host != "127.0.0.1" && s.Host != "localhost":
		return x.Tell("redis-cli CONFIG SET maxmemory-policy volatile-lru, or a larger maxmemory; for good in redis.conf")
	case said.Endless:
		found.Summary += "; hardly anything that it holds has an end"
		return largerRedis(ctx, f, s, said.Limit, found)
	}
	x.Undo = fmt.Sprintf("redis-cli -p %d CONFIG SET maxmemory-policy noeviction", s.Port)
	return x.Do("Until its next start: the longest unused of what has an end goes first", "redis-cli -p %d CONFIG SET maxmemory-policy volatile-lru", s.Port).
		Tell("For good in %s: maxmemory as large as the machine allows, and allkeys-lru where Redis is only a cache; sessions want a Redis of their own", cmp.Or(strings.Join(redisFilesAt(f, s.Port), ""), "its redis.conf"))
}

// bytesMeant: the limit is a number without a unit, and so small that Redis is full before it holds anything: redis.conf counts bytes.
func bytesMeant(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, said sysinfo.Login, found *Finding) (Fix, bool) {
	at := lastSetting(f, redisFilesAt(f, s.Port), func(_, line string) bool { return strings.EqualFold(firstWord(line), "maxmemory") })
	line := configLine(f.Host.Root, at)
	n, err := strconv.ParseUint(settingWord(line), 10, 32)
	m, err2 := f.Host.Meters.Memory(ctx)
	if err != nil || err2 != nil || n != said.Limit || n < 16 || n >= 64<<10 || !plainRedis(s) {
		return Fix{}, false
	}
	found.Where = at
	found.Summary = fmt.Sprintf("Redis may have no more than %d bytes, less than it takes when it is empty: it takes nothing in for %s", n, s.App)
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
	x := Fix{Title: "Give the limit its unit", Risk: Medium, Undo: setLine(f.Host.Root, at, line)}
	if m.Available < n<<20 {
		return x.Tell("A number without a unit is one of bytes: write the unit behind it at %s (mb), as much as the machine has, and: redis-cli -p %d CONFIG SET maxmemory …", at, s.Port), true
	}
	x.Undo = undoAll([]string{x.Undo, fmt.Sprintf("redis-cli -p %d CONFIG SET maxmemory %d", s.Port, n)})
	return x.Do("A number without a unit is one of bytes; megabytes are meant, most likely", "%s", setLine(f.Host.Root, at, fmt.Sprintf("maxmemory %dmb", n))).
		Do("And now", "redis-cli -p %d CONFIG SET maxmemory %dmb", s.Port, n), true
}

// largerRedis gives it half as much again, where the machine has that four times over; what it holds is the app's to say.
func largerRedis(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, limit uint64, found *Finding) Fix {
	x := Fix{Title: "Give Redis more memory", Risk: Medium, Workaround: true}
	advice := "Give what the app keeps there an end (EXPIRE), or take allkeys-lru for maxmemory-policy where Redis is only a cache: else it is full again some day"
	more := limit + limit/2
	if m, err := f.Host.Meters.Memory(ctx); err != nil || m.Available < 2*limit {
		return x.Tell("This machine has no memory to spare for a larger maxmemory. %s", advice)
	}
	x = x.Do(fmt.Sprintf("Until its next start: half as much again as the %s that it may have", size(limit)), "redis-cli -p %d CONFIG SET maxmemory %d", s.Port, more)
	x.Undo = fmt.Sprintf("redis-cli -p %d CONFIG SET maxmemory %d", s.Port, limit)
	at := lastSetting(f, redisFilesAt(f, s.Port), func(_, line string) bool { return strings.EqualFold(firstWord(line), "maxmemory") })
	if at.Known() {
		found.Where = at
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
		x.Undo = undoAll([]string{setLine(f.Host.Root, at, configLine(f.Host.Root, at)), x.Undo})
		x = x.Do("And after it", "%s", setLine(f.Host.Root, at, fmt.Sprintf("maxmemory %d", more)))
	}
	return x.Tell("%s", advice)
}

// redisPlaces is how many clients Redis takes unless it is told otherwise (redis.conf, "maxclients").
const redisPlaces = 10000

// placesInRedis gives Redis the usual number of connections where somebody gave it fewer. It takes nobody in who could tell it so: it needs a new start.
func placesInRedis(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, found *Finding) Fix {
	x := Fix{Title: "Fewer connections, or more places", Risk: Medium}
	advice := "CLIENT LIST shows who holds them: a program that opens one after the other and gives none back fills any number of places"
	read := redisWord("maxclients")
	at := lastSetting(f, redisFilesAt(f, s.Port), func(_, line string) bool { _, ok := read(line); return ok })
	set, _ := read(configLine(f.Host.Root, at))
	n, err := strconv.Atoi(set)
	u, ok := storeUnit(ctx, f, s)
	if s.Kind != "redis" || err != nil || n >= redisPlaces || !ok {
		return x.Tell("%s. maxclients in redis.conf (-c of memcached) is the limit; it needs as many file descriptors", advice)
	}
	found.Where = at
	found.Summary += fmt.Sprintf(" than the %d that it is told", n)
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
	x.Undo = setLine(f.Host.Root, at, configLine(f.Host.Root, at)) + "; " + anew(u)
	x = x.Do(fmt.Sprintf("The usual number, instead of %d", n), "%s", setLine(f.Host.Root, at, fmt.Sprintf("maxclients %d", redisPlaces)))
	if off, never := savesNothing(f, s.Port); never {
		x.Undo = setLine(f.Host.Root, at, configLine(f.Host.Root, at))
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, off))
		return x.Tell("A new start would throw away all that it holds, for it saves nothing (%s). End the program that holds the connections instead (ss -tnp dst :%d), then: redis-cli -p %d CONFIG SET maxclients %d", off, s.Port, s.Port, redisPlaces).
			Tell("%s", advice)
	}
	return x.Do("It takes in nobody who could tell it while it runs; at its end it saves what it holds, where its settings have it save at all", "%s%s", anew(u), warmUp(u)).Tell("%s", advice)
}

// savesNothing is the line by which a Redis keeps no copy of what it holds on the disk (redis.conf, "save", "appendonly").
func savesNothing(f *sysinfo.Facts, port int) (sysinfo.Place, bool) {
	last := func(name string) (sysinfo.Place, string) {
		at := lastSetting(f, redisFilesAt(f, port), func(_, line string) bool { return strings.EqualFold(firstWord(line), name) })
		return at, settingWord(configLine(f.Host.Root, at))
	}
	off, points := last("save")
	_, log := last("appendonly")
	return off, off.Known() && points == "" && log != "yes"
}

// restartStore starts a database or cache anew. When a Redis that saves nothing may lose what it holds, is not ours to say.
func restartStore(f *sysinfo.Facts, u sysinfo.Unit, port int, x Fix) Fix {
	word := sh(unitWord(u.Name))
	if off, never := savesNothing(f, port); never && storeKind(u) == "redis" {
		return x.Tell("It saves nothing (%s), and a new start throws away all that it holds. When that may go: systemctl restart %s", off, word)
	}
	return x.Do("Restart it", "systemctl restart %s", word)
}

// redisFilesAt is the file of the Redis that listens at a port; a second one has a file of its own beside the first one's. None where
// two have the port, or nobody.
func redisFilesAt(f *sysinfo.Facts, port int) []string {
	var out []string
	names, _ := f.Host.Root.Glob("/etc/redis/*.conf") // none is common
	for _, name := range append(names, "/etc/redis.conf") {
		read := redisWord("port")
		at := lastSetting(f, []string{name}, func(_, line string) bool { _, ok := read(line); return ok })
		set, _ := read(configLine(f.Host.Root, at))
		if set == "" && slices.Contains(redisFiles, name) && f.Host.Root.Exists(name) {
			set = "6379" // redis.conf, "port"
		}
		if set == strconv.Itoa(port) {
			out = append(out, name)
		}
	}
	if len(out) > 1 {
		return nil
	}
	return out
}
