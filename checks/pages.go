package checks

import (
	"context"

	"fix502/sysinfo"
)

// page is a cause that fix502 explains from a log line and does not look for by itself on a running server.
func page(id ID, title string, topic Topic, means string) Check {
	return Check{ID: id, Title: title, Topic: topic, Means: means, Run: func(context.Context, *sysinfo.Facts) ([]Finding, error) { return nil, nil }}
}

// Pages are the causes that only a log can tell so far: of gateways other than nginx, of containers and CDNs, and what
// is regularly taken for a 502 and is none. `fix502 explain ID` shows them.
func Pages() []Check {
	var out []Check
	for _, list := range [][]Check{lookAlikes(), haproxyPages(), otherGatewayPages(), containerPages(), cloudflarePages()} {
		out = append(out, list...)
	}
	return out
}

// Find is a check or page by its id.
func Find(id ID) (Check, bool) {
	for _, c := range append(All(), Pages()...) {
		if c.ID == id {
			return c, true
		}
	}
	return Check{}, false
}

func lookAlikes() []Check {
	return []Check{
		page("primary-script-unknown", "PHP finds the scripts it is asked for", Platform, `"Primary script unknown" and "File not found." are a 404, never a 502: PHP-FPM was
asked for a file that it cannot see. The root in nginx and the real folder differ, PHP-FPM's user may not enter it, or a chroot hides it. Compare root and SCRIPT_FILENAME with the file's
real path, and look at it as the pool's user: sudo -u www-data ls -l FILE.`),
		page("client-closed-499", "Visitors wait for their pages", Logs, `499 means that the visitor, or the CDN in front, went away before the answer came; nginx did nothing wrong. Many of them
after the same number of seconds are an outer time limit (Cloudflare 100 to 120 seconds, a load balancer's 60): then the page is slow, and that is what to look at.`),
		page("request-too-large-4xx", "Requests fit the limits", Platform, `413 and 400 "header too long" are the gateway's own refusal of what the visitor sent, not a failure behind it. An upload larger than
client_max_body_size (1 MiB by default) is the usual one: raise it for that site, and upload_max_filesize and post_max_size of PHP with it.`),
		page("http2-h2c-to-backend", "The gateway speaks the app's HTTP version", Platform, `proxy_pass speaks HTTP/1 to the app. An app that understands only HTTP/2 without TLS (h2c, most gRPC servers) answers with bytes
that make no sense as HTTP/1: 502, or status 009 in nginx's access log. Use grpc_pass for gRPC, or let the app speak HTTP/1.1 as well.`),
	}
}
