package checks

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

var (
	redisQuotes = whenAsked(`^>>> '(.+)'$`) // src/config.c, loadServerConfigFromString
	redisSocket = whenAsked(`Failed opening Unix socket: bind: No such file or directory`)
	redisACL    = whenAsked(`ACL errors: (/[^:\s]+):(\d+): (.+?)(?:\. WARNING:.*)?$`)
	redisTwoACL = whenAsked(`users defined in redis\.conf and at the same setting an ACL file path is invalid`)
	redisDump   = whenAsked(`Can't handle RDB format version|Wrong signature trying to load DB|Short read or OOM loading DB|Internal error in RDB|RDB CRC error|bad RDB file`)
)

// redisSays is what Redis says of its settings and its copy as it gives up its start.
func redisSays(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, said Evidence, next []Evidence) *obstacle {
	if storeKind(u) != "redis" {
		return nil
	}
	if m := redisQuotes.FindStringSubmatch(said.Text); m != nil && len(next) > 0 { // the line, and behind it the reason
		return namedByStore(ctx, f, u, Evidence{Source: said.Source, Text: m[1] + ": " + next[0].Text, Time: said.Time})
	}
	switch text := said.Text; {
	case redisSocket.MatchString(text):
		at, file := redisPath(f, u, "unixsocket")
		if file == "" || f.Host.Root.Exists(path.Dir(file)) {
			return nil
		}
		return madeInFolder(f, u, &obstacle{where: at, evidence: []Evidence{said, lineOf(f.Host.Root, at)}}, path.Dir(file))
	case redisACL.MatchString(text):
		m := redisACL.FindStringSubmatch(text)
		n, _ := strconv.Atoi(m[2]) // digits
		at := sysinfo.Place{File: path.Clean(m[1]), Line: n}
		return &obstacle{where: at, says: "it does not take a line of its list of users: " + Quote(m[3]), evidence: []Evidence{said}, clear: func(x Fix) Fix {
			return x.Tell("Correct the line at %s (a password stands behind >, keys behind ~, commands behind + and -); do not take it out: it says who may do what", at)
		}}
	case redisTwoACL.MatchString(text):
		at := storeSetting(f, u, "aclfile")
		return &obstacle{where: at, says: "its users stand in a file of their own (aclfile) and in its settings as well, and it takes one of the two alone", evidence: []Evidence{said, lineOf(f.Host.Root, at)}, clear: func(x Fix) Fix {
			return x.Tell("Move the lines that begin with \"user\" into the file that %s names, or take that line out when all users stand in the settings: nobody who was kept out may come in by it", at)
		}}
	case redisDump.MatchString(text):
		return dumpRefused(f, u, said)
	}
	return nil
}

// dumpRefused: Redis cannot read the copy of what it held. What to do with that only a person can weigh.
func dumpRefused(f *sysinfo.Facts, u sysinfo.Unit, said Evidence) *obstacle {
	_, dir := redisFolder(f, u)
	file := path.Join(dir, redisCopy(f, u))
	says := file + " is spoiled (a power cut, a full disk)"
	if strings.Contains(said.Text, "format version") {
		says = file + " was written by a newer version"
	}
	return &obstacle{where: sysinfo.Place{File: file}, says: says, evidence: []Evidence{said}, clear: func(x Fix) Fix {
		return x.Tell("Copy it away first: cp -a %s %s. A newer version of Redis reads what a newer one wrote; of a spoiled one redis-check-rdb tells what is left", sh(file), sh(file+".kept")).
			Tell("Where Redis is only a cache, it may start without it: mv %s %s. What it held is gone then", sh(file), sh(file+".aside"))
	}}
}

// familyWall: a hardening line of a store's unit forbids it the kinds of sockets at which it listens.
func familyWall(f *sysinfo.Facts, u sysinfo.Unit, said Evidence) *obstacle {
	if !noFamily.MatchString(said.Text) {
		return nil
	}
	l, ok := setBy(f, u, "RestrictAddressFamilies")
	var lacks []string
	for _, family := range []string{"AF_UNIX", "AF_INET"} {
		if familyBarred(u, family) != nil {
			lacks = append(lacks, family)
		}
	}
	if !ok || len(lacks) == 0 {
		return nil
	}
	return &obstacle{where: l.Place, says: fmt.Sprintf("RestrictAddressFamilies keeps it from opening sockets of the kind %s", strings.Join(lacks, " and ")), evidence: []Evidence{said, unitLineSays(f, l)}, clear: func(x Fix) Fix {
		better := u.Props["RestrictAddressFamilies"]
		for _, family := range lacks {
			v := u
			v.Props = map[string]string{"RestrictAddressFamilies": better}
			better = familyBarred(v, family).better
		}
		return daemonReload(unitSet(f, u, x, "Admit what it listens with, and no more", "Service", "RestrictAddressFamilies", better))
	}}
}
