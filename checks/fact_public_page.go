package checks

import (
	"context"
	"fmt"

	"fix502/checks/marks"
	"fix502/sysinfo"
)

// publicPage tells whose answer visitors get: by the marks that networks in front leave on it, and by the two pages of Cloudflare's.
func publicPage() Check {
	return Check{
		ID: "public-page", Title: "Who makes the page that visitors get", Topic: CDN,
		Means: `The page is asked for through its public name, as visitors do, and its headers and its text tell who made it: Cloudflare, CloudFront, Fastly, Akamai, Sucuri,
Imperva or this server. Cloudflare has two pages of its own: with “Host Error” it did not reach this server, the one with no more than a line comes from within
Cloudflare. Another page was made here, and only handed on. Not asked with --offline, and only when you name the page.`,
		Run: perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
			a, ok := publicAnswer(ctx, f, s)
			if !ok || a.Err != nil {
				return nil // origin-direct tells of one that did not come
			}
			by := marks.Fingerprint(a)
			if by.Name == "" {
				return pass(fmt.Sprintf("the public answer of %s, %d, has no mark of a network in front", s, a.Status))
			}
			found := &Finding{Status: Pass, Summary: fmt.Sprintf("the public answer of %s, %d, is by %s", s, a.Status, Quote(by.Name)),
				Evidence: []Evidence{{Source: "GET " + withoutArguments(a.Question.URI) + " from " + a.Question.Address, Text: Quote(by.By)}}}
			if by.Ray != "" {
				found.Summary += fmt.Sprintf(", %s %s", by.RayName, Quote(by.Ray))
			}
			if a.Status < 500 {
				return found
			}
			found.Evidence = append(found.Evidence, Evidence{Source: "what that means", Text: by.Break})
			if by.InFront {
				found.Status = Warn
				found.Fix = Fix{Title: "Look between it and this server", Risk: Low}.Tell("%s Its dashboard tells of the request by the number in the page or in its headers", by.Break)
			}
			return found
		}),
	}
}
