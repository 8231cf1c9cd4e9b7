package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

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
fits the program: fastcgi_pass for PHP-FPM, uwsgi_pass for a uWSGI socket, grpc_pass for gRPC, proxy_pass for HTTP.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if !l.reach.Open() && l.reach.Err == nil || l.Scheme == "" { // it stands in a variable's value
				return nil
			}
			if found := prefaced(ctx, f, l); found != nil {
				return found
			}
			if found := unwantedPreface(ctx, f, l); found != nil {
				return found
			}
			line, now, ok := l.has(mismatchKinds...)
			has, said := heard(ctx, f, l)
			if has == "" && ok {
				has = tells(line)
			}
			if has == "" {
				return nil
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
			}
			found.Evidence = append(found.Evidence, said...)
			if ok {
				found.Evidence = append(found.Evidence, quoteLine(line))
				if !now && !l.hit && !l.silent {
					found.When, found.Status = l.comesAndGoes(line)
				}
			}
			found.Fix = speak(ctx, f, l, has)
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

// speak changes the pass to the program's own protocol.
func speak(ctx context.Context, f *sysinfo.Facts, l *live, has string) Fix {
	if _, a, ok := l.apacheHop(); ok {
		return apacheSpeak(ctx, f, l, a, has)
	}
	if slices.Contains([]string{"haproxy", "varnish", "caddy", "traefik", "litespeed"}, l.Site.Gateway.Kind) {
		return respeak(ctx, f, l, has)
	}
	root := l.Site.Gateway.Root
	old := configLine(root, l.Pass)
	x := Fix{Title: "Speak " + has + " to " + l.Address(), Risk: Low, Undo: setLine(root, l.Pass, old)}
	value := strings.TrimSuffix(strings.TrimSpace(afterWord(statement(old, l.family()+"_pass"))), ";")
	value = strings.Trim(value, `"'`)
	_, bare, ok := strings.Cut(value, "://")
	if !ok {
		bare = value
	}
	bare, _, _ = strings.Cut(bare, "/")
	if l.Unix != "" {
		bare = "unix:" + l.Unix
	}
	var line string
	switch has {
	case "https":
		if l.family() == "grpc" { // a gRPC service that was given a certificate still speaks gRPC
			return reload(ctx, f, l.Site.Gateway, x.Do("Correct "+l.Pass.String(), "%s", replace(root, l.Pass, value, "grpcs://"+bare)))
		}
		fallthrough
	case "http":
		line = fmt.Sprintf("proxy_pass %s://%s;", has, bare)
		if l.Unix != "" {
			line = fmt.Sprintf("proxy_pass %s://%s:;", has, bare)
		}
	case "fastcgi":
		line = "include fastcgi.conf; fastcgi_index index.php; fastcgi_pass " + bare + ";"
	case "http2":
		line = "grpc_pass grpc://" + bare + ";"
	case "uwsgi":
		line = "include uwsgi_params; uwsgi_pass " + bare + ";"
	default:
		if c, ok := nearest(ctx, f, l); l.Scheme == "fastcgi" && ok && c.fpm.Running() && calledAfter(l.Site.Name, c.pool.Name) {
			x := pointTo(ctx, f, l, c.address())
			x.Steps = append([]Step{{Say: fmt.Sprintf("%s is %s, no PHP-FPM; pool %s, which is called as the site, listens on %s", l.Address(), has, c.pool.Name, c.address())}}, x.Steps...)
			return x
		}
		if addr, because := rightful(ctx, f, l); addr != "" {
			x := pointTo(ctx, f, l, addr)
			x.Steps = append([]Step{{Say: fmt.Sprintf("%s is %s, no web application; %s", l.Address(), has, because)}}, x.Steps...)
			return x
		}
		return Fix{Title: "Ask another address: this is no web application", Risk: Low}.Tell("%s is %s. Correct %s to the address on which your app listens (ss -ltnp)", l.Address(), has, l.Pass)
	}
	if (has == "http" || has == "https") && l.family() == "proxy" && ok {
		before, _, _ := strings.Cut(statement(old, l.family()+"_pass"), "://") // with the directive's name: the line may hold other addresses
		x = x.Do("Correct "+l.Pass.String(), "%s", replace(root, l.Pass, before+"://", strings.TrimSuffix(before, l.Scheme)+has+"://"))
	} else {
		x = x.Do("Correct "+l.Pass.String(), "%s", replace(root, l.Pass, statement(old, l.family()+"_pass"), line))
	}
	return reload(ctx, f, l.Site.Gateway, x)
}

// statement is a directive as it stands on its line, where other things may stand as well.
func statement(line, name string) string {
	i := strings.Index(line, name)
	if i < 0 {
		return line
	}
	if end := strings.IndexByte(line[i:], ';'); end >= 0 {
		return line[i : i+end+1]
	}
	return line[i:]
}

func afterWord(line string) string {
	_, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	return rest
}
