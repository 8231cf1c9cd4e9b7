package checks

import (
	"fmt"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// goneAway are MySQL's words to an app whose connection it closed in between (errors 2006 and 2013): it was reached before.
var goneAway = whenAsked(`(?i)server has gone away|Lost connection to (?:MySQL|MariaDB|server)|\[2006\]|\[2013\]|init_connect command failed`)

// closers are the settings by which a MySQL that runs closes a connection under an app, with the least that apps get on with and what it is by itself
// (MariaDB's "Server System Variables").
var closers = []struct {
	name   string
	least  int64
	does   string
	itself string
}{
	{"wait_timeout", 30, "it closes a connection that rests for %s s, and the app had one that rested longer", "eight hours"},
	{"max_allowed_packet", 1 << 20, "it takes no statement of more than %s bytes, and closes the connection over one", "16 MiB"},
}

// dropped: the database runs and was reached, and a line of its own settings has it close connections that apps still need.
func dropped(f *sysinfo.Facts, u sysinfo.Unit, said spoken, found *Finding) bool {
	if !strings.HasPrefix(u.Name, "m") || !goneAway.MatchString(said.own()) {
		return false
	}
	found.Summary = fmt.Sprintf("%s runs, and closed the app's connection before it was done", unitWord(u.Name))
	if strings.Contains(said.own(), "init_connect") && greets(f, u, found) {
		return true
	}
	for _, c := range closers {
		at := serverSetting(f, refusals[0].files, c.name)
		line := configLine(f.Host.Root, at)
		_, value, _ := strings.Cut(line, "=")
		value, _, _ = strings.Cut(value, "#")
		n, ok := mysqlSize(strings.TrimSpace(value))
		if !at.Known() || !ok || n <= 0 || n >= c.least {
			continue
		}
		found.Where, found.Confidence = at, 0.95
		found.Summary += ": " + fmt.Sprintf(c.does, strings.TrimSpace(value))
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
		x := Fix{Title: "Let the database keep its connections", Risk: Medium, Undo: setLine(f.Host.Root, at, line) + fmt.Sprintf("; systemctl restart %s", sh(unitWord(u.Name)))}
		found.Fix = x.Do(fmt.Sprintf("Take the line out: by itself it is %s", c.itself), "%s", commentOut(f.Host.Root, at)).
			Do("Restart "+unitWord(u.Name), "systemctl restart %s && sleep 1", sh(unitWord(u.Name)))
		return true
	}
	found.Fix = Fix{Title: "Find out why the database closes connections", Risk: Low}.
		Do("Whether it ended or was started anew at that time, and what it said", "journalctl -u %s -n 50 --no-pager", sh(unitWord(u.Name))).
		Do("Its patience with resting connections, and the largest statement that it takes", "%s -u root -e \"SHOW GLOBAL VARIABLES WHERE Variable_name IN ('wait_timeout', 'max_allowed_packet', 'net_read_timeout')\"", mysqlClient(f)).
		Tell("A statement larger than max_allowed_packet, a rest longer than wait_timeout, or a restart in between closes a connection. The address is right: it was reached")
	return true
}

// greets: a statement that MySQL runs for everybody who comes, but administrators, fails, and so it lets nobody stay (MySQL's manual, "init_connect").
func greets(f *sysinfo.Facts, u sysinfo.Unit, found *Finding) bool {
	at := serverSetting(f, refusals[0].files, "init_connect")
	if !at.Known() {
		return false
	}
	line := configLine(f.Host.Root, at)
	found.Where, found.Confidence = at, 0.95
	found.Summary = fmt.Sprintf("%s runs a statement for each app that comes (init_connect), it fails, and it lets none stay: visitors see 500", unitWord(u.Name))
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
	x := Fix{Title: "Let the database greet nobody", Risk: Medium, Undo: setLine(f.Host.Root, at, line) + fmt.Sprintf("; systemctl restart %s", sh(unitWord(u.Name)))}
	found.Fix = x.Tell("If the statement is to note who comes, mend what it needs (its table, the right of every account to write there) instead, and skip this; why it fails its log says: journalctl -u %s", unitWord(u.Name)).
		Do("Take the line out", "%s", commentOut(f.Host.Root, at)).
		Do("And for now, without a restart", "%s -u root -e %s", mysqlClient(f), sh("SET GLOBAL init_connect = ''"))
	return true
}

// mysqlSize reads a number as MySQL's settings have it: 16M, 1024, 1G.
func mysqlSize(text string) (int64, bool) {
	unit := int64(1)
	if i := strings.IndexAny(text, "kKmMgG"); i >= 0 && i == len(text)-1 {
		unit = map[byte]int64{'k': 1 << 10, 'm': 1 << 20, 'g': 1 << 30}[text[i]|0x20]
		text = text[:i]
	}
	n, err := strconv.ParseInt(text, 10, 40)
	return n * unit, err == nil
}
