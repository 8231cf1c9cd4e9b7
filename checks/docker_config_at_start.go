package checks

import (
	"context"
	"path"
	"slices"
	"strconv"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
)

// errorAtStart are the last words of a gateway that does not accept its configuration, with what it says of it, the file and the line: nginx's, HAProxy's and Caddy's.
var errorAtStart = []struct {
	kind             string
	says             pattern
	text, file, line int
}{
	{"nginx", whenAsked(`\[emerg\] (?:\d+#\d+: )?(.+) in (/\S+):(\d+)$`), 1, 2, 3},
	{"haproxy", whenAsked(`\[ALERT\].* parsing \[(/[^\]:]+):(\d+)\] ?: (.+)`), 3, 1, 2},
	{"caddy", whenAsked(`Error: adapting config using caddyfile: (/\S+?):(\d+)(?: - Error during parsing)?: (.+)`), 3, 1, 2},
}

// configAtStart are gateways' containers that ended because the program in them does not accept its configuration.
func configAtStart(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
	all, err := f.Containers(ctx)
	if err != nil || !slices.ContainsFunc(all, func(c sysinfo.Container) bool { return c.State != "running" || c.Restarts > 0 }) {
		return nil, nil // only root may ask; and where all run there is no need to ask every hop
	}
	out, err := perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
		e, ok := endsAtStart(ctx, f, l)
		if !ok {
			return nil
		}
		return e.config(ctx, f, l)
	})(ctx, f)
	return slices.DeleteFunc(out, func(x Finding) bool { return x.Status != Fail && x.Status != Warn }), err
}

// config tells of a container by what its program said of a line; nil where it said nothing like it, or more is known of a name.
func (e atStart) config(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	t, kind, said := e.complaint()
	if _, _, name := nameSaid(e.words); !said || name {
		return nil
	}
	inside := t.place
	because := ", for it does not accept its configuration: " + t.text
	x := Fix{Title: "Correct the configuration, then start " + e.web.Name, Risk: Low}
	out, mounted := e.web.Outside(inside.File)
	if !mounted {
		found := e.finding(l, because, e.inImage(x, t))
		found.Where = inside
		found.Evidence = append(found.Evidence, ofItsImage(e.web, inside.File))
		return found
	}
	if !f.Host.Root.Exists(out.Path) {
		return nil
	}
	t.place.File = out.Path
	if at, ok := withoutEnd(f.Host.Root, t.text, t.place); ok && kind == "nginx" {
		t.place = at
	}
	if cured, ok := t.mountedCure(ctx, f, kind, x); ok {
		x = e.begin(inPlace(cured, e.web.Mounts), "")
	} else {
		x = x.Tell("Correct %s: %s. Then %s", t.place, t.text, e.unit.Command("restart"))
	}
	found := e.finding(l, because, x)
	found.Where = t.place
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, t.place), mountedAs(e.web, out.Path, inside.File))
	return found
}

// inImage is the way to a file that the machine has not: an engine copies it out of a container that does not run, and back into it.
func (e atStart) inImage(x Fix, t confError) Fix {
	file, name := sh(t.place.File), sh("/root/"+path.Base(t.place.File))
	return x.Tell("The file is inside the container. Copy it out: %s cp %s:%s %s", e.web.Engine, e.web.Name, file, name).
		Tell("Correct line %d of it: %s", t.place.Line, t.text).
		Tell("Copy it back: %s cp %s %s:%s. Then %s", e.web.Engine, name, e.web.Name, file, e.unit.Command("restart")).
		Tell("That change is lost with the container: correct it where the image is made, too, or mount the file from this machine (-v FILE:%s:ro; volumes: in compose)", file)
}

// complaint is what the last words say of a line, as the container has it, and whose words they are.
func (e atStart) complaint() (t confError, kind string, said bool) {
	var words []string
	for _, w := range slices.Backward(e.words) {
		words = append([]string{w.Text}, words...)
		for _, one := range errorAtStart {
			if m := one.says.FindStringSubmatch(w.Text); m != nil {
				line, _ := strconv.Atoi(m[one.line])
				return confError{text: m[one.text], place: sysinfo.Place{File: m[one.file], Line: line}}, one.kind, true
			}
		}
	}
	if run := apache.ParseWords(words); run.Verdict == apache.TestFailed && run.Problem.Line > 0 && path.IsAbs(run.Problem.File) {
		return confError{text: run.Problem.Text, place: sysinfo.Place{File: run.Problem.File, Line: run.Problem.Line}}, "apache", true
	}
	return t, "", false
}
