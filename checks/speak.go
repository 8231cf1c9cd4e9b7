package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// speak changes the pass to the program's own protocol.
func speak(ctx context.Context, f *sysinfo.Facts, l *live, has string) Fix {
	if has == "ajp" {
		return httpConnector(ctx, f, l)
	}
	if _, a, ok := l.apacheHop(); ok {
		return apacheSpeak(ctx, f, l, a, has)
	}
	if slices.Contains([]string{"haproxy", "varnish", "caddy", "traefik", "litespeed"}, l.Site.Gateway.Kind) {
		return respeak(ctx, f, l, has)
	}
	root := l.Site.Gateway.Root
	if at, ok := l.schemeSet(); ok && (has == "http" || has == "https") {
		x := Fix{Title: "Speak " + has + " to " + l.Address(), Risk: Low, Undo: setLine(root, at, configLine(root, at))}
		return reload(ctx, f, l.Site.Gateway, x.Do("Correct "+at.String(), "%s", replace(root, at, l.Scheme, has)))
	}
	if h, ok := l.Extra.(sysinfo.NginxHop); ok && strings.HasPrefix(h.Pass.Value, "$") {
		return Fix{Title: "Speak " + has + " to " + l.Address(), Risk: Low}.Tell("%s takes the protocol from a variable: let it be %s for %s", l.Pass, has, l.Site.Name)
	}
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

// speakToBrothers adds to a repair the same for the other servers of the block that are spoken to wrongly in the same way: with one of them mended, the next
// visitor would get the next one.
func speakToBrothers(ctx context.Context, f *sysinfo.Facts, l *live, has string, found *Finding) {
	for _, h := range l.Site.Hops {
		if l.Block == "" || h.Block != l.Block || h.Where == l.Where || h.Scheme != l.Scheme || h.Down || found.Fix.Undo == "" || len(found.Fix.Steps) > maxPointed {
			continue
		}
		b := &live{Hop: h, reach: f.Reach(ctx, h), hit: l.hit, silent: l.silent, answer: l.answer}
		if !b.reach.Open() || !b.reach.Local {
			continue
		}
		if its, _ := heard(ctx, f, b); its != has {
			continue
		}
		if x := speak(ctx, f, b, has); x.Undo != "" {
			found.Fix.Undo = also(found.Fix.Undo, x.Undo)
			found.Fix.Steps = beforeTheSameEnd(found.Fix.Steps, x.Steps)
			found.Summary += ", and to " + h.Address()
		}
	}
}
