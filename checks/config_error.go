package checks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/nginx"
)

// confError is what stops nginx from starting.
type confError struct {
	text     string
	place    sysinfo.Place
	evidence []Evidence
	asked    string // the port of this machine at which another gateway asks for a virtual host of it that has no Listen line
	config   string // the file that the gateway reads once it is mended, where that is another one
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
		return &confError{text: p.Text, place: at, evidence: []Evidence{lineOf(g.Root, at)}}
	}
	return nil
}

// testedTrouble asks nginx itself; sure is false when the test proves nothing.
func testedTrouble(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, n *sysinfo.Nginx) (t *confError, sure bool) {
	args := []string{"-t"}
	if g.Config != "/etc/nginx/nginx.conf" {
		args = append(args, "-c", g.Config)
	}
	if !g.Running() { // the test opens its addresses for a moment (ngx_open_listening_sockets): who asks there just then is hung up on
		_, _ = hops(ctx, f) // all pages are asked for first; whoever needs the hops sees the error
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
	if zoneGone.MatchString(t.text) || busyBuffers.MatchString(t.text) { // told of where nginx noticed, the end of it all
		t.place = sysinfo.Place{}
		t.seek(g, n, "")
	}
	if t.place.Known() {
		t.evidence = append(t.evidence, lineOf(g.Root, t.place))
		return
	}
	if strings.HasPrefix(t.text, `no "events" section`) {
		t.place = sysinfo.Place{File: g.Config}
		return
	}
	quoted := strings.Split(t.text, `"`)
	if len(quoted) > 1 {
		if at := filePlace(n, quoted[1]); at.Known() {
			t.place = at
			t.evidence = append(t.evidence, lineOf(g.Root, at))
			return
		}
	}
	if name := ""; len(quoted) > 1 || bindGone.MatchString(t.text) {
		if len(quoted) > 1 {
			name = quoted[1]
		}
		if t.seek(g, n, name); t.place.Known() {
			return
		}
	}
	for _, s := range n.Config.Servers() {
		for _, name := range []string{"ssl_certificate", "ssl_certificate_key", "ssl_trusted_certificate", "ssl_client_certificate", "ssl_dhparam", "auth_basic_user_file"} {
			for _, set := range s.All(name) {
				if len(quoted) > 1 && (quoted[1] == set.Value() || strings.HasSuffix(quoted[1], "/"+set.Value())) {
					t.place = set.Place
					t.evidence = append(t.evidence, lineOf(g.Root, t.place))
					return
				}
			}
		}
	}
}

// filePlace is the line that names a log or a cache's folder.
func filePlace(n *sysinfo.Nginx, file string) sysinfo.Place {
	logs := n.Config.ErrorLogs()
	for _, s := range n.Config.Servers() {
		logs = append(append(logs, s.ErrorLogs(s.Block)...), s.AccessLogs(s.Block)...)
	}
	for _, l := range logs {
		if l.Path == file && l.Place.File != "" {
			return l.Place
		}
	}
	for _, s := range n.Config.Servers() {
		for _, name := range []string{"proxy_cache_path", "fastcgi_cache_path", "uwsgi_cache_path", "client_body_temp_path", "proxy_temp_path", "fastcgi_temp_path", "uwsgi_temp_path", "scgi_temp_path"} {
			for _, set := range s.All(name) {
				if set.Value() == file {
					return set.Place
				}
			}
		}
	}
	return sysinfo.Place{}
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
				at := set.Place
				return &confError{text: fmt.Sprintf("cannot load certificate %q", name), place: at, evidence: []Evidence{lineOf(g.Root, at), {Source: "ls -l " + name, Text: "no such file"}}}
			}
		}
	}
	return nil
}
