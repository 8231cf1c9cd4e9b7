package checks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/nginx"
)

// configTestFails: nginx is down, mostly because it does not accept its own configuration.
func configTestFails() Check {
	return Check{
		ID: "config-test-fails", Title: "nginx runs and accepts its configuration", Topic: Platform,
		After: []ID{"unit-not-enabled-after-reboot"},
		Means: `nginx is not running, so visitors get no answer at all (a CDN in front says 521 or 502). Mostly its configuration has an error: a
reload with an error keeps the old nginx running, a restart ends it and it does not come back. Or a certificate is gone, the name of an
upstream no longer resolves, or another program has taken its port. The first [emerg] line of nginx -t or of its journal names file and
line. Or somebody just stopped it.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			gateways, err := f.Gateways(ctx)
			if err != nil {
				return nil, err
			}
			var out []Finding
			for _, g := range gateways {
				if n := nginxOf(g); n != nil {
					if found := configHolds(ctx, f, g, n); found != nil {
						out = append(out, *found)
					}
				}
			}
			return out, nil
		},
	}
}

// confError is what stops nginx from starting.
type confError struct {
	text     string
	place    sysinfo.Place
	evidence []Evidence
}

func configHolds(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, n *sysinfo.Nginx) *Finding {
	t := configTrouble(ctx, f, g, n)
	switch {
	case g.Running() && t == nil:
		return pass(fmt.Sprintf("nginx runs, and its %s read without a problem", plural(len(n.Config.Files), "configuration file", "configuration files")))
	case g.Running():
		found := t.finding(ctx, f, g)
		found.Status = Warn
		found.Summary = "nginx runs, but would not start again with its files as they are: " + t.text
		return found
	case f.Host.Files && t == nil:
		return nil
	case t != nil:
		return t.finding(ctx, f, g)
	}
	return notRunning(ctx, f, g, n)
}

// configTrouble finds what nginx would stumble over. nginx -t is asked only when something is wrong already: it creates
// missing logs and temporary directories, and asks DNS for the names of upstreams.
func configTrouble(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, n *sysinfo.Nginx) *confError {
	t, _ := sysinfo.Memo(f, fmt.Sprintf("config trouble %d", g.PID), func() (*confError, error) {
		parsed := parsedTrouble(g, n)
		if g.Running() && parsed == nil {
			return nil, nil
		}
		if f.Host.UID == 0 && !f.Host.Files && !g.Foreign {
			if tested, sure := testedTrouble(ctx, f, g, n); sure && tested == nil {
				return nil, nil
			} else if sure {
				return merge(tested, parsed), nil
			}
		}
		if g.Running() {
			return parsed, nil
		}
		if t := merge(emergTrouble(ctx, f, g), parsed); t != nil {
			return t, nil
		}
		return missingCertificate(g, n), nil
	})
	return t
}

// merge takes what nginx says, and what our own reading knows more of the same line.
func merge(told, parsed *confError) *confError {
	switch {
	case told == nil:
		return parsed
	case parsed == nil:
		return told
	case parsed.place == told.place || !told.place.Known():
		told.place = parsed.place
		told.text = parsed.text
	}
	return told
}

func parsedTrouble(g *sysinfo.Gateway, n *sysinfo.Nginx) *confError {
	for _, p := range n.Config.Problems {
		if errors.Is(p.Err, fs.ErrPermission) {
			continue // ours to read, not nginx's
		}
		at := sysinfo.Place{File: p.File, Line: p.Line}
		return &confError{p.Text, at, []Evidence{lineOf(g.Root, at)}}
	}
	return nil
}

// testedTrouble asks nginx itself; sure is false when the test proves nothing.
func testedTrouble(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, n *sysinfo.Nginx) (t *confError, sure bool) {
	args := []string{"-t"}
	if g.Config != "/etc/nginx/nginx.conf" {
		args = append(args, "-c", g.Config)
	}
	out, err := f.Host.Run(ctx, n.Binary, args...)
	if err != nil {
		return nil, false
	}
	run := nginx.ParseTest(append(out.Stderr, out.Stdout...), out.Exit)
	switch run.Verdict {
	case nginx.TestOK:
		return nil, true
	case nginx.TestFailed:
		p := run.Problems[0]
		t := &confError{text: p.Text, place: sysinfo.Place{File: p.File, Line: p.Line}, evidence: []Evidence{{Source: "nginx -t", Text: p.Text}}}
		t.locate(g, n)
		return t, true
	case nginx.TestKilled:
		return &confError{text: "nginx -t crashes: files that include each other do that", evidence: []Evidence{{Source: "nginx -t", Text: "ended by a signal"}}}, true
	}
	return nil, false
}

// emergTrouble reads the last start in the journal.
func emergTrouble(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) *confError {
	if g.Unit == "" {
		return nil
	}
	lines, err := f.Journal(ctx, g.Unit)
	if err != nil {
		return nil
	}
	for _, l := range lastAttempt(lines) {
		_, text, ok := strings.Cut(l.Text, "[emerg] ")
		if !ok || strings.Contains(text, "bind()") || strings.Contains(text, "could not bind") {
			continue
		}
		run := nginx.ParseTest([]byte("nginx: [emerg] "+text+"\n"), 1)
		if len(run.Problems) == 0 {
			continue
		}
		p := run.Problems[0]
		t := &confError{text: p.Text, place: sysinfo.Place{File: p.File, Line: p.Line}, evidence: []Evidence{{Source: "journalctl -u " + unitWord(g.Unit), Text: l.Text, Time: l.Time}}}
		if n := nginxOf(g); n != nil {
			t.locate(g, n)
		}
		return t
	}
	return nil
}

// locate finds the line that names the file an error is about: nginx tells no place for certificates.
func (t *confError) locate(g *sysinfo.Gateway, n *sysinfo.Nginx) {
	if i := strings.Index(t.text, "["); i > 0 && strings.Contains(t.text[:i], "#") { // "2026/11/23 … 247#247: "
		_, t.text, _ = strings.Cut(t.text, ": ")
	}
	if t.place.Known() {
		t.evidence = append(t.evidence, lineOf(g.Root, t.place))
		return
	}
	quoted := strings.Split(t.text, `"`)
	for _, s := range n.Config.Servers() {
		for _, name := range []string{"ssl_certificate", "ssl_certificate_key", "ssl_trusted_certificate", "ssl_client_certificate", "ssl_dhparam", "auth_basic_user_file"} {
			for _, set := range s.All(name) {
				if len(quoted) > 1 && (quoted[1] == set.Value() || strings.HasSuffix(quoted[1], "/"+set.Value())) {
					t.place = sysinfo.Place(set.Place)
					t.evidence = append(t.evidence, lineOf(g.Root, t.place))
					return
				}
			}
		}
	}
}

// missingCertificate is what nginx would say of a certificate whose file is gone.
func missingCertificate(g *sysinfo.Gateway, n *sysinfo.Nginx) *confError {
	for _, s := range n.Config.Servers() {
		for _, set := range s.Certificates() {
			name := set.Value()
			if strings.Contains(name, "$") || strings.HasPrefix(name, "data:") {
				continue
			}
			if _, err := g.Root.Stat(name); errors.Is(err, fs.ErrNotExist) {
				at := sysinfo.Place(set.Place)
				return &confError{fmt.Sprintf("cannot load certificate %q", name), at, []Evidence{lineOf(g.Root, at), {Source: "ls -l " + name, Text: "no such file"}}}
			}
		}
	}
	return nil
}

func (t *confError) finding(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) *Finding {
	text, _, _ := strings.Cut(t.text, ": BIO_new_file() failed") // OpenSSL's own words are in the evidence
	found := &Finding{Status: Fail, Confidence: 0.97, Where: t.place, Summary: "nginx does not start: " + text, Evidence: slices.Clone(t.evidence)}
	if u, ok := f.Unit(ctx, g.Unit); ok {
		found.Evidence = append(found.Evidence, unitSays(u))
	}
	x := Fix{Title: "Correct the configuration, then start nginx", Risk: Low}
	if g.Running() {
		x.Title = "Correct the configuration, then reload nginx"
	}
	found.Fix = nginxReload(ctx, f, g, t.repair(g, x))
	return found
}

// repair corrects the line, where a command can know how.
func (t *confError) repair(g *sysinfo.Gateway, x Fix) Fix {
	line := ""
	if t.place.Known() {
		line = configLine(g.Root, t.place)
		x.Undo = setLine(g.Root, t.place, line)
	}
	quoted := strings.Split(t.text, `"`)
	name := ""
	if len(quoted) > 1 {
		name = quoted[1]
	}
	off := commentOut(g.Root, t.place)
	switch {
	case strings.HasPrefix(t.text, "unknown directive") && strings.HasSuffix(t.text, "?)") && strings.Contains(line, name):
		meant := strings.TrimSuffix(t.text[strings.LastIndexByte(t.text, '(')+1:], "?)")
		return x.Do(fmt.Sprintf("Correct the slip: %s is %s", name, meant), "%s", replace(g.Root, t.place, name, meant))
	case strings.HasPrefix(t.text, "unknown directive") && t.place.Known() && alone(line):
		return x.Do(fmt.Sprintf("Take the line out (or install the module that brings %s)", name), "%s", off)
	case strings.HasPrefix(t.text, "open()") && strings.HasPrefix(line, "include") && alone(line):
		return x.Do("Take the include out: its file is not there", "%s", off)
	case strings.HasPrefix(t.text, "include loop") && alone(line):
		return x.Do("Take this include out: the files include each other without end", "%s", off)
	case strings.Contains(t.text, "cannot load certificate"):
		return x.Tell("Put the file of %s back, or let it be issued again (certbot certificates lists what is there); or name another one at %s", name, t.place)
	case strings.Contains(t.text, "host not found"):
		return x.Tell("The name %s does not resolve: correct it at %s, add it to /etc/hosts, or repair DNS; nginx asks for it at every start", name, t.place)
	case t.place.Known():
		return x.Tell("Correct %s", t.place)
	}
	return x.Tell("Correct what nginx -t complains about")
}

// alone says that a line holds one directive and nothing else, so that it can be taken out by itself.
func alone(line string) bool {
	line, _, _ = strings.Cut(line, " #")
	line = strings.TrimSpace(line)
	return strings.Count(line, ";") == 1 && strings.HasSuffix(line, ";") && !strings.ContainsAny(line, "{}")
}
