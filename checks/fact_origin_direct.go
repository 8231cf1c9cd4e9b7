package checks

import (
	"context"
	"fmt"
	"net/netip"

	"fix502/sysinfo"
)

func originDirect() Check {
	return Check{
		ID: "origin-direct", Title: "This server's own answer", Topic: CDN,
		Means: `The site's page, asked from this server itself, past every CDN, with the site's own name; and where the name is public, the answer that visitors
get through it. If the two differ, the break is between: look at the CDN, the balancer, the firewall. If both fail alike, it is here.`,
		Run: perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
			all := f.Answers(ctx, s)
			if len(all) == 0 {
				return nil
			}
			found := &Finding{Status: Pass, Summary: fmt.Sprintf("%s, asked here, answers %s", s, answerWord(all[0])), Evidence: []Evidence{{Source: "GET " + all[0].Question.Path() + " from " + all[0].Question.Address, Text: answerWord(all[0])}}}
			a, ok := publicAnswer(ctx, f, s)
			if !ok {
				return found
			}
			found.Evidence = append(found.Evidence, Evidence{Source: "GET " + withoutArguments(a.Question.URI) + " from " + a.Question.Address, Text: answerWord(a)})
			found.Summary += fmt.Sprintf("; through its name, at %s, %s", publicAddr(a), answerWord(a))
			if good(all[0]) != good(a) {
				found.Status = Warn
				found.Fix = Fix{Title: "The two ways differ: look between them", Risk: Low}.
					Tell("Here %s, outside %s. At %s: its settings for this site, its health checks, whether its addresses may pass the firewall here", answerWord(all[0]), answerWord(a), orDefault(sysinfo.CDN(publicAddr(a)), publicAddr(a).String()))
			}
			return found
		}),
	}
}

// publicAnswer is what visitors get of the page that somebody complains of; not where its name leads to this machine itself, and slow from here is not
// yet broken.
func publicAnswer(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) (sysinfo.Answer, bool) {
	name, of := f.PublicSite(ctx)
	if of != s || name == "" || f.URL == "" {
		return sysinfo.Answer{}, false
	}
	addrs, err := f.PublicAddrs(ctx, name)
	if err != nil || len(addrs) == 0 || local(ctx, f, addrs[0]) {
		return sysinfo.Answer{}, false
	}
	a, err := f.AskPublic(ctx, s, name, addrs[0])
	return a, err == nil && !a.TimedOut()
}

// publicAddr is whom a public answer came from.
func publicAddr(a sysinfo.Answer) netip.Addr {
	at, _ := netip.ParseAddrPort(a.Question.Address) // we wrote it
	return at.Addr()
}

func good(a sysinfo.Answer) bool {
	return a.Err == nil && a.Status > 0 && a.Status < 500 && a.Cut == ""
}

// answerWord is an answer in a few words: "200 by nginx".
func answerWord(a sysinfo.Answer) string {
	switch {
	case a.TimedOut():
		return "nothing in time"
	case a.Refused():
		return "nobody: refused"
	case a.Err != nil:
		return "nothing: " + a.Err.Error()
	case a.Cut != "":
		return fmt.Sprintf("%s: %s came", a.Word(), a.Cut)
	}
	if server := a.Header.Get("Server"); server != "" {
		return fmt.Sprintf("%d by %s", a.Status, server)
	}
	return fmt.Sprint(a.Status)
}

// local says that an address is this machine's.
func local(ctx context.Context, f *sysinfo.Facts, a netip.Addr) bool {
	if a.IsLoopback() {
		return true
	}
	r, err := f.Host.Route(ctx, a)
	return err == nil && r.Kind == "local"
}
