package sysinfo

import (
	"context"
	"path"
	"regexp"
	"strconv"
	"strings"

	"fix502/sysinfo/late"
)

// onceThere is the only one of some services that has said it listens where a hop leads, in its journal ("Listening at:
// http://127.0.0.1:8000"), or whose settings in its own folder name that port.
func (f *Facts) onceThere(ctx context.Context, units []Unit, h *Hop) (Unit, bool) {
	if r := f.Reach(ctx, h); r.Listener != nil || len(units) > 12 {
		return Unit{}, false
	}
	var found []Unit
	for _, u := range units {
		if f.saidSo(ctx, u, h) || f.setTo(u, h) {
			found = append(found, u)
		}
	}
	if len(found) != 1 {
		return Unit{}, false
	}
	return found[0], true
}

var listens = late.New(`(?i)listen|running (?:on|at)|bound|serving|started|ready|http`)

func (f *Facts) saidSo(ctx context.Context, u Unit, h *Hop) bool {
	lines, err := f.Journal(ctx, u.Name)
	if err != nil {
		return false
	}
	for _, l := range lines {
		if listens.MatchString(l.Text) && h.in(l.Text) && !strings.Contains(l.Text, "HTTP/") {
			return true
		}
	}
	return false
}

// in says that a text names a hop's socket, or its port behind a colon or the word port.
func (h *Hop) in(text string) bool {
	if h.Unix != "" {
		return strings.Contains(text, h.Unix)
	}
	return h.Port != 0 && regexp.MustCompile(`(?i)(?::|\bport\w*\W{1,6})`+strconv.Itoa(h.Port)+`(?:[^0-9.]|\.?$)`).MatchString(text)
}

// setTo says that a small file of settings in a service's folder names the hop's address.
func (f *Facts) setTo(u Unit, h *Hop) bool {
	dir := u.Folder()
	if !path.IsAbs(dir) || strings.Count(path.Clean(dir), "/") < 2 {
		return false
	}
	names, err := f.Host.Root.ReadDir(dir)
	if err != nil || len(names) > 100 {
		return false
	}
	for _, name := range names {
		switch path.Ext(name) {
		case ".json", ".env", ".yml", ".yaml", ".toml", ".ini", ".conf", ".cfg", ".properties", ".py", ".js":
			if !strings.HasPrefix(name, "package") && !strings.Contains(name, "lock") && h.in(f.smallFile(path.Join(dir, name))) {
				return true
			}
		}
	}
	return false
}
