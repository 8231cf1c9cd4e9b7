package checks

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// modsecurityBlocks: the web application firewall turned the request away, with a status that looks like a failure.
func modsecurityBlocks() Check {
	return Check{
		ID: "modsecurity-blocks", Title: "The web application firewall lets good requests through", Topic: CDN,
		Means: `ModSecurity denied the request. That is a 403 by default, but a rule may say 503, or drop the connection, which a gateway in front
shows as 502. The log line names the rule's id, or, where the rule does not log, ModSecurity's own log does (SecAuditLog). Except that one rule for that one address (SecRuleRemoveById in a Location) instead of switching the engine off.`,
		Run: perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
			p, ok := says(ctx, f, s, errlog.WAFDenied)
			if !ok {
				return deniedUnheard(ctx, f, s)
			}
			if p.Status != 0 && p.Status < http.StatusInternalServerError {
				return nil // its 403 is no failure of the gateway
			}
			id := sysinfo.RuleField(p.Text, "id")
			rule := sysinfo.RulePlace(p.Text)
			found := &Finding{Confidence: 0.95, Where: rule, Summary: fmt.Sprintf("rule %s of ModSecurity turns %s away with %d", cmp.Or(id, "(see its line)"), cmp.Or(sysinfo.RuleField(p.Text, "uri"), "a request"), p.Status),
				Covers: []ID{"maintenance-503", "upstream-returned-5xx"}}
			if rule.Known() {
				found.Evidence = append(found.Evidence, lineOf(s.Gateway.Root, rule))
			}
			if log, hits := deniedHere(ctx, f, s, func(h sysinfo.FirewallHit) bool { return h.Rules == id && h.Status == p.Status }); len(hits) > 0 {
				found.Evidence = append(found.Evidence, deniedRow(log, hits[0], hits))
				p.count = len(hits) // the gateway's log counts all rules together
			}
			found.Fix = exceptRule(ctx, f, s, id)
			if p.judge(found); !p.now && aboutWhoAsks.MatchString(p.Text) {
				found.Status = Warn
			}
			return found
		}),
	}
}

// aboutWhoAsks says that a rule looked at who asks, not at what was asked: it turns scanners away by their names, and a browser was none of them.
var aboutWhoAsks = whenAsked(`\bat REQUEST_HEADERS:User-Agent\b`)

// deniedUnheard is the same where the gateway's log has no line of it (nolog, another level): the page that was asked now stands in ModSecurity's own log.
func deniedUnheard(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	for _, a := range f.Answers(ctx, s) {
		if a.Status < http.StatusInternalServerError {
			continue
		}
		asked, _, _ := strings.Cut(a.Question.URI, "?")
		log, hits := deniedHere(ctx, f, s, func(h sysinfo.FirewallHit) bool {
			_, page, _ := strings.Cut(h.Request, " ")
			return h.Status == a.Status && page == asked && f.Host.Now().Sub(h.At) < time.Minute
		})
		if len(hits) > 0 {
			return &Finding{Status: Fail, Confidence: 0.9, Where: hits[0].Where, Covers: []ID{"maintenance-503", "upstream-returned-5xx"}, Evidence: []Evidence{deniedRow(log, hits[0], hits)},
				Summary: fmt.Sprintf("rule %s of ModSecurity turns %s away with %d", cmp.Or(hits[0].Rules, "(see its own log)"), asked, a.Status), Fix: exceptRule(ctx, f, s, hits[0].Rules)}
		}
	}
	return nil
}

// exceptRule switches one rule off for one site.
func exceptRule(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, id string) Fix {
	x := Fix{Title: "Except this one rule in this site, if the request was a good one", Risk: Medium}
	x = x.Tell("Look at the request first: the line says what the rule found. An attack was turned away rightly")
	if _, ok := s.Gateway.Extra.(*sysinfo.Apache); !ok || id == "" || !s.Where.Known() {
		return x.Tell("Add SecRuleRemoveById %s where the site's rules are loaded, test the configuration and reload", cmp.Or(id, "with the rule's number"))
	}
	end, ok := hostEnd(s.Gateway.Root, s.Where)
	if !ok {
		return x.Tell("Add SecRuleRemoveById %s below the line that loads the rule, test the configuration and reload", id)
	}
	x.Undo = fmt.Sprintf("sed -i %dd %s", end.Line, sh(realFile(s.Gateway.Root, end.File)))
	return reload(ctx, f, s.Gateway, x.Do("Switch this one rule off at the end of the site, where it is known already; better, within a <Location> of the one page", "%s", sedLines(s.Gateway.Root, end, 'i', "SecRuleRemoveById "+id)))
}

// hostEnd is the line that closes the virtual host which begins at a place.
func hostEnd(r sysinfo.Root, begin sysinfo.Place) (sysinfo.Place, bool) {
	for at, line := range linesIn(r, begin.File) {
		if at.Line > begin.Line && strings.EqualFold(strings.TrimSpace(line), "</VirtualHost>") {
			return at, true
		}
	}
	return begin, false
}
