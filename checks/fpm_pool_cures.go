package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// poolTrouble is what PHP-FPM says of a line of its configuration, and the line.
type poolTrouble struct {
	ctx       context.Context
	f         *sysinfo.Facts
	d         *fpmDown
	root      sysinfo.Root
	text, old string
}

func (t *poolTrouble) says(any ...string) bool { return containsAny(t.text, any...) }

// set writes another line in the place of the wrong one.
func (t *poolTrouble) set(line string) string { return setLine(t.root, t.d.place, line) }

// key is the name on the line that is set there.
func (t *poolTrouble) key() string {
	key, _, _ := strings.Cut(t.old, "=")
	return strings.TrimSpace(key)
}

// A poolCure is how one kind of wrong line is mended.
type poolCure struct {
	fits func(t *poolTrouble) bool
	do   func(t *poolTrouble, x Fix) Fix
}

// poolCures are all of them; the first that fits counts.
func poolCures() []poolCure {
	return append(fileCures(), append(accountCures(), valueCures()...)...)
}

// fileCures are for a configuration that as a whole is not as it should be.
func fileCures() []poolCure {
	return []poolCure{
		{func(t *poolTrouble) bool { return mergeMarks.MatchString(t.old) }, unmerge},
		{func(t *poolTrouble) bool { return t.d.place.Line == 0 && t.text == "" }, func(t *poolTrouble, x Fix) Fix {
			return x.Tell("What it refuses stands in its journal, which is root's to read: look again with sudo, or let the test below name the line, and correct it")
		}},
		{func(t *poolTrouble) bool { return t.says("No pool defined", "Unable to globalize") }, func(t *poolTrouble, x Fix) Fix { return bringPools(t.f, t.d, x) }},
		{func(t *poolTrouble) bool { return t.d.place.Line == 0 }, func(t *poolTrouble, x Fix) Fix { return x.Tell("Correct the configuration: %s", reason(t.text)) }},
	}
}

// valueCures are for one line that PHP-FPM does not take.
func valueCures() []poolCure {
	return []poolCure{
		{func(t *poolTrouble) bool {
			return t.d.asked != "" && strings.HasPrefix(t.old, "listen") && (t.d.dir != "" || t.says("listening socket", "invalid port value"))
		}, func(t *poolTrouble, x Fix) Fix {
			return x.Do("Let it listen where the web server asks", "%s", t.set("listen = "+t.d.asked))
		}},
		{func(t *poolTrouble) bool { return t.says("the PID file") }, func(t *poolTrouble, x Fix) Fix {
			return x.Do("Put the file where this machine has a folder for it", "%s", t.set("pid = "+pidFile(t.f, t.d.fpm)))
		}},
		{func(t *poolTrouble) bool { return t.says("spare_servers", "start_servers") }, func(t *poolTrouble, x Fix) Fix {
			edits, added := saneSpare(t.root, t.d)
			if x.Undo = undoAll(spareAsWas(t.f, t.d)); added > 0 { // first of all what shifts the lines below
				x.Undo = undoAll([]string{x.Undo, removeBelow(t.root, t.d.pool.Place, added)})
			}
			for _, kv := range edits {
				x = x.Do("Make the numbers fit each other: min_spare ≤ start ≤ max_spare ≤ max_children", "%s", kv)
			}
			return x
		}},
		{func(t *poolTrouble) bool { return t.says("shared memory segment") }, func(t *poolTrouble, x Fix) Fix {
			return x.Do("Ask for as much as opcache takes by default; it counts in megabytes", "%s", t.set(t.key()+" = 128M"))
		}},
		{func(t *poolTrouble) bool {
			return closedLog.MatchString(t.text)
		}, poolLogFolder},
		{func(t *poolTrouble) bool { return t.says("already used in another pool") }, ownListen},
		{func(t *poolTrouble) bool { return alreadyHeld.MatchString(t.text) }, leaveToOther},
		{func(t *poolTrouble) bool { return t.says("chdir") }, func(t *poolTrouble, x Fix) Fix {
			return x.Do("Switch the line off: its folder does not exist", "%s", t.set(";"+t.old))
		}},
		{func(t *poolTrouble) bool { return t.written() != "" }, func(t *poolTrouble, x Fix) Fix {
			return x.Do("Write the line as PHP-FPM reads it", "%s", t.set(t.written()))
		}},
		{func(*poolTrouble) bool { return true }, anyEntry},
	}
}

// poolLogFolder makes the folder of a log; where it is there, something else is in the way of the log.
func poolLogFolder(t *poolTrouble, x Fix) Fix {
	dir := path.Dir(closedLog.FindStringSubmatch(t.text)[1])
	if x.Undo = ""; t.root.Exists(dir) {
		return x.Tell("Correct the configuration: %s", reason(t.text))
	}
	x.Undo = "rmdir " + sh(dir)
	for up := path.Dir(dir); !t.root.Exists(up); up = path.Dir(up) {
		x.Undo += " " + sh(up)
	}
	return x.Do("Make the folder that the log belongs to", "mkdir -p %s", sh(dir))
}

// anyEntry is for every other line: it is corrected where it is a slip, and else switched off, if no pool needs it and it keeps nobody out.
func anyEntry(t *poolTrouble, x Fix) Fix {
	say, command, undo := mendEntry(t.ctx, t.f, t.d, t.text)
	switch {
	case command != "":
		x.Undo = undo
		return x.Do(say, "%s", command)
	case strings.HasPrefix(t.old, "["), vitalOfPool.MatchString(t.old) && !t.says("unknown entry"): // without these there is no pool
		x.Undo = ""
		return x.Tell("Correct the configuration: %s", reason(t.text))
	case guardsPool(t.old):
		x.Undo = ""
		return x.Tell("Correct %s: %s. The line keeps the pool's scripts, or a visitor, from something: no command switches it off", t.d.place, reason(t.text))
	}
	return x.Do("Switch the line off; put it right later", "%s", t.set(";"+t.old))
}

var (
	vitalOfPool = whenAsked(`^(listen|user|group|pm|pm\.max_children)\s*=`)
	noEquals    = whenAsked(`^([a-z_.]+(?:\[[\w.]+\])?)\s+([^=\s][^=]*)$`)
	openBracket = whenAsked(`^(\w+\[[\w.]+)\s*=\s*(\S.*)$`)
	dotted      = whenAsked(`^(php_(?:admin_)?(?:value|flag))\.([\w.]+)\s*=\s*(\S.*)$`)
	oddSign     = whenAsked(`^[^"']*[()&|!~^{}][^"']*$`)
)

// written is a line as it has to be written, where only its form is wrong: a sign = that was forgotten, a bracket that is not closed, signs
// that php.ini's grammar takes for its own. Empty when it is something else.
func (t *poolTrouble) written() string {
	if m := noEquals.FindStringSubmatch(t.old); m != nil && t.says("syntax error", "unknown entry", "invalid") {
		return m[1] + " = " + m[2]
	}
	if strings.Count(t.old, `"`) == 1 && strings.HasPrefix(strings.TrimSpace(afterEquals(t.old)), `"`) && t.says("syntax error", "Unable to include") {
		return t.old + `"`
	}
	if m := dotted.FindStringSubmatch(t.old); m != nil {
		return fmt.Sprintf("%s[%s] = %s", m[1], m[2], m[3])
	}
	if m := openBracket.FindStringSubmatch(t.old); m != nil {
		return m[1] + "] = " + m[2]
	}
	if v := value(t.old); t.says("syntax error") && oddSign.MatchString(v) && strings.Contains(t.old, "=") {
		return fmt.Sprintf(`%s = "%s"`, t.key(), v)
	}
	return ""
}

func afterEquals(line string) string {
	_, v, _ := strings.Cut(line, "=")
	return v
}

var poolGuards = whenAsked(`(?i)^;?\s*(chroot|chr\w*t|sec\w*\.|listen\.(?:allow|acl|owner|group|mode)|apparmor|process\.dumpable|clear_env|limit_ext)|open_basedir|disable_|allow_url|limit_extensions|allowed_clients`)

// guardsPool says that a line of a pool keeps its scripts from files, from functions or from others' memory, or others from its socket.
func guardsPool(line string) bool { return poolGuards.MatchString(line) || nearGuard(firstWord(line)) }
