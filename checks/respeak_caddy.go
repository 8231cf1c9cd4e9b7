package checks

import (
	"context"
	"strings"

	"fix502/sysinfo"
)

// fileServer is the directive by which a site of Caddy's serves the files that its PHP does not.
var fileServer = whenAsked(`^file_server\b`)

// caddyTurn turns reverse_proxy, which speaks HTTP, into php_fastcgi, which speaks FastCGI and asks for index.php, and the other way round; false where
// the directive has a block of its own, whose words the other does not know, or no folder is named for PHP to read from.
func caddyTurn(ctx context.Context, f *sysinfo.Facts, l *live, x Fix, old, has string) (Fix, bool) {
	root, s := l.Site.Gateway.Root, l.Site
	was, now := "reverse_proxy", "php_fastcgi"
	if has == "http" {
		was, now = now, was
	}
	if has != "http" && (has != "fastcgi" || s.Root == "") || s.Gateway.Kind != "caddy" || firstWord(old) != was || strings.HasSuffix(old, "{") {
		return x, false
	}
	line := strings.Replace(old, was, now, 1)
	for _, scheme := range []string{"http://", "https://", "h2c://"} {
		line = strings.ReplaceAll(line, scheme, "")
	}
	x = x.Do("Hand the pages over by "+now+" at "+l.Where.String(), "%s", setLine(root, l.Where, line))
	if has == "fastcgi" && l.Where.File == s.Where.File && len(linesOf(root, s.Where.File, s.Where.Line, fileServer, true)) == 0 {
		x = x.Do("php_fastcgi serves no pictures and styles: let Caddy do that", "%s", insertAfter(root, l.Where, "file_server"))
		x.Undo = removeBelow(root, l.Where, 1) + "; " + x.Undo
	}
	return reload(ctx, f, s.Gateway, x), true
}

// transportTLS are the lines of a transport that make it speak TLS, whatever the address says; Caddy takes no such beside http:// (modules/caddyhttp/
// reverseproxy/caddyfile.go).
var transportTLS = whenAsked(`^tls(?:_\w+)?(?:\s|$)`)

// withoutCaddyTLS takes the lines of TLS out of a directive's own block.
func withoutCaddyTLS(root sysinfo.Root, at sysinfo.Place, x Fix) Fix {
	if !strings.HasSuffix(configLine(root, at), "{") {
		return x
	}
	for _, line := range linesOf(root, at.File, at.Line, transportTLS, true) {
		text := configLine(root, line)
		if strings.HasSuffix(text, "{") {
			x = x.Tell("Take the block %q at %s out as well", strings.TrimSuffix(text, "{"), line)
			continue
		}
		x = x.Do("And no word of TLS at "+line.String(), "%s", commentOut(root, line))
		x.Undo = setLine(root, line, text) + "; " + x.Undo
	}
	return x
}
