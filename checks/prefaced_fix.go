package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// prefaceWord is how a web server is told to wait for the PROXY protocol: what to take out, and in a step's words; and the
// lines by which it knows visitors from it, and by which it keeps some of them out.
type prefaceWord struct {
	take            pattern
	say             string
	knows, keepsOut pattern
}

var (
	proxyProtocol  = whenAsked(`\s+proxy_protocol\b`)
	acceptProxy    = whenAsked(`\s+accept-proxy\b`)
	knowsByPreface = whenAsked(`real_ip_header\s+proxy_protocol|\$proxy_protocol_`)
	keepsOut       = whenAsked(`^(allow|deny|satisfy|limit_|geo\b|auth_|map\b)|\breturn\s+(403|444)`)
	knowsSource    = whenAsked(`\bsrc(_\w+)?\b`)
	keepsSource    = whenAsked(`\b(deny|reject|tarpit|silent-drop|auth|track-sc\d)\b|\buse_backend\b`)
	requires       = whenAsked(`(?i)^(<?Require\w*\s+(not\s+)?(ip|host|local|forward-dns)|(Allow|Deny)\s+from|Satisfy)|REMOTE_(ADDR|HOST)`)
)

func preface(kind string) prefaceWord {
	switch kind {
	case "haproxy":
		return prefaceWord{acceptProxy, "accept-proxy out of the bind line", knowsSource, keepsSource}
	case "apache":
		return prefaceWord{nil, "RemoteIPProxyProtocol away", requires, requires}
	case "varnish":
		return prefaceWord{nil, ",PROXY out of varnishd's -a", nil, nil}
	}
	return prefaceWord{proxyProtocol, "proxy_protocol out of the listen line (real_ip_header for the visitors' addresses)", knowsByPreface, keepsOut}
}

// takePlain lets a web server take connections without the PROXY protocol.
func takePlain(ctx context.Context, f *sysinfo.Facts, l *live, in *sysinfo.Site, at []sysinfo.Place) Fix {
	if len(at) > 0 && balanced(l, in) {
		return plainHere(ctx, f, l, in, at)
	}
	root, word := in.Gateway.Root, preface(in.Gateway.Kind)
	x := Fix{Title: "Take plain connections there", Risk: Medium}
	if len(at) == 0 {
		return x.Tell("Let the gateway begin with the PROXY protocol if it can; else take %s (systemctl edit %s), and restart it", word.say, unitWord(in.Gateway.Unit))
	}
	var undo []string
	for _, p := range at {
		line := configLine(root, p)
		edit := commentOut(root, p)
		if word.take != nil {
			edit = replace(root, p, word.take.FindString(line), "")
		}
		x = x.Do(fmt.Sprintf("Take %s at %s", word.say, p), "%s", edit)
		undo = append(undo, setLine(root, p, line))
	}
	x.Undo = undoAll(undo)
	return reload(ctx, f, in.Gateway, x)
}

// whoByPreface is a line by which a web server knows its visitors from the PROXY protocol, where it also keeps some of them out.
// Debian's own status pages are for this machine alone, and their lines are not of it.
func whoByPreface(in *sysinfo.Site) sysinfo.Place {
	word := preface(in.Gateway.Kind)
	var by sysinfo.Place
	turnsAway := false
	for at, line := range linesIn(in.Gateway.Root, configFiles(in.Gateway)...) {
		if word.knows == nil || strings.HasSuffix(at.File, "/mods-enabled/status.conf") || strings.HasSuffix(at.File, "/mods-enabled/info.conf") {
			continue
		}
		line = strings.TrimSpace(withoutComment(line))
		if word.knows.MatchString(line) && !by.Known() {
			by = at
		}
		turnsAway = turnsAway || word.keepsOut.MatchString(line)
	}
	if !turnsAway {
		return sysinfo.Place{}
	}
	return by
}
