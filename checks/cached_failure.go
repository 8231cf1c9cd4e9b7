package checks

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/nginx"
)

// cachedFailure: nginx answers out of its cache, where it keeps failures because it was told to, and the app behind it is well. The same page
// with another query, which no cache knows, proves it.
func cachedFailure(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	h, ok := l.Extra.(sysinfo.NginxHop)
	if !ok || slices.Contains([]string{"", "off"}, h.Pass.Get("cache").Value()) {
		return nil
	}
	status := strconv.Itoa(l.answer.Status)
	kept := keepsFailure(h.Pass, status)
	if !kept.Place.Known() {
		return nil
	}
	q := l.answer.Question
	mark := "?"
	if strings.Contains(q.URI, "?") {
		mark = "&"
	}
	q.URI += mark + "fix502=1"
	now, err := f.Host.Ask(ctx, q)
	if err != nil || now.Status == 0 || now.Status >= 500 {
		return nil
	}
	name := h.Pass.Family + "_cache_valid"
	found := &Finding{Status: Fail, Confidence: 0.97, Where: kept.Place,
		Summary:  fmt.Sprintf("nginx answers %s out of its cache, which keeps failures (%s %s); asked anew, %s answers %d", status, name, strings.Join(kept.Args, " "), l.Address(), now.Status),
		Evidence: []Evidence{lineOf(l.Site.Gateway.Root, kept.Place), pageSays(l.answer, status), pageSays(&now, strconv.Itoa(now.Status)), passLine(l)}}
	found.Fix = keepNoFailures(ctx, f, l, h.Pass, kept)
	return found
}

// keepsFailure is the setting by which a cache keeps answers with a status: it names it, or any (ngx_http_proxy_module, proxy_cache_valid).
// The first one counts; with no time at all it keeps nothing.
func keepsFailure(p *nginx.Pass, status string) nginx.Setting {
	for _, s := range p.Block.All(p.Family + "_cache_valid") {
		if last := len(s.Args) - 1; last > 0 && (slices.Contains(s.Args[:last], status) || slices.Contains(s.Args[:last], "any")) {
			if strings.Trim(s.Args[last], "0smhdwMy") == "" {
				break
			}
			return s
		}
	}
	return nginx.Setting{}
}

// keepNoFailures corrects the setting and takes the failures out of the cache.
func keepNoFailures(ctx context.Context, f *sysinfo.Facts, l *live, p *nginx.Pass, kept nginx.Setting) Fix {
	root := l.Site.Gateway.Root
	line := configLine(root, kept.Place)
	x := Fix{Title: "Keep no failures in the cache", Risk: Low, Undo: setLine(root, kept.Place, line)}
	last := len(kept.Args) - 1
	codes := slices.DeleteFunc(slices.Clone(kept.Args[:last]), func(c string) bool { return c == "any" || strings.HasPrefix(c, "5") })
	if slices.Contains(kept.Args[:last], "any") {
		codes = append(codes, "200", "301", "302") // what nginx keeps by itself
	}
	name := p.Family + "_cache_valid"
	quoted := strings.Split(regexp.QuoteMeta(strings.Join(kept.Args, " ")), " ")
	old := regexp.MustCompile(`\b` + name + `\s+` + strings.Join(quoted, `\s+`) + `\s*;`) // another one may stand before it
	switch written := old.FindString(line); {
	case written == "":
		x = x.Tell("Take %s out of %s at %s", strings.Join(kept.Args[:last], " "), name, kept.Place)
	case len(codes) == 0 && alone(line):
		x = x.Do("Keep failures no more", "%s", commentOut(root, kept.Place))
	default:
		x = x.Do("Keep what is worth it", "%s", replace(root, kept.Place, written, strings.TrimSpace(name+" "+strings.Join(append(codes, kept.Args[last]), " "))+";"))
	}
	x = reload(ctx, f, l.Site.Gateway, x)
	// a file is called by the MD5 of its key, and has that and the answer's head in front; a FastCGI answer begins behind the eight bytes of its record
	if dir := cacheFolder(l.Site.Gateway, p); dir != "" && plainPath.MatchString(dir) {
		x = x.Do("Take the failures out of the cache; nginx asks for these pages anew", `LC_ALL=C find %s -xdev -type f -name '????????????????????????????????' -regex '.*/[0-9a-f]*' -exec grep -qaE '(^|[^ -~])(HTTP/[0-9.]+|Status:) 5[0-9][0-9]' {} \; -delete`, sh(dir))
	}
	return x
}

// cacheFolder is where a pass keeps its cache; empty where that is not known.
func cacheFolder(g *sysinfo.Gateway, p *nginx.Pass) string {
	n := nginxOf(g)
	if n == nil {
		return ""
	}
	zone := "keys_zone=" + p.Get("cache").Value() + ":"
	for _, b := range n.Config.Main.Blocks {
		for _, s := range b.Own(p.Family + "_cache_path") {
			if len(s.Args) > 1 && slices.ContainsFunc(s.Args[1:], func(a string) bool { return strings.HasPrefix(a, zone) }) {
				return s.Args[0]
			}
		}
	}
	return ""
}
