package checks

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
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
			tls := (*sysinfo.Site)(nil)
			redirect, says := sysinfo.Place{}, Evidence{}
			for _, other := range s.Gateway.Sites {
				if !sameNames(other, s) {
					continue
				}
				if byTLS(other) > 0 {
					tls = other
				}
				if at, ev := redirectsToTLS(ctx, f, other); at.Known() {
					redirect, says = at, ev
				}
			}
			found := &Finding{Status: Pass}
			if redirect.Known() {
				found.Evidence = []Evidence{says}
			}
			switch {
			case tls != nil:
				strict, plain := strictRefuses(ctx, f, tls), "plain HTTP is answered as well, so Flexible works, without protection on the way here"
				if redirect.Known() {
					plain = fmt.Sprintf("plain HTTP is redirected at %s: Flexible would loop", redirect)
				}
				if strict == "" {
					found.Summary = fmt.Sprintf("%s: served by TLS, Full and Full (strict) fit; %s", s, plain)
					break
				}
				found.Summary = fmt.Sprintf("%s: served by TLS, Full fits, and Full (strict) ends in 526: its certificate %s; %s", s, strict, plain)
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

// byTLS is how many of a site's listeners speak TLS.
func byTLS(s *sysinfo.Site) int {
	n := 0
	for _, l := range s.Listen {
		if l.TLS {
			n++
		}
	}
	return n
}

// strictRefuses is what Cloudflare's Full (strict) has against the certificate of a site, empty where nothing is seen: it takes what an authority
// that browsers know has signed, for this name and this day, and its own authority's.
func strictRefuses(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) string {
	shown, _, err := shownBy(ctx, f, s)
	if err != nil || len(shown) == 0 {
		return ""
	}
	switch c := shown[0]; {
	case f.Host.Now().After(c.NotAfter):
		return "ran out on " + c.NotAfter.Format("2006-01-02")
	case selfSigned(c):
		return "is signed by itself"
	case c.VerifyHostname(s.Name) != nil && s.Name != "" && s.Name != "_":
		return "is for " + orDefault(strings.Join(c.DNSNames, ", "), "no name")
	case lacksSigner(s.Gateway.Root, shown):
		return "comes without the one that signed it"
	}
	return ""
}

// redirectsToTLS is the line by which a plain site sends its visitors to https: as it answers, else as nginx's own lines say.
func redirectsToTLS(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) (sysinfo.Place, Evidence) {
	if byTLS(s) > 0 {
		return sysinfo.Place{}, Evidence{}
	}
	line, page := returnsTLS(s), false
	for _, a := range f.Answers(ctx, s) {
		to, err := url.Parse(a.Header.Get("Location"))
		sent := err == nil && a.Status > 300 && a.Status < 309 && to.Scheme == "https" && calledHere(s.Gateway, to.Hostname())
		if !sent && !a.Question.TLS { // an answer by TLS came behind a redirect that was followed
			page = page || a.Status > 0 && (a.Status < 300 || a.Status > 308)
			continue
		}
		word := "leads to https"
		if sent {
			word = fmt.Sprintf("%d to %s", a.Status, to)
		}
		if line.Known() {
			return line, lineOf(s.Gateway.Root, line)
		}
		return s.Where, Evidence{Source: "GET " + a.Question.Path() + " by plain HTTP", Text: word}
	}
	if line.Known() && !page { // else it is about other pages
		return line, lineOf(s.Gateway.Root, line)
	}
	return sysinfo.Place{}, Evidence{}
}

// calledHere says that a name is one of a gateway's sites.
func calledHere(g *sysinfo.Gateway, name string) bool {
	return slices.ContainsFunc(g.Sites, func(s *sysinfo.Site) bool { return s.Name == name || slices.Contains(s.Names, name) })
}

// returnsTLS is the return line of a plain site of nginx's that sends its visitors to https.
func returnsTLS(s *sysinfo.Site) sysinfo.Place {
	srv, ok := s.Extra.(*nginx.Server)
	if !ok {
		return sysinfo.Place{}
	}
	for _, r := range srv.Returns() {
		at := r.Place
		if r.Code >= http.StatusMovedPermanently && r.Code <= http.StatusPermanentRedirect && strings.Contains(configLine(s.Gateway.Root, at), "https://") {
			return at
		}
	}
	return sysinfo.Place{}
}
