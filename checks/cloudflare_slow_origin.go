package checks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fix502/sysinfo"
)

// cloudflareSlowOrigin finds those visitors in the access log whom Cloudflare gave up: nginx sees its side hang up (499) after 100 seconds and more.
func cloudflareSlowOrigin() Check {
	return Check{
		ID: "cloudflare-524-slow-origin", Title: "The origin answers within Cloudflare's time", Topic: CDN,
		Means: `Your server took longer than Cloudflare waits, 100 to 120 seconds. Move such work into the background; here it shows as 499 after that time.`,
		Run: perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
			if inFrontOf(ctx, f, s) != "Cloudflare" {
				return nil
			}
			n, last := 0, Evidence{}
			for path, text := range accessTails(s) {
				for line := range strings.Lines(text) {
					if givenUp.MatchString(line) && afterItsTime.MatchString(line) {
						n, last = n+1, Evidence{Source: path, Text: strings.TrimSpace(line)}
					}
				}
			}
			if n > 0 {
				return &Finding{Status: Warn, Evidence: []Evidence{last}, Summary: fmt.Sprintf("%s: Cloudflare gave up %s of the latest after 100 seconds and more: visitors saw its 524", s, plural(n, "request", "requests")),
					Fix: Fix{Title: "Answer sooner", Risk: Low}.Tell("Move what takes so long into the background (a queue, cron), and let the page ask whether it is done; Cloudflare waits longer for nobody but its Enterprise customers")}
			}
			if own := ownPatience(s); own > 0 && own < cdnPatience["Cloudflare"] {
				return pass(fmt.Sprintf("%s: the gateway itself gives up after %s at most: Cloudflare, which waits 100 s, passes on its 504", s, seconds(own)))
			}
			return nil
		}),
	}
}

// ownPatience is how long a gateway waits for the slowest of a site's apps; 0 where one is waited for without an end.
func ownPatience(s *sysinfo.Site) time.Duration {
	longest := time.Duration(0)
	for _, h := range s.Hops {
		if h.Settings.Read <= 0 {
			return 0
		}
		longest = max(longest, h.Settings.Read)
	}
	return longest
}

var (
	givenUp      = whenAsked(`" 499 |"status": ?"?499\b`)
	afterItsTime = whenAsked(`(?:^|[\s"=:])(?:99|1[0-2]\d)\.\d{1,3}(?:[\s",}]|$)`) // $request_time
)
