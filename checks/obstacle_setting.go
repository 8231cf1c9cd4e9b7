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

// refusals are what databases and caches say of a setting that they do not know; the line they name, or the setting.
var refusals = []struct {
	of    pattern // the unit
	says  pattern
	files []string // where the setting stands, when the line is not named
}{
	{whenAsked(`^(mariadb|mysqld?)\.service$`), whenAsked(`unknown (?:variable|option) '(?:--)?(?P<setting>[\w-]+)[='].*`),
		[]string{"/etc/my.cnf", "/etc/my.cnf.d/*.cnf", "/etc/mysql/my.cnf", "/etc/mysql/conf.d/*.cnf", "/etc/mysql/mariadb.conf.d/*.cnf", "/etc/mysql/mysql.conf.d/*.cnf"}},
	{whenAsked(`^postgresql`), whenAsked(`unrecognized configuration parameter "(?P<setting>[^"]+)" in file "(?P<file>[^"]+)" line (?P<line>\d+)`), nil},
	{whenAsked(`^(redis|valkey)`), redisRefuses, nil},
	{whenAsked(`^postgresql`), whenAsked(`(?:syntax error|invalid value).* (?P<setting>)in file "(?P<file>[^"]+)"[, ]+(?:near )?line (?P<line>\d+)`), nil},
}

// unknownSetting: a database does not start because of one line of its configuration, left over from another version or
// misspelt.
func unknownSetting(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	for _, r := range refusals {
		if !r.of.MatchString(u.Name) {
			continue
		}
		said, quoted, m := refused(ctx, f, u, r.says)
		if m == nil {
			continue
		}
		get := func(name string) string {
			if i := r.says.SubexpIndex(name); i > 0 {
				return m[i]
			}
			return ""
		}
		at := settingAt(f, r.files, get("setting"))
		if n, _ := strconv.Atoi(get("line")); n > 0 {
			at = sysinfo.Place{File: cmp.Or(get("file"), ownConfig(u)), Line: n}
		}
		line := configLine(f.Host.Root, at)
		if line == "" || quoted != "" && line != quoted || at.File == get("file") && !strings.Contains(line, get("setting")) {
			continue
		}
		return &obstacle{where: at, says: fmt.Sprintf("it refuses a line of its configuration, %s", QuoteConfig(line)), evidence: []Evidence{said, lineOf(f.Host.Root, at)}, clear: func(x Fix) Fix {
			if QuoteConfig(line) != line {
				return x.Tell("Correct the line at %s. It holds a password: taken out, it might let in everybody", at)
			}
			x.Undo = setLine(f.Host.Root, at, line)
			if closes(line) {
				return shutAgain(f.Host.Root, x, at, line)
			}
			return x.Do("Take the line out: this version does not know it (or correct it, if it is misspelt)", "%s", commentOut(f.Host.Root, at))
		}}
	}
	return nil
}

// ownConfig is the file of settings that a service is started with.
func ownConfig(u sysinfo.Unit) string {
	for _, w := range strings.Fields(u.Exec) {
		if strings.HasPrefix(w, "/") && strings.HasSuffix(w, ".conf") {
			return w
		}
	}
	return ""
}

// refused is the last line by which a service says what it does not take, and the words of the configuration that it quotes
// under it: of its journal since it last ran, else of its own log.
func refused(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, says pattern) (said Evidence, quoted string, m []string) {
	lines, _ := f.Journal(ctx, u.Name) // unreadable: its own log may tell
	lines = lastAttempt(lines)
	bad := func(l sysinfo.JournalLine) bool { return strings.Contains(l.Text, "Bad directive") }
	if strings.Contains(u.Name, "redis") && !slices.ContainsFunc(lines, bad) {
		return Evidence{}, "", nil // the line is right, and what it asks for cannot be had: a folder, a file
	}
	if l, quoted, m := refusedLine(lines, says); m != nil {
		return Evidence{Source: u.Log(), Text: strings.TrimSpace(l.Text), Time: l.Time}, quoted, m
	}
	logs, _ := f.Host.Root.Glob("/var/log/postgresql/*.log") // none is common
	for _, name := range logs {
		text, err := f.Host.Root.Tail(name, 16<<10)
		if err != nil || !strings.HasPrefix(u.Name, "postgresql") {
			continue
		}
		for _, line := range reversed(strings.Split(text, "\n")) {
			if m := says.FindStringSubmatch(line); m != nil {
				return Evidence{Source: name, Text: strings.TrimSpace(line)}, "", m
			}
		}
	}
	return Evidence{}, "", nil
}

// refusedLine is the last line of some words that says what is not taken, and the words of the configuration that are quoted under it.
func refusedLine(lines []sysinfo.JournalLine, says pattern) (said sysinfo.JournalLine, quoted string, m []string) {
	for _, l := range slices.Backward(lines) {
		text := strings.TrimSpace(l.Text)
		if m := says.FindStringSubmatch(text); m != nil {
			return l, quoted, m
		}
		if q, ok := strings.CutPrefix(text, ">>> '"); ok {
			quoted = strings.TrimSuffix(q, "'")
		}
	}
	return said, "", nil
}

// settingAt is the line of some files that sets a setting; dashes and underscores are one to MySQL. The last file counts.
func settingAt(f *sysinfo.Facts, patterns []string, name string) sysinfo.Place {
	if name == "" {
		return sysinfo.Place{}
	}
	plain := func(s string) string { return strings.ToLower(strings.ReplaceAll(strings.TrimSpace(s), "-", "_")) }
	return lastSetting(f, patterns, func(_, line string) bool {
		key, _, _ := strings.Cut(line, "=")
		return plain(strings.TrimPrefix(plain(key), "loose_")) == plain(name)
	})
}

// ofServer says that a section of MySQL's settings is the server's; [client] is for the clients.
func ofServer(section string) bool {
	return section == "server" || strings.HasPrefix(section, "mysqld") || strings.HasPrefix(section, "mariadb")
}

// serverSetting is the line of [mysqld] or [mariadb] that sets a setting.
func serverSetting(f *sysinfo.Facts, patterns []string, name string) sysinfo.Place {
	return lastSetting(f, patterns, setsOfServer(name))
}

// setsOfServer tells the lines of MySQL's settings that set one of the server's; "-" and "_" are one sign in its name, and some stand without a value
// (MySQL's manual, "Using Options on the Command Line").
func setsOfServer(name string) func(section, line string) bool {
	plain := func(s string) string { return strings.ReplaceAll(strings.TrimSpace(s), "_", "-") }
	return func(section, line string) bool {
		key, _, _ := strings.Cut(line, "=")
		return ofServer(section) && plain(key) == plain(name)
	}
}

// lastSetting is the last line of some files that is the wanted one in its section.
func lastSetting(f *sysinfo.Facts, patterns []string, is func(section, line string) bool) sysinfo.Place {
	return lastSettingIn(f.Host.Root, patterns, is)
}

// lastSettingIn is lastSetting in any root.
func lastSettingIn(r sysinfo.Root, patterns []string, is func(section, line string) bool) sysinfo.Place {
	var at sysinfo.Place
	for _, p := range patterns {
		files, _ := r.Glob(p) // none is common
		for _, file := range files {
			section := ""
			for p, line := range linesIn(r, file) {
				line = strings.TrimSpace(line)
				if strings.HasPrefix(line, "[") {
					section = strings.Trim(line, "[]")
				}
				if is(section, line) {
					at = p
				}
			}
		}
	}
	return at
}

// sysctlLine is the admin's line that sets one of the kernel's numbers at boot (sysctl.d(5)); the zero place where a package's decides, or none.
func sysctlLine(f *sysinfo.Facts, key string) sysinfo.Place {
	at := lastSetting(f, []string{"/usr/lib/sysctl.d/*.conf", "/run/sysctl.d/*.conf", "/etc/sysctl.conf", "/etc/sysctl.d/*.conf"}, func(_, line string) bool {
		line = strings.TrimPrefix(strings.ReplaceAll(line, " ", ""), "-")
		return strings.HasPrefix(line, key+"=") || strings.HasPrefix(line, strings.ReplaceAll(key, ".", "/")+"=")
	})
	if !strings.HasPrefix(at.File, "/etc/") {
		return sysinfo.Place{}
	}
	return at
}
