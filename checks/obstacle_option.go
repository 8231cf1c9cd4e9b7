package checks

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

// refusedOption are the words of programs that do not know a word of their command: Python's argparse and optparse, click, getopt,
// Go's flag, cobra, clap.
var refusedOption = []pattern{
	whenAsked(`unrecognized arguments?: (\S+)`),
	whenAsked(`(?i)no such option:? '?(-[\w-]+)`),
	whenAsked("(?i)un(?:recognized|known)(?: long)? (?:option|flag|argument)s?:? ['\"‘`]?(-[\\w-]+)"),
	whenAsked(`ambiguous option: (--[\w-]+) could match`),
	whenAsked(`flag provided but not defined: (-[\w-]+)`),
	whenAsked(`(?i)unexpected argument '(-[\w-]+)'`),
	whenAsked(`\[strict-mode\] unknown config directive: ([\w-]+)`),
}

// knownOptions are those that people write for servers which do not list them when one is wrong.
var knownOptions = []string{"--bind", "--workers", "--worker-class", "--threads", "--timeout", "--graceful-timeout", "--keep-alive", "--umask", "--chdir", "--config", "--preload", "--max-requests", "--access-logfile",
	"--error-logfile", "--log-level", "--pid", "--user", "--group", "--host", "--port", "--uds", "--proxy-headers", "--root-path", "--forwarded-allow-ips", "--app-dir", "--factory", "--env-file",
	"processes", "workers", "threads", "master", "socket", "http-socket", "chmod-socket", "chown-socket", "chdir", "module", "wsgi-file", "callable", "plugin", "plugins", "virtualenv", "harakiri", "buffer-size",
	"--memory-limit", "--conn-limit", "--max-item-size", "--listen", "--unix-socket", "max-requests", "vacuum", "die-on-term", "need-app", "enable-threads", "logto", "listen", "uid", "gid", "pidfile", "touch-reload", "lazy-apps", "single-interpreter", "master-fifo", "procname-prefix"}

// optionWord are the options in a usage text.
var optionWord = whenAsked(`(?:^|[\s\[|])(--?[A-Za-z][\w-]+)`)

// unknownOption: the program does not know a word of its command, or of its settings. A slip of one that it knows is corrected.
func unknownOption(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	if err != nil || !fails(u) {
		return nil
	}
	lines = recent(lines)
	for _, line := range reversed(lines) {
		for _, re := range refusedOption {
			m := re.FindStringSubmatch(line.Text)
			if m == nil || ofARequest.MatchString(line.Text) {
				continue
			}
			o := &obstacle{where: execPlace(f, u), says: fmt.Sprintf("it does not know %s", m[1]), evidence: []Evidence{{Source: line.Source, Text: strings.TrimSpace(line.Text), Time: line.Time}}}
			if slices.Contains(knownOptions, m[1]) {
				return nil // something else keeps the program from knowing it: a plugin that is not there
			}
			if containsAny(m[1], ">", "|", "<") || m[1] == "&&" {
				return shellSigns(ctx, f, u, o)
			}
			return optionCorrected(f, u, o, m[1], lines)
		}
	}
	return nil
}

// optionCorrected writes the option that is meant, where that can be told.
func optionCorrected(f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, wrong string, lines []sysinfo.JournalLine) *obstacle {
	at := namedIn(f, u, wrong)
	if !at.Known() {
		return nil // it was mended since
	}
	o.where = at
	o.evidence = append(o.evidence, lineOf(f.Host.Root, at))
	known := slices.Clone(knownOptions)
	for _, l := range lines {
		for _, m := range optionWord.FindAllStringSubmatch(l.Text, -1) {
			if m[1] != wrong && strings.HasPrefix(wrong, "-") {
				known = append(known, m[1])
			}
		}
	}
	meant := spelling.Closest(wrong, known)
	if guardOption.MatchString(wrong) || opposite(wrong, meant) {
		meant = ""
	}
	text := configLine(f.Host.Root, at)
	if meant == "" || meant == wrong || len(regexp.MustCompile(regexp.QuoteMeta(wrong)).FindAllString(text, -1)) != 1 {
		o.clear = func(x Fix) Fix {
			return x.Tell("Correct or take out %s at %s: the program's help lists what it knows", wrong, o.where)
		}
		return o
	}
	o.says += ", and " + meant + " is meant"
	o.clear = func(x Fix) Fix {
		x.Undo = replace(f.Host.Root, at, meant, wrong)
		return readAnew(x.Do(fmt.Sprintf("Correct the slip: %s is %s", wrong, meant), "%s", replace(f.Host.Root, at, wrong, meant)), at)
	}
	return o
}

// guardOption are options that may keep somebody out: which one is meant a person has to know.
var guardOption = whenAsked(`(?i)auth|tls|ssl|verify|allow|deny|secure|secret|trust|proxy-headers|permission|sandbox`)

// opposite says that of two words one means what the other forbids.
func opposite(a, b string) bool {
	for _, pair := range [][2]string{{"min", "max"}, {"allow", "deny"}, {"enable", "disable"}, {"include", "exclude"}, {"on", "off"}, {"before", "after"}} {
		for _, p := range [][2]string{pair, {pair[1], pair[0]}} {
			if strings.Contains(a, p[0]) && !strings.Contains(b, p[0]) && strings.Contains(b, p[1]) {
				return true
			}
		}
	}
	return strings.Contains(a, "no-") != strings.Contains(b, "no-")
}

var toFile = whenAsked(`\s+>>?\s*(/[^\s"'%$]+)(\s+2>&1)?\s*$`)

// shellSigns: systemd runs no shell; what should lead the output into a file is handed to the program as its arguments.
func shellSigns(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, o *obstacle) *obstacle {
	l, ok := setBy(f, u, "ExecStart")
	if !ok || u.Manager != "" {
		return nil
	}
	o.where, o.says = l.Place, "systemd runs no shell, and hands the signs for one to the program"
	o.evidence = append(o.evidence, unitLineSays(f, l))
	line := configLine(f.Host.Root, l.Place)
	m := toFile.FindStringSubmatch(line)
	o.clear = func(x Fix) Fix {
		if m == nil || QuoteConfig(line) != line || !strings.HasPrefix(l.File, "/etc/") || theSystems(path.Dir(m[1])) && path.Dir(m[1]) != "/var/log" || !f.Host.Root.Exists(path.Dir(m[1])) {
			return x.Tell("Put the command into /bin/sh -c '…' at %s, or take the signs out", l.Place)
		}
		if userLeads(ctx, f, u, m[1]) { // systemd would open it as root: he could lead that to another file
			if strings.ContainsAny(line, `'"%$\`) {
				return x.Tell("Put the command into /bin/sh -c '…' at %s: so the service's own user opens the file", l.Place)
			}
			key, command, _ := strings.Cut(line, "=")
			x.Undo = setLine(f.Host.Root, l.Place, line) + "; systemctl daemon-reload"
			return daemonReload(x.Do("Let a shell read it, as the service's user", "%s", setLine(f.Host.Root, l.Place, fmt.Sprintf("%s=/bin/sh -c 'exec %s'", key, command))))
		}
		x.Undo = undoAll([]string{"systemctl daemon-reload", setLine(f.Host.Root, l.Place, line), fmt.Sprintf("sed -i %dd %s", l.Line+1, sh(realFile(f.Host.Root, l.File)))})
		x = x.Do("Let systemd write the output to that file", "%s", insertAfter(f.Host.Root, l.Place, "StandardOutput=append:"+m[1]))
		return daemonReload(x.Do("Leave the signs out", "%s", setLine(f.Host.Root, l.Place, strings.TrimSuffix(line, m[0]))))
	}
	return o
}
