package checks

import (
	"context"
	"fmt"
	"slices"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// mismatchKinds are what nginx says when the other side speaks another language.
var mismatchKinds = []errlog.Kind{errlog.FastCGIVersion, errlog.NotHTTP, errlog.HTTP2Frame, errlog.TLSWrongVersion, errlog.ReadReset,
	errlog.PrematureClose, errlog.ReadTimeout, errlog.TLSTimeout, errlog.SendReset, errlog.FastCGIRecord, errlog.TLSClosed}

// upstreamProtocolMismatch: right address, wrong language.
func upstreamProtocolMismatch() Check {
	return Check{
		ID: "upstream-protocol-mismatch", Title: "The gateway speaks each upstream's language", Topic: Upstreams,
		Means: `The address is right and somebody answers, but gateway and program speak different protocols: HTTP to PHP-FPM, FastCGI to a web
server, plain HTTP where TLS is expected, or the other way round. Every request fails, each in its own odd way. Use the directive that
fits the program: nginx has fastcgi_pass for PHP-FPM, uwsgi_pass for a uWSGI socket, grpc_pass and proxy_pass; Apache fcgi://,
uwsgi:// and http:// before the address; HAProxy a FastCGI app of its own, ssl, or neither.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			line, now, ok := l.has(mismatchKinds...)
			if l = l.speaking(line.Upstream.Scheme); !l.reach.Open() && l.reach.Err == nil || l.Scheme == "" {
				return nil
			}
			if found := prefaced(ctx, f, l); found != nil {
				return found
			}
			if found := unwantedPreface(ctx, f, l); found != nil {
				return found
			}
			has, said := heard(ctx, f, l)
			if has == "" && ok {
				has = tells(line)
			}
			if has == "" {
				return noHTTP(ctx, f, l, line, now)
			}
			if fits(l.Scheme, has) {
				return pass(fmt.Sprintf("%s speaks %s, and %s does too", l.Address(), has, l.From))
			}
			if !ok && !l.hit && !l.silent {
				return nil
			}
			found := &Finding{Status: Fail, Confidence: 0.96, Where: l.spoken(), Summary: fmt.Sprintf("%s speaks %s to %s, which understands %s", l.From, l.Scheme, l.Address(), has),
				Evidence: []Evidence{lineOf(l.Site.Gateway.Root, l.spoken())}, Covers: []ID{"upstream-premature-close", "upstream-read-timeout", "upstream-tls-handshake", "fcgi-empty-stdout", "allowed-clients-denied"}}
			if !slices.Contains([]string{"http", "https", "http2", "grpc", "fastcgi", "uwsgi"}, has) {
				found.Where = l.Where // no way to speak is right there: it is the address that is wrong
			}
			if l.reach.Owner != nil {
				found.Evidence = append(found.Evidence, Evidence{Source: "ss -ltnp", Text: fmt.Sprintf("%s is %s (pid %d)", l.Address(), l.reach.Owner.Cmd, l.reach.Owner.PID)})
			} else if p, known := uwsgiUnowned(ctx, f, l); known != "" {
				found.Evidence = append(found.Evidence, Evidence{Source: "ps", Text: fmt.Sprintf("%s (pid %d)", p.Cmd, p.PID)})
			}
			found.Evidence = append(found.Evidence, said...)
			if ok {
				found.Evidence = append(found.Evidence, quoteLine(line))
				if !now && !l.hit && !l.silent {
					found.When, found.Status = l.comesAndGoes(line)
				}
			}
			if among, up := amongOthers(ctx, f, l, has); among && nginxOf(l.Site.Gateway) != nil {
				leaveOut(ctx, f, l, up, found)
				return found
			}
			found.Fix = speak(ctx, f, l, has)
			speakToBrothers(ctx, f, l, has, found)
			if has == "uwsgi" {
				overHTTP(ctx, f, l, found)
			}
			return found
		}),
	}
}

// fits says that a scheme reaches a program of that protocol.
func fits(scheme, has string) bool {
	switch scheme {
	case "grpc":
		return has == "grpc" || has == "http2"
	case "suwsgi":
		return has == "uwsgi"
	}
	return scheme == has
}

// tells is the protocol that a log line gives away.
func tells(line sysinfo.LogLine) string {
	switch line.Kind {
	case errlog.FastCGIVersion:
		if line.Number == 'H' {
			return "http"
		}
	case errlog.HTTP2Frame, errlog.TLSWrongVersion:
		return "http"
	}
	return ""
}
