package checks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// modSecurity tells whether its engine blocks or only watches, by what Apache loads and by the files that distributions, packages and panels read; and what it
// turned away, by its own log and by the gateways'.
func modSecurity(ctx context.Context, f *sysinfo.Facts) []Finding {
	m := f.ModSecurity(ctx)
	var out []Finding
	awake := -1
	for _, e := range m.Engines {
		say := map[string]string{"on": "blocks", "detectiononly": "only watches", "off": "is off"}[strings.ToLower(e.Value)]
		if say == "" {
			continue
		}
		if awake < 0 && say != "is off" {
			awake = len(out)
		}
		out = append(out, Finding{Status: Pass, Summary: fmt.Sprintf("ModSecurity %s (SecRuleEngine %s)", say, e.Value), Evidence: []Evidence{lineOf(f.Host.Root, e.Place)}})
	}
	if awake < 0 {
		return out
	}
	told := false
	for _, log := range m.Audits {
		told = auditSays(f, log, &out[awake]) || told
	}
	if count, last := denied(ctx, f); count > 0 {
		if !told {
			out[awake].Summary += fmt.Sprintf("; %s denied, the last at %s", plural(count, "request", "requests"), last.Time.Format("15:04:05"))
		}
		out[awake].Evidence = append(out[awake].Evidence, quoteLine(last))
	}
	return out
}

// auditSays adds what ModSecurity's own log tells of the window: how many it denied, and the last of them by each rule.
func auditSays(f *sysinfo.Facts, log sysinfo.AuditLog, found *Finding) bool {
	if strings.HasPrefix(log.Path, "|") {
		found.Summary += "; a program takes its own log, which was not looked at"
		return false
	}
	hits, err := f.Denials(log)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false
	case err != nil:
		found.Summary += "; its own log cannot be read: " + err.Error()
		return false
	case len(hits) == 0:
		return false
	}
	found.Summary += fmt.Sprintf("; %s denied within %s, the last at %s: %s", plural(len(hits), "request", "requests"), Span(f.Since), hits[0].At.In(f.Host.Now().Location()).Format("15:04:05"), cmp.Or(hits[0].Request, "a request"))
	rules := map[string]bool{}
	for _, h := range hits {
		if !rules[h.Rules] && len(rules) < 3 {
			rules[h.Rules] = true
			found.Evidence = append(found.Evidence, deniedRow(log, h, hits))
		}
	}
	return true
}

// deniedRow is the last request that a rule turned away, and how often it did; of the request no more than its path.
func deniedRow(log sysinfo.AuditLog, last sysinfo.FirewallHit, hits []sysinfo.FirewallHit) Evidence {
	n := 0
	for _, h := range hits {
		if h.Rules == last.Rules {
			n++
		}
	}
	text := fmt.Sprintf("rule %s", cmp.Or(last.Rules, "(without a number)"))
	if last.Why != "" {
		text += fmt.Sprintf(" (%s)", last.Why)
	}
	text += fmt.Sprintf(" denied %s", cmp.Or(last.Request, "a request"))
	if last.Host != "" {
		text += " at " + last.Host
	}
	if last.Status > 0 {
		text += fmt.Sprintf(" with %d", last.Status)
	}
	if len(last.Saw) > 0 {
		text += fmt.Sprintf("; found by rule %s", strings.Join(last.Saw[:min(4, len(last.Saw))], ", "))
	}
	if n > 1 {
		text += fmt.Sprintf("; %d requests by this rule", n)
	}
	return Evidence{Source: log.Path, Text: Quote(text), Time: last.At}
}

// denied counts what ModSecurity turned away within the window, by the gateways' logs.
func denied(ctx context.Context, f *sysinfo.Facts) (int, sysinfo.LogLine) {
	var last sysinfo.LogLine
	n := 0
	logs, err := f.Logs(ctx)
	if err != nil {
		return 0, last
	}
	for _, g := range logs.Groups {
		if g.Kind == errlog.WAFDenied {
			n += g.Count
			last = g.Latest[len(g.Latest)-1]
		}
	}
	return n, last
}

// deniedHere are the entries of ModSecurity's own log about a site: of one rule, or with an answer of its own for a page that fails now.
func deniedHere(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, keep func(sysinfo.FirewallHit) bool) (sysinfo.AuditLog, []sysinfo.FirewallHit) {
	for _, log := range f.ModSecurity(ctx).Audits {
		all, err := f.Denials(log)
		if err != nil {
			continue // the fact tells of it
		}
		var here []sysinfo.FirewallHit
		for _, h := range all {
			host, _, _ := strings.Cut(h.Host, ":")
			if (host == "" || s.Called(host)) && keep(h) {
				here = append(here, h)
			}
		}
		if len(here) > 0 {
			return log, here
		}
	}
	return sysinfo.AuditLog{}, nil
}
