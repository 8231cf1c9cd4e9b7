package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// fail2banBannedProxy: a guard on this machine took the gateway for an attacker.
func fail2banBannedProxy() Check {
	return Check{
		ID: "fail2ban-banned-proxy", Title: "fail2ban has not banned the gateway", Topic: Network,
		Means: `fail2ban watches logs and bans addresses. When the app's log shows the gateway's address for every visitor, one attacker gets the
gateway itself banned, and from then on nobody reaches the app: refused (errno 111), as if nothing listened. Unban the address, tell
fail2ban to leave it alone (ignoreip), and let the app log the visitors' own addresses (X-Forwarded-For, real_ip). Behind a content network
or a balancer the gateway's own log does the same to them: a jail that bans their addresses keeps out all who come through them.`,
		Run: both(perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			line, now, suspect := filtered(l)
			if !suspect {
				return nil
			}
			fw, err := filters(ctx, f)
			if err != nil {
				return &Finding{Status: Unknown, Summary: why(err)}
			}
			r := fw.between(l)
			if r == nil || jailOf(r) == "" {
				return pass("no rule of fail2ban stops the gateway")
			}
			jail, ip := jailOf(r), r.Of.from.Unmap().String()
			text := r.Text
			if r.Tool == "nft" {
				text = nftWords(ctx, f, r)
			}
			found := &Finding{Status: Fail, Confidence: 0.97, Covers: []ID{"firewall-blocks-upstream", "upstream-read-timeout", "no-live-upstreams"},
				Where: jailFile(f, jail), Summary: fmt.Sprintf("fail2ban's jail %s has banned %s, from where %s asks %s", jail, ip, l.From, l.Address()),
				Evidence: []Evidence{{Source: r.place(), Text: text}}}
			if r.Of.back {
				found.Summary = fmt.Sprintf("fail2ban's jail %s has banned %s: what %s answers %s does not arrive", jail, ip, l.Address(), l.From)
			}
			found.Evidence = append(found.Evidence, banLine(f, jail, ip)...)
			found.Evidence = append(append(found.Evidence, lineIfAny(line)...), passLine(l))
			if !now && !l.hit && !l.silent { // what a kept connection waits for is swallowed by the ban as well
				found.When, found.Status = l.comesAndGoes(line)
			}
			file := "/etc/fail2ban/jail.d/" + jail + "-ignore.local"
			x := Fix{Title: "Unban the gateway, and never ban it again", Risk: Low, Undo: fmt.Sprintf("fail2ban-client set %s banip %s", sh(jail), ip)}
			if u, ok := f.Unit(ctx, "fail2ban.service"); ok && !u.Running() {
				found.Evidence = append(found.Evidence, unitSays(u))
				x = liftBan(x, r, ip).Tell("fail2ban itself guards nothing while it is down: fail2ban-client -t says what keeps it from starting")
			} else {
				x = x.Do("Unban it", "fail2ban-client set %s unbanip %s", sh(jail), ip).
					Do("Leave it alone from now on", "fail2ban-client set %s addignoreip %s", sh(jail), ip)
				x.Undo = fmt.Sprintf("fail2ban-client set %s delignoreip %s; %s", sh(jail), ip, x.Undo)
			}
			if !f.Host.Root.Exists(file) {
				x = x.Do("And after the next start", "printf '[%%s]\\nignoreip = %%s %%s\\n' %s %s %s >%s", sh(jail), sh(ignored(f, jail)), ip, sh(file))
				x.Undo = "rm " + sh(file) + "; " + x.Undo
			}
			if found.Fix = x; !r.Of.back {
				found.Fix = x.Tell("Let the app log the visitors' addresses instead of the gateway's (X-Forwarded-For), or it will happen to other guards as well")
			}
			return found
		}), perSite(keptOutAs("fail2ban-banned-proxy"))),
	}
}

// ignored are the addresses that a jail leaves alone by its own settings, or by those for all of them (jail.conf(5)): a line of the jail's
// own takes the place of both.
func ignored(f *sysinfo.Facts, jail string) string {
	files := []string{"/etc/fail2ban/jail.conf", "/etc/fail2ban/jail.d/*.conf", "/etc/fail2ban/jail.local", "/etc/fail2ban/jail.d/*.local"}
	for _, of := range []string{jail, "DEFAULT"} {
		at := lastSetting(f, files, func(section, line string) bool {
			key, _, set := strings.Cut(line, "=")
			return section == of && set && strings.TrimSpace(key) == "ignoreip"
		})
		_, value, _ := strings.Cut(wholeValue(f.Host.Root, at), "=")
		if words := strings.Fields(value); len(words) > 0 && !strings.Contains(value, "%") {
			return strings.Join(words, " ")
		}
	}
	return "127.0.0.1/8 ::1"
}

// liftBan takes an address out of the kernel's rules: a fail2ban that is down takes no orders, and its bans may stay.
func liftBan(x Fix, r *rule, ip string) Fix {
	const say = "Unban it in the kernel's rules: fail2ban itself is down"
	set := ""
	for _, s := range r.Sets {
		if strings.HasPrefix(s, "addr") || strings.HasPrefix(s, "f2b-") {
			set = s
		}
	}
	switch {
	case r.Tool == "nft" && set != "":
		in := fmt.Sprintf("%s %s %s '{ %s }'", sh(r.Family), sh(r.Table), sh(set), ip)
		x.Undo = "nft add element " + in
		return x.Do(say, "nft delete element %s", in)
	case set != "":
		x.Undo = fmt.Sprintf("ipset add %s %s", sh(set), ip)
		return x.Do(say, "ipset del %s %s", sh(set), ip)
	default:
		rule := fmt.Sprintf("%s %s", sh(r.Chain), ruleWords(r.Text))
		x.Undo = fmt.Sprintf("%s -t %s -I %s", r.Tool, r.Table, rule)
		return x.Do(say, "%s -t %s -D %s", r.Tool, r.Table, rule)
	}
}

// jailOf is the jail of a rule that fail2ban made; empty for others. nftables: set addr-set-JAIL in f2b-table;
// iptables: chain f2b-JAIL, ipset f2b-JAIL.
func jailOf(r *rule) string {
	for _, s := range r.Sets {
		for _, prefix := range []string{"addr-set-", "addr6-set-", "f2b-"} {
			if jail, ok := strings.CutPrefix(s, prefix); ok {
				return strings.TrimSuffix(jail, "6")
			}
		}
	}
	if jail, ok := strings.CutPrefix(r.Chain, "f2b-"); ok && jail != "chain" {
		return jail
	}
	return ""
}

// jailFile is the file that switches a jail on.
func jailFile(f *sysinfo.Facts, jail string) sysinfo.Place {
	files, _ := f.Host.Root.Glob("/etc/fail2ban/jail.d/*") // none is common
	for _, name := range append([]string{"/etc/fail2ban/jail.local"}, append(files, "/etc/fail2ban/jail.conf")...) {
		b, err := f.Host.Root.ReadFile(name)
		if err != nil {
			continue
		}
		n := 0
		for line := range strings.Lines(string(b)) {
			if n++; strings.TrimSpace(line) == "["+jail+"]" {
				return sysinfo.Place{File: name, Line: n}
			}
		}
	}
	return sysinfo.Place{}
}

// banLine is the line of fail2ban's log that tells of the ban; the log belongs to root.
func banLine(f *sysinfo.Facts, jail, ip string) []Evidence {
	const log = "/var/log/fail2ban.log"
	b, err := f.Host.Root.ReadFile(log)
	if err != nil {
		return nil
	}
	var out []Evidence
	n := 0
	for line := range strings.Lines(string(b)) {
		n++
		if strings.Contains(line, "["+jail+"]") && strings.HasSuffix(strings.TrimSpace(line), "Ban "+ip) {
			out = []Evidence{{Source: fmt.Sprintf("%s:%d", log, n), Text: strings.TrimSpace(line)}}
		}
	}
	return out
}
