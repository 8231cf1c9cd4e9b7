package checks

import (
	"context"
	"fmt"
	"time"

	"fix502/sysinfo"
)

// cdnPatience is how long content networks wait for an answer unless told otherwise, as their manuals say: Cloudflare
// 100 s, CloudFront 30 s, Fastly 60 s between bytes.
var cdnPatience = map[string]time.Duration{"Cloudflare": 100 * time.Second, "CloudFront": 30 * time.Second, "Fastly": time.Minute}

func preventCDN() Check {
	return prevention(Check{
		ID: "prevention-cdn", Title: "The CDN waits as long as the server needs",
		Means: `Where a content network stands in front: whether it waits longer than the gateway here does. If it gives up first, visitors get its 504 or 524 while the
server still works on the page, and the log here shows only a client that went away (499). First step: long work into a queue; let it cache what never changes.`,
	}, func(ctx context.Context, f *sysinfo.Facts) (string, string, []Evidence) {
		for _, s := range f.Sites(ctx) {
			name, from, all := frontInLog(s)
			if set, by := realIP(s); name == "" && set.Set() {
				name, from, all = by, 1, 1
			}
			patience, ok := cdnPatience[name]
			if !ok || from*2 <= all {
				continue
			}
			for _, h := range s.Hops {
				ev := []Evidence{{Source: orDefault(h.Settings.ReadWhere.String(), h.From+"'s default"), Text: "waits " + seconds(h.Settings.Read)}}
				if h.Settings.Read > patience {
					return "", fmt.Sprintf("%s gives up after %s, %s waits %s: visitors get its 504 or 524 first", name, seconds(patience), h.From, seconds(h.Settings.Read)), ev
				}
				return fmt.Sprintf("%s waits %s, longer than %s's %s", name, seconds(patience), h.From, seconds(h.Settings.Read)), "", ev
			}
		}
		return "", "", nil
	})
}
