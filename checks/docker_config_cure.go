package checks

import (
	"context"
	"path"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
	"fix502/sysinfo/caddy"
	"fix502/sysinfo/haproxy"
	"fix502/sysinfo/nginx"
)

// slipOfPen are a gateway's words on what can be mended in the very file that it names: no other file, no user and no address has to do with it.
var slipOfPen = whenAsked(`^unknown directive |^unexpected |invalid number of arguments|is not terminated by|^unknown (?:keyword|option|proxy mode|fetch method) '|\bbut got '|no such ACL : '|Missing LF|another server named|` +
	`unrecognized (?:directive|subdirective|global option)|unknown unit|expecting "[;}]|(?i:expect\w+ '\}')|addresses cannot end with|^Invalid command `)

// mountedCure corrects a slip in a file of this machine's that a container has. The gateway's own files are not all here, so what else the tables know is left
// alone: only an edit of that file counts.
func (t *confError) mountedCure(ctx context.Context, f *sysinfo.Facts, kind string, x Fix) (Fix, bool) {
	if !slipOfPen.MatchString(t.text) && !containsAny(t.text, cutShort...) {
		return x, false
	}
	g, line := gatewayOfFile(f.Host.Root, kind, t.place.File), configLine(f.Host.Root, t.place)
	switch a := g.Extra.(type) {
	case *sysinfo.Nginx:
		for _, p := range a.Config.Problems {
			if p.File == t.place.File && p.Line == t.place.Line && strings.HasPrefix(p.Text, t.text) { // our reading knows which word is meant
				t.text = p.Text
			}
		}
	case nil: // Apache: which modules it has is not known here
		name := unknownName(t.text)
		if name == "" || apache.Brings(name) != "" || apache.Meant(name) == "" || strings.Count(line, name) != 1 {
			return x, false
		}
		x.Undo = setLine(g.Root, t.place, line)
		return t.slip(g, x, name, apache.Meant(name)), true
	}
	cured := t.repair(ctx, f, g, x)
	edits := 0
	for _, s := range cured.Steps {
		if s.Command == "" {
			continue
		}
		if !strings.HasPrefix(s.Command, "sed -i ") || !strings.Contains(s.Command, " "+sh(realFile(g.Root, t.place.File))) {
			return x, false
		}
		edits++
	}
	return cured, edits > 0
}

// gatewayOfFile is a gateway of which one file is known.
func gatewayOfFile(r sysinfo.Root, kind, file string) *sysinfo.Gateway {
	g := &sysinfo.Gateway{Kind: kind, Root: r, Config: file}
	switch kind {
	case "nginx":
		files := wrapped{root: r, main: file}
		if b, err := r.ReadFile(file); err == nil && !wholeNginx.Match(b) {
			files.main = path.Dir(file) + "/fix502-wraps-this.conf"
			files.text = "events {}\nhttp { include " + file + "; }\n"
		}
		g.Extra = &sysinfo.Nginx{Config: nginx.Parse(files, files.main, path.Dir(file))}
	case "haproxy":
		g.Extra = &sysinfo.HAProxy{Config: haproxy.Parse(r, []string{file}, nil), Names: []string{file}}
	case "caddy":
		g.Extra = &sysinfo.Caddy{Config: caddy.Parse(r, file, caddy.Environ{})}
	}
	return g
}

// wholeNginx is a main file of nginx's, not a site's, which is read inside http.
var wholeNginx = whenAsked(`(?m)^\s*(?:events|http)\s*\{`)

// wrapped is a root with one more file, which is nowhere.
type wrapped struct {
	root       sysinfo.Root
	main, text string
}

// Glob is the root's.
func (w wrapped) Glob(pattern string) ([]string, error) { return w.root.Glob(pattern) }

// ReadFile reads that one from memory.
func (w wrapped) ReadFile(name string) ([]byte, error) {
	if name == w.main && w.text != "" {
		return []byte(w.text), nil
	}
	return w.root.ReadFile(name)
}
