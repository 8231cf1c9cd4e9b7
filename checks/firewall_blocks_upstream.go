package checks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// filteredKinds are what a gateway sees of a packet filter: refused, prohibited, or silence.
var filteredKinds = []errlog.Kind{errlog.ConnectRefused, errlog.ConnectNoRoute, errlog.ConnectDenied, errlog.ConnectNetUnreachable, errlog.ConnectTimedOut, errlog.ConnectTimeout}

// firewallBlocksUpstream: the app listens, and a rule of the machine's own firewall stands before it.
func firewallBlocksUpstream() Check {
	return Check{
		ID: "firewall-blocks-upstream", Title: "No firewall stands between the gateway and its apps", Topic: Network,
		After: []ID{"fail2ban-banned-proxy"},
		Means: `The app runs and listens, but a rule of the firewall stops what the gateway sends to it, what it answers, or what the app sends to its database. Rejected, it looks exactly as if nothing
listened (errno 111) or as if there were no route (113); dropped, the gateway waits and answers 504 (HAProxy 503). A rule may name the web server's user
only, so that curl as root works. Delete that one rule, or let the gateway through before it where it keeps others out; do not
stop the firewall. A rule may as well keep out those who bring the visitors, a balancer or a content network: the site works here, and they answer
502, 503 or 504 in its place.`,
		Run: both(perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			line, now, suspect := filtered(l)
			if !suspect {
				if l.answersNow() && l.Unix == "" && !l.reach.Broken() {
					return pass(l.Address() + " answers the gateway: no firewall is in the way")
				}
				return nil
			}
			fw, err := filters(ctx, f)
			if _, looped := refusedBetween(ctx, f, l); looped && err != nil {
				return nil // it was down when it refused
			}
			if err != nil {
				return blind(ctx, f, l, line, now, err)
			}
			r := fw.between(l)
			if r == nil {
				return pass(fmt.Sprintf("no rule of this machine's firewall stops a packet to %s", l.Address()))
			}
			if jailOf(r) != "" || !r.Sure && (line.Time.IsZero() || !now && !l.hit) {
				return nil // fail2ban's, or a guess about the past
			}
			return blocked(ctx, f, l, r, fw.behind(l, r), line, now)
		}), both(perSite(databaseFiltered), both(perSite(keptOutAs("firewall-blocks-upstream")), perSite(worldShutOut)))),
	}
}

// filtered says that a hop's app can be there and is not reached.
func filtered(l *live) (line sysinfo.LogLine, now, suspect bool) {
	if l.Unix != "" || !l.reach.Addr.IsValid() || l.reach.Local && l.reach.Listener == nil {
		return line, false, false
	}
	if l.reach.Listener != nil && l.reach.Listener.Full() {
		return line, false, false // its queue is full: silence of another kind
	}
	line, now, ok := l.has(filteredKinds...)
	if !ok && l.hit && l.reach.Listener != nil && l.answer.Status != 500 { // HAProxy says the same of all that went wrong, Varnish writes no log
		line, now, _ = l.has(errlog.HAProxyConnect, errlog.HAProxyNoServer, errlog.HAProxyDownOther, errlog.HAProxyDownTimeout)
		return line, now, true
	}
	if l.silent && l.reach.Listener != nil { // dropped packets, tried longer than we wait: HAProxy's connect timer runs four times
		return line, now, true
	}
	return line, now, ok && (now || l.hit || !l.answersNow() && line.Time.After(l.settled()))
}

// lineIfAny quotes a log line, where there is one.
func lineIfAny(line sysinfo.LogLine) []Evidence {
	if line.Time.IsZero() && line.Text == "" {
		return nil
	}
	return []Evidence{quoteLine(line)}
}

// blind is what can be said of a filter that only root may read.
func blind(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine, now bool, err error) *Finding {
	if !now && l.silent {
		line, now = l.knocks(ctx, f)
	}
	if !errors.Is(err, sysinfo.ErrNeedsRoot) || !now || !l.reach.Open() || engineRefuses(ctx, f, l) {
		return &Finding{Status: Unknown, Summary: why(err)}
	}
	return &Finding{Status: Fail, Confidence: 0.6, Where: l.Where, Summary: fmt.Sprintf("%s is listened on, and still %s does not get through: a firewall, most likely", l.Address(), l.From),
		Evidence: append(lineIfAny(line), Evidence{Source: "ss -ltn", Text: l.reach.Listener.String() + " listens"}),
		Fix:      Fix{Title: "Look at the firewall as root", Risk: Low}.Tell("Run fix502 again as root: only root may read the rules (nft list ruleset, iptables-save)")}
}

// ruleText is a rule as its tool prints it, and whether others depend on it.
func ruleText(ctx context.Context, f *sysinfo.Facts, l *live, r *rule) string {
	text := r.Text
	if r.Tool == "nft" && !r.Policy() {
		text = nftWords(ctx, f, r)
		r.Shared = r.Shared || manyThings.MatchString(text)
	}
	r.Shared = r.Shared || keepsStrangersOut(l, r, text)
	return text
}

func blocked(ctx context.Context, f *sysinfo.Facts, l *live, r *rule, beyond []rule, line sysinfo.LogLine, now bool) *Finding {
	text := ruleText(ctx, f, l, r)
	short := withoutCounts(text)
	found := &Finding{Status: Fail, Confidence: 0.96, Covers: []ID{"upstream-read-timeout", "no-live-upstreams", "network-unreachable"},
		Summary:  fmt.Sprintf("the firewall stops what %s sends to %s: %s", l.From, l.Address(), short),
		Evidence: []Evidence{{Source: r.place(), Text: text}}}
	if v := strings.ToLower(r.Verdict); v == "redirect" || v == "dnat" {
		found.Summary = fmt.Sprintf("a rule of the firewall sends elsewhere what %s means for %s: %s", l.From, l.Address(), short)
	}
	if r.Verdict == "notrack" {
		found.Summary = fmt.Sprintf("the firewall takes what %s sends to %s out of the table of connections, so that no rule knows the answers: %s", l.From, l.Address(), short)
	}
	switch {
	case r.Of.back && r.Policy():
		found.Summary = fmt.Sprintf("the firewall lets none of the answers of %s in: no rule admits them, and the end of chain %s is %s", l.Address(), r.Chain, r.Verdict)
		found.Evidence[0].Text = r.Verdict
	case r.Of.back:
		found.Summary = fmt.Sprintf("the firewall stops what %s answers %s: %s", l.Address(), l.From, short)
	case r.Policy():
		found.Summary = fmt.Sprintf("the firewall lets nothing through to %s: no rule admits it, and the end of chain %s is %s", l.Address(), r.Chain, r.Verdict)
		found.Evidence[0].Text = r.Verdict
	}
	if !r.Sure {
		found.Confidence = 0.75
	}
	if !now && !l.hit && !l.silent {
		found.When, found.Status = l.comesAndGoes(line)
		found.Confidence -= 0.1
	}
	if l.reach.Listener != nil {
		found.Evidence = append(found.Evidence, Evidence{Source: "ss -ltn", Text: l.reach.Listener.String() + " listens" + by(ctx, f, l.reach.Owner, l.Port)})
	}
	found.Evidence = append(append(found.Evidence, lineIfAny(line)...), passLine(l))
	found.Where = savedRule(ctx, f, text)
	if at := ufwPlace(f, r, text); at.Known() {
		found.Where = at
	}
	if at := zoneOf(f, r, r.Of.from); at.Known() && (text == "drop" || strings.HasPrefix(text, "reject")) {
		found.Where = at
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
		found.Summary = fmt.Sprintf("firewalld's zone %s, to which %s is bound, stops what %s sends to %s", r.zone(), r.Of.from, l.From, l.Address())
	}
	if m, ok := memberOf(ctx, f, r.Of, r, text); ok {
		found.Evidence = append(found.Evidence, Evidence{Source: m.list, Text: "holds " + m.Word})
		if m.Where.Known() {
			found.Where = m.Where
		}
	}
	if !found.Where.Known() && r.Policy() {
		if found.Where = savedEnd(f, r); found.Where.Known() {
			found.Evidence = append(found.Evidence, lineOf(f.Host.Root, found.Where))
		}
	}
	if !found.Where.Known() {
		found.Where = l.Where
	}
	for _, more := range beyond {
		found.Evidence = append(found.Evidence, Evidence{Source: more.place(), Text: cmp.Or(ruleText(ctx, f, l, &more), more.Verdict)})
	}
	x := mendCSF(f, l, r, found)
	if x.Steps == nil {
		x = openAll(ctx, f, l, append([]rule{*r}, beyond...))
	}
	found.Fix = checksPass(l, x)
	return found
}

// mendCSF takes an address off the list of those that CSF denies: it would bring back a rule that is deleted by hand. No steps where the rule is not CSF's.
func mendCSF(f *sysinfo.Facts, l *live, r *rule, found *Finding) Fix {
	from := r.Of.from.Unmap().String()
	if r.Chain != "DENYIN" && r.Chain != "DENYOUT" {
		return Fix{}
	}
	at := csfDenies(f, from)
	if !at.Known() {
		return Fix{}
	}
	found.Where = at
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
	return Fix{Title: "Take " + from + " off CSF's list", Risk: Medium, Undo: "csf -d " + from}.Do("CSF denies it, and has its own command to end that", "csf -dr %s", from).
		Tell("csf -a %s has it let in from then on, whatever lfd thinks of it", from)
}

// csfDenies is the line by which CSF keeps an address out (csf.deny).
func csfDenies(f *sysinfo.Facts, addr string) sysinfo.Place {
	for at, line := range linesIn(f.Host.Root, "/etc/csf/csf.deny") {
		a, err := netip.ParseAddr(addr)
		if denied := firstWord(line); denied == addr || err == nil && strings.Contains(denied, "/") && within4(a, denied) == yes {
			return at
		}
	}
	return sysinfo.Place{}
}

// nftWords is a rule as nft itself prints it, found by its handle.
func nftWords(ctx context.Context, f *sysinfo.Facts, r *rule) string {
	out, err := f.Host.Run(ctx, "nft", "-a", "list", "chain", r.Family, r.Table, r.Chain)
	if err == nil {
		for line := range strings.Lines(string(out.Stdout)) {
			if words, ok := strings.CutSuffix(strings.TrimSpace(line), fmt.Sprintf("# handle %d", r.Handle)); ok {
				return strings.TrimSpace(words)
			}
		}
	}
	return fmt.Sprintf("the rule with handle %d (%s)", r.Handle, r.Verdict)
}
