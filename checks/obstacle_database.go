package checks

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// What databases and caches say when they cannot have their port, or find their own files as they do not like them.
var (
	takenPort  = whenAsked(`(?i)address already in use`)
	namedPort  = whenAsked(`(?i)(?:on|TCP) port:? ?(\d{2,5})|socket \S*:(\d{2,5})[: ]`)
	openData   = whenAsked(`^[^"]*\b(?:FATAL|LOG): +data directory "([^"]+)" has invalid permissions`) // a client's words stand in quotes
	openKey    = whenAsked(`^[^"]*\b(?:FATAL|LOG): +private key file "([^"]+)" has group or world access`)
	lostFolder = whenAsked(`(?:'(/[^']+)'(?: not found)? \((?:Errcode|OS errno):? ?2\b|Can't change dir to '(/[^']+)'|InnoDB: File (/\S+) was not found|another server running on socket: (/\S+) \?)`)
	noEntry    = whenAsked(`Can't change dir to '(/[^']+)'.*(?:Errcode|OS errno):? ?13\b`)
)

// ownWords are the last lines that a database wrote: in its journal, and in PostgreSQL's own log.
func ownWords(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) []Evidence {
	var out []Evidence
	if _, cluster, ok := strings.Cut(unitWord(u.Name), "postgresql@"); ok { // Debian's: one log for each cluster
		name := "/var/log/postgresql/postgresql-" + cluster + ".log"
		if text, err := f.Host.Root.Tail(name, 8<<10); err == nil {
			lines := lastStart(strings.Split(strings.TrimSpace(text), "\n"))
			for _, line := range lines[max(0, len(lines)-12):] {
				if strings.HasPrefix(line, "\t") {
					continue // more of what a client said
				}
				out = append(out, Evidence{Source: name, Text: strings.TrimSpace(line)})
			}
		}
	}
	if storeKind(u) == "redis" { // it tells its own log once that is open
		lines, _ := f.Words(ctx, u) // none: the journal may tell
		for _, l := range lines[max(0, len(lines)-12):] {
			out = append(out, Evidence{Source: l.Source, Text: strings.TrimSpace(l.Text), Time: l.Time})
		}
	}
	if storeKind(u) == "mysql" {
		for _, l := range mysqlOwnLog(f, u) {
			out = append(out, Evidence{Source: l.Source, Text: strings.TrimSpace(l.Text), Time: l.Time})
		}
	}
	lines, _ := f.Journal(ctx, u.Name) // unreadable: its own log may tell
	for _, l := range lastAttempt(lines) {
		if strings.HasPrefix(l.Text, "\t") {
			continue
		}
		out = append(out, Evidence{Source: u.Log(), Text: strings.TrimSpace(l.Text), Time: l.Time})
	}
	return out
}

// lastStart are the lines of PostgreSQL's log of its last start, or since it was last shut down, or all. A start that fails says at
// its end that it is shut down, too.
func lastStart(lines []string) []string {
	for i := len(lines) - 1; i >= 0; i-- {
		if strings.Contains(lines[i], "LOG:  starting PostgreSQL ") {
			return lines[i:]
		}
	}
	for i := len(lines) - 2; i >= 0; i-- {
		if strings.Contains(lines[i], "database system is shut down") {
			return lines[i+1:]
		}
	}
	return lines
}

// storeComplains: the port of a database is taken, or its folder or key is open to others.
func storeComplains(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if storeKind(u) == "" || u.Active == "inactive" && u.Result == "success" { // stopped: what it said before is no reason
		return nil
	}
	words := ownWords(ctx, f, u)
	if o := storeRefuses(ctx, f, u, words); o != nil {
		return o
	}
	port, taken := 0, Evidence{}
	for _, said := range words {
		if m := openData.FindStringSubmatch(said.Text); m != nil {
			return tooOpen(ctx, f, u, said, path.Clean(m[1]), false)
		}
		if m := openKey.FindStringSubmatch(said.Text); m != nil {
			return tooOpen(ctx, f, u, said, path.Clean(m[1]), true)
		}
		if o := tooMuchMemory(f, said); o != nil {
			return o
		}
		if o := clusterMoved(ctx, f, u, said); o != nil {
			return o
		}
		if o := tempBarred(ctx, f, u, said); o != nil {
			return o
		}
		if o := writeBarred(ctx, f, u, said); o != nil {
			return o
		}
		if m := noEntry.FindStringSubmatch(said.Text); m != nil {
			if o := dataVeiled(ctx, f, u, said, path.Clean(m[1])); o != nil {
				return o
			}
		}
		if m := lostFolder.FindStringSubmatch(said.Text); m != nil {
			if o := runFolder(ctx, f, said, path.Dir(path.Clean(m[4]))); m[4] != "" && o != nil {
				return o
			}
			if o := dataMoved(f, u, said, path.Clean(m[1]+m[2])); o != nil {
				return o
			}
			if o := binlogGone(f, said, path.Clean(m[1])); o != nil {
				return o
			}
			if o := folderLost(ctx, f, u, said, path.Clean(m[1]+m[2]+m[3]+m[4])); o != nil {
				return o
			}
		}
		if takenPort.MatchString(said.Text) {
			taken = said
		}
		if m := namedPort.FindStringSubmatch(said.Text); m != nil {
			port, _ = strconv.Atoi(m[1] + m[2])
		}
	}
	if taken.Text == "" || port == 0 {
		return nil
	}
	return portHeld(ctx, f, u, taken, port)
}

// portHeld: another program listens where the database should.
func portHeld(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, said Evidence, port int) *obstacle {
	all, err := f.Listeners(ctx, nil)
	if err != nil {
		return nil
	}
	for _, s := range all {
		p, known := f.OwnerOf(ctx, s)
		if s.Network != "tcp" || int(s.Addr.Port()) != port || !known || f.UnitOf(p.PID) == u.Name || p.PID <= 1 {
			continue
		}
		unit := f.UnitOf(p.PID)
		who := holder(ctx, f, p, port)
		if strings.HasSuffix(unit, ".service") {
			who = unitWord(unit) + ", " + who
		}
		return &obstacle{where: sysinfo.Place{File: u.Fragment}, says: fmt.Sprintf("its port %d is held by %s", port, who), evidence: []Evidence{said, {Source: "ss -ltnp", Text: fmt.Sprintf("%s is %s (pid %d)", s.Addr, programOf(p), p.PID)}}, clear: func(x Fix) Fix {
			x = x.Tell("Two programs cannot have one port. If %s is the one that belongs there, give the database another port instead", who)
			if h, _ := f.Unit(ctx, unit); mayStop(h, &p) {
				stop, say, back := stopForGood(h)
				x.Undo = u.Command("stop") + "; " + back
				return x.Do("Else "+say, "%s", stop)
			}
			if c, ok := f.Publisher(ctx, p, port); ok {
				return stopContainer(x, c)
			}
			if f.ByHand(p.PID) {
				return x.Do("End what holds the port", "kill %d && sleep 1", p.PID)
			}
			return x.Tell("Else end it the way it was started: a container, a job, a program by hand")
		}}
	}
	return nil
}
