package checks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"fix502/sysinfo"
)

func wafFact() Check {
	return Check{
		ID: "waf", Title: "Firewalls for web requests", Topic: CDN,
		Means: `ModSecurity, Wordfence and fail2ban turn requests away that look like attacks; now and then a good one. Here is which of them are at work, whether
they only watch or block, and whether they blocked within the time looked at; of ModSecurity by its own log as well (SecAuditLog). Try the failing request with that one rule off, not without the firewall.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			if _, err := f.Gateways(ctx); err != nil {
				return nil, err
			}
			out := modSecurity(ctx, f)
			for _, w := range f.WordPresses(ctx) {
				for _, e := range w.Extras {
					if e.Name == "wordfence" || e.Name == "sucuri-scanner" || e.Name == "better-wp-security" || e.Name == "all-in-one-wp-security-and-firewall" {
						out = append(out, guardPlugin(f, w, e))
					}
				}
			}
			return append(out, fail2banJails(f)...), nil
		},
	}
}

// guardPlugin is a firewall inside of WordPress. What Wordfence's wrote down is read (it empties that file whenever it has sent it home); the others keep
// theirs in the database.
func guardPlugin(f *sysinfo.Facts, w *sysinfo.WordPress, e sysinfo.Extension) Finding {
	out := Finding{Site: w.Site, Status: Pass, Evidence: []Evidence{{Source: e.Dir, Text: "is here"}}}
	out.Summary = fmt.Sprintf("%s: plugin %s %s is installed; ", w.Site, e.Name, e.Version)
	if e.Name != "wordfence" {
		out.Summary += "what it blocked is told in WordPress"
		return out
	}
	hits, file, err := w.Wordfence(f.Host.Root, f.Host.Now().Add(-f.Since))
	if errors.Is(err, fs.ErrNotExist) {
		out.Summary += "what it blocked is told in WordPress"
		return out
	}
	if err != nil {
		out.Summary += "what its firewall wrote cannot be read: " + err.Error()
		return out
	}
	blocked := slices.DeleteFunc(slices.Clone(hits), func(h sysinfo.FirewallHit) bool { return h.Passed })
	out.Summary += fmt.Sprintf("its firewall turned %s away within %s and only noted %d", plural(len(blocked), "request", "requests"), Span(f.Since), len(hits)-len(blocked))
	if len(blocked) > 0 {
		last := blocked[0]
		out.Summary += fmt.Sprintf(", the last at %s: %s", last.At.In(f.Host.Now().Location()).Format("15:04:05"), cmp.Or(last.Request, "a request"))
		out.Evidence = append(out.Evidence, Evidence{Source: file, Text: firewallRow(last), Time: last.At})
	}
	return out
}

// firewallRow says who was turned away, and why.
func firewallRow(h sysinfo.FirewallHit) string {
	why := "its address is blocked"
	if h.Rules != "" && h.Rules != "blocked" {
		why = "rule " + strings.ReplaceAll(h.Rules, "|", ", ")
	}
	return fmt.Sprintf("%s from %s: %s", cmp.Or(h.Request, "a request"), h.From, why)
}

// fail2banJails are the jails that are switched on, and how often they banned within the window.
func fail2banJails(f *sysinfo.Facts) []Finding {
	names, _ := f.Host.Root.Glob("/etc/fail2ban/jail.d/*") // none is common
	var on []string
	for _, name := range append([]string{"/etc/fail2ban/jail.local"}, names...) {
		jail := ""
		for _, line := range linesIn(f.Host.Root, name) {
			line = strings.TrimSpace(line)
			if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
				jail = strings.Trim(line, "[]")
			}
			if key, v, ok := strings.Cut(line, "="); ok && strings.TrimSpace(key) == "enabled" && strings.TrimSpace(v) == "true" && jail != "DEFAULT" && !slices.Contains(on, jail) {
				on = append(on, jail)
			}
		}
	}
	if len(on) == 0 {
		return nil
	}
	found := Finding{Status: Pass, Summary: "fail2ban watches with " + plural(len(on), "jail", "jails") + ": " + strings.Join(on, " and ")}
	const log = "/var/log/fail2ban.log"
	if text, err := f.Host.Root.Tail(log, 256<<10); err == nil {
		bans := 0
		since := f.Host.Now().Add(-f.Since)
		for line := range strings.Lines(text) {
			if at := appTime(line, f.Host.Now().Location()); strings.Contains(line, "] Ban ") && at.After(since) {
				bans++
				found.Evidence = []Evidence{{Source: log, Text: strings.TrimSpace(line), Time: at}}
			}
		}
		found.Summary += fmt.Sprintf("; %s within %s", plural(bans, "ban", "bans"), Span(f.Since))
	}
	return []Finding{found}
}
