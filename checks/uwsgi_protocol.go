package checks

import (
	"cmp"
	"context"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

var (
	// uwsgiListens is an option by which uWSGI listens, and where: on its command line, or in a file (uwsgi-docs, Options.rst).
	uwsgiListens = whenAsked(`(?m)(?:^[ \t]*|\s--)((?:https?|s?uwsgi|fastcgi|scgi)-socket|socket|https?)(?:[ \t]*[=:][ \t]*|[ \t]+)(\S+)`)
	// uwsgiPlain is the option that says what a socket without a protocol of its own speaks.
	uwsgiPlain = whenAsked(`(?m)(?:^[ \t]*|\s--)protocol(?:[ \t]*[=:][ \t]*|[ \t]+)(\w+)`)
)

// uwsgiProtocol is what uWSGI speaks at a hop, by the option with that address; where none has it, HTTP if it listens in HTTP at all.
func uwsgiProtocol(ctx context.Context, f *sysinfo.Facts, l *live, cmd string) string {
	texts := []string{cmd}
	for _, file := range uwsgiFiles(f, l, appUnit(ctx, f, l)) {
		if b, err := f.Host.Root.ReadFile(file); err == nil {
			texts = append(texts, spelledOut(path.Base(file), string(b), string(b)))
		}
	}
	return uwsgiSpeaks(l, texts...)
}

// uwsgiUnowned is a running uWSGI whose command or files name a hop's very address, and what it speaks there, where only root may see whose socket it is.
func uwsgiUnowned(ctx context.Context, f *sysinfo.Facts, l *live) (its sysinfo.Proc, has string) {
	procs, err := f.Procs(ctx)
	if err != nil || l.reach.Owner != nil || f.Host.UID == 0 || !l.reach.Open() {
		return its, ""
	}
	named := func(text string) bool {
		return slices.ContainsFunc(uwsgiListens.FindAllStringSubmatch(text, -1), func(m []string) bool {
			address, _, _ := strings.Cut(m[2], ",")
			return sameSocket(address, l)
		})
	}
	for _, p := range procs {
		if p.Name != "uwsgi" || protocolOf(p.Cmd) != "uwsgi" {
			continue
		}
		texts := []string{p.Cmd}
		for _, m := range uwsgiFile.FindAllStringSubmatch(p.Cmd, -1) {
			if b, err := f.Host.Root.ReadFile(m[1]); err == nil {
				texts = append(texts, spelledOut(path.Base(m[1]), string(b), string(b)))
			}
		}
		if slices.ContainsFunc(texts, named) {
			return p, uwsgiSpeaks(l, texts...)
		}
	}
	return its, ""
}

// uwsgiSpeaks is uwsgiProtocol, of a command line and of files.
func uwsgiSpeaks(l *live, texts ...string) string {
	plain, elsewhere := "uwsgi", ""
	if m := uwsgiPlain.FindStringSubmatch(strings.Join(texts, "\n")); m != nil {
		plain = m[1]
	}
	for _, text := range texts {
		for _, m := range uwsgiListens.FindAllStringSubmatch(text, -1) {
			has := strings.TrimSuffix(m[1], "-socket")
			switch has {
			case "socket":
				has = plain
			case "suwsgi":
				has = "uwsgi"
			case "http":
				elsewhere = has
			}
			if address, _, _ := strings.Cut(m[2], ","); sameSocket(address, l) { // https has its certificate behind it
				return has
			}
		}
	}
	return cmp.Or(elsewhere, plain)
}
