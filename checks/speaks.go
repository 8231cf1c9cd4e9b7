package checks

import (
	"context"
	"path"
	"strings"
	"unicode"

	"fix502/sysinfo"
)

// heard is the protocol that the program behind a hop understands: from what it is and how it was started, and where
// that does not tell and a page has just failed, from its own mouth. Empty when it is not known.
func heard(ctx context.Context, f *sysinfo.Facts, l *live) (has string, said []Evidence) {
	if has = speaks(ctx, f, l); has != "" || !l.hit && !l.silent {
		return has, nil
	}
	answer, err := f.Spoken(ctx, l.Hop)
	if err != nil || answer.Protocol == "" {
		return "", nil
	}
	if answer.Protocol == "http2" && l.Scheme == "http" && l.Unix == "" && answersHTTP(ctx, f, l, l.reach.Addr.String()) {
		return "http", nil // HAProxy and others take both at one port
	}
	asked := "asked in " + answer.Asked
	if answer.Asked == "https" && answer.Protocol != "https" {
		asked = "greeted as a server of TLS is" // any other server answers in its own language
	}
	return answer.Protocol, []Evidence{{Source: l.Address() + ", " + asked, Text: "answers in " + answer.Protocol + firstWords(answer.Said)}}
}

// speaks is heard without asking: nothing is sent to the program.
func speaks(ctx context.Context, f *sysinfo.Facts, l *live) string {
	if in := f.Inner(ctx, l.Hop); in != nil {
		for _, listen := range in.Listen {
			if int(listen.Addr.Port()) == l.Port && listen.TLS {
				return "https"
			}
		}
		return "http"
	}
	if p, _ := f.PoolOf(ctx, l.Hop); p != nil && p.Running() {
		return "fastcgi"
	}
	if c, ok := connectorOf(ctx, f, l); ok && c.AJP {
		return "ajp"
	}
	cmd := ""
	if l.reach.Owner != nil {
		cmd = l.reach.Owner.Cmd
	} else if app := f.AppFor(ctx, l.Hop); app.Unit.Running() {
		cmd = app.Unit.Exec
	} else if _, has := uwsgiUnowned(ctx, f, l); has != "" {
		return has
	}
	has := protocolOf(cmd)
	if has == "uwsgi" {
		return uwsgiProtocol(ctx, f, l, cmd)
	}
	if has != "http" || !strings.Contains(cmd, "gunicorn") {
		return has
	}
	if u := appUnit(ctx, f, l); u.Name != "" {
		if _, tls := lastLineWith(f, gunicornSettings(f, u), gunicornTLS, "#"); tls {
			return "https"
		}
	}
	return "http"
}

// gunicornTLS is the line of gunicorn's settings by which it speaks TLS.
var gunicornTLS = whenAsked(`^\s*certfile\s*=\s*["'][^"']+["']`)

func protocolOf(cmd string) string {
	name := cmd
	if w := strings.Fields(cmd); len(w) > 0 {
		name = path.Base(strings.TrimRight(w[0], ":"))
	}
	switch {
	case strings.HasPrefix(name, "php-fpm"), name == "fcgiwrap", name == "php-cgi", name == "spawn-fcgi":
		return "fastcgi"
	case strings.Contains(cmd, "uwsgi"):
		return "uwsgi"
	case strings.Contains(cmd, "gunicorn"), strings.Contains(cmd, "uvicorn"), strings.Contains(cmd, "hypercorn"), strings.Contains(cmd, "puma"), strings.Contains(cmd, "unicorn"):
		if strings.Contains(cmd, "--certfile") || strings.Contains(cmd, "--ssl-") {
			return "https"
		}
		return "http"
	case strings.HasPrefix(name, "mysqld"), strings.HasPrefix(name, "mariadbd"):
		return "mysql"
	case name == "sshd":
		return "ssh"
	case strings.HasPrefix(name, "redis"), strings.HasPrefix(name, "memcached"), strings.HasPrefix(name, "postgres"):
		return name
	}
	return ""
}

// firstWords is the first line of an answer behind a colon; nothing where it is no text, as of TLS.
func firstWords(said string) string {
	line, _, _ := strings.Cut(said, "\n")
	if line = strings.TrimRight(line, "\r"); line == "" || strings.ContainsFunc(line, unicode.IsControl) {
		return ""
	}
	return ": " + line
}
