package sysinfo

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"strings"
	"time"

	"fix502/sysinfo/errlog"
	"fix502/sysinfo/probe"
)

// unheard are the errors of a page's script that no log has: what PHP says on stderr Caddy lets fall (capture_stderr is off by default,
// modules/caddyhttp/reverseproxy/fastcgi). The pool is asked for the page once more, and listened to.
func (f *Facts) unheard(ctx context.Context, s *Site) []LogLine {
	if s.Gateway.Kind != "caddy" || !path.IsAbs(s.Root) || strings.ContainsAny(s.Root, "{}") {
		return nil
	}
	for _, a := range f.Answers(ctx, s) {
		h := f.PageOf(s, a.Question.URI)
		script := s.Script(withoutQuery(a.Question.URI))
		if a.Status != http.StatusInternalServerError && a.Status != http.StatusServiceUnavailable || h == nil || h.Scheme != "fastcgi" || script == "" {
			continue
		}
		r := f.Reach(ctx, h)
		if !r.Open() || !r.Local || r.Listener.Queue > 0 {
			continue
		}
		ctx, cancel := context.WithTimeout(ctx, max(2*time.Second, a.Took+time.Second)) // one that computes until PHP ends it takes as long again
		defer cancel()
		said, err := probe.Stderr(ctx, f.dialHop(h, r), scriptParams(a.Question, s.Root, script))
		if err == nil || said != "" {
			return f.scriptLines(h, said)
		}
	}
	return nil
}

// Script is the file that PHP runs for a page, as most sites have it (Caddy's php_fastcgi by itself): its own, the index of its folder, or the index of
// all. Empty without one.
func (s *Site) Script(uri string) string {
	for _, name := range []string{uri, uri + "/index.php", "/index.php"} {
		if full := path.Join(s.Root, path.Clean("/"+name)); strings.HasSuffix(full, ".php") && s.Gateway.Root.Exists(full) {
			return full
		}
	}
	return ""
}

func scriptParams(q Question, root, script string) []probe.Param {
	_, query, _ := strings.Cut(q.URI, "?")
	out := []probe.Param{
		{Name: "GATEWAY_INTERFACE", Value: "CGI/1.1"}, {Name: "SERVER_PROTOCOL", Value: "HTTP/1.1"}, {Name: "REQUEST_METHOD", Value: "GET"},
		{Name: "SCRIPT_FILENAME", Value: script}, {Name: "SCRIPT_NAME", Value: strings.TrimPrefix(script, root)}, {Name: "DOCUMENT_ROOT", Value: root},
		{Name: "REQUEST_URI", Value: q.URI}, {Name: "QUERY_STRING", Value: query}, {Name: "HTTP_HOST", Value: q.Host}, {Name: "SERVER_NAME", Value: q.Host},
		{Name: "REMOTE_ADDR", Value: "127.0.0.1"}, {Name: "HTTP_USER_AGENT", Value: ourselves},
	}
	if q.TLS {
		out = append(out, probe.Param{Name: "HTTPS", Value: "on"})
	}
	return out
}

// scriptLines reads what a script said as PHP's own log would have it.
func (f *Facts) scriptLines(h *Hop, said string) []LogLine {
	now, p := f.Host.Now(), errlog.NewParser(f.zone())
	var out []LogLine
	for line := range strings.Lines(said) {
		text, ours := strings.CutPrefix(strings.TrimSpace(line), "PHP message: ")
		if !ours || len(out) == 20 {
			continue
		}
		ev := p.Parse(fmt.Sprintf("[%s UTC] %s", now.UTC().Format("02-Jan-2006 15:04:05"), text))
		out = append(out, LogLine{Event: ev, Source: "PHP-FPM at " + h.Address() + ", asked for the page", Text: text})
	}
	return out
}
