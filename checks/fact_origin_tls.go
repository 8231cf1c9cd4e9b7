package checks

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/nginx"
)

func originTLS() Check {
	return Check{
		ID: "origin-tls", Title: "Cloudflare's TLS mode fits what is served here", Topic: Platform,
		Means: `Behind Cloudflare: whether this server answers by TLS for the site, and whether plain HTTP is redirected to it. Flexible asks by plain HTTP, so a
redirect becomes a loop; Full and Full (strict) ask by TLS, so without it they end in 521 or 525. Which mode is set only Cloudflare's dashboard tells.`,
		Run: perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
			if inFrontOf(ctx, f, s) != "Cloudflare" {
				return nil
			}
			tls := false
			redirect := sysinfo.Place{}
			for _, other := range s.Gateway.Sites {
				if !sameNames(other, s) {
					continue
				}
				for _, l := range other.Listen {
					tls = tls || l.TLS
				}
				if at := redirectsToTLS(other); at.Known() {
					redirect = at
				}
			}
			found := &Finding{Status: Pass}
			if redirect.Known() {
				found.Evidence = []Evidence{lineOf(s.Gateway.Root, redirect)}
			}
			switch {
			case tls && redirect.Known():
				found.Summary = fmt.Sprintf("%s: served by TLS, and plain HTTP is redirected at %s: Full or Full (strict) fits, Flexible would loop", s, redirect)
			case tls:
				found.Summary = fmt.Sprintf("%s: served by TLS and plain HTTP alike: every mode gets an answer; Full (strict) is the safe one", s)
			case redirect.Known():
				found.Status, found.Where = Warn, redirect
				found.Summary = fmt.Sprintf("%s: plain HTTP is redirected to TLS at %s, but TLS is not served here: every mode fails", s, redirect)
				found.Fix = Fix{Title: "Serve TLS here", Risk: Low}.Tell("Cloudflare: SSL/TLS → Origin Server → Create Certificate; put it beside listen 443 ssl; then choose Full (strict) under SSL/TLS → Overview")
			default:
				found.Summary = fmt.Sprintf("%s: plain HTTP only: Flexible fits, Full ends in 521 or 525", s)
			}
			return found
		}),
	}
}

// inFrontOf is the content network in front of a site, by its visitors, its settings or its name.
func inFrontOf(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) string {
	if name, from, all := frontInLog(s); from*2 > all {
		return name
	}
	if _, by := realIP(s); by != "" {
		return by
	}
	by, _ := frontInDNS(ctx, f, s)
	return by
}

// redirectsToTLS is the line by which a plain site sends its visitors to https.
func redirectsToTLS(s *sysinfo.Site) sysinfo.Place {
	srv, ok := s.Extra.(*nginx.Server)
	if !ok {
		return sysinfo.Place{}
	}
	for _, l := range s.Listen {
		if l.TLS {
			return sysinfo.Place{}
		}
	}
	for _, r := range srv.Returns() {
		at := r.Place
		if r.Code >= http.StatusMovedPermanently && r.Code <= http.StatusPermanentRedirect && strings.Contains(configLine(s.Gateway.Root, at), "https://") {
			return at
		}
	}
	return sysinfo.Place{}
}
