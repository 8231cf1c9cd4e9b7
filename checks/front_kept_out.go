package checks

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// keptOut is a rule of this machine's packet filters that stops those who stand in front of a site.
type keptOut struct {
	Site  *sysinfo.Site
	Rule  *rule
	Text  string // the rule in its tool's words
	Who   []sender
	Ports []int // that it stops
	All   bool  // no port of the site is left to them
	Part  bool  // others of them come through
}

// frontKeptOut walks the packet filters for those who bring a site its visitors; nil where they get in, or where nothing is known for certain.
func frontKeptOut(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) (*keptOut, error) {
	return sysinfo.Memo(f, fmt.Sprintf("shut out %p", s), func() (*keptOut, error) {
		if s.Gateway.Foreign || !s.Gateway.Running() {
			return nil, nil
		}
		all := senders(ctx, f, s)
		ports := shopWindows(ctx, f, s)
		if len(all) == 0 || len(ports) == 0 {
			return nil, nil
		}
		fw, err := filters(ctx, f)
		if err != nil {
			return nil, err
		}
		out := &keptOut{Site: s}
		for _, from := range all {
			out.add(ctx, f, fw, from, ports)
		}
		if out.Rule == nil || len(out.Ports) == 0 {
			return nil, nil
		}
		if out.Text = out.Rule.Text; out.Rule.Tool == "nft" && !out.Rule.Policy() {
			out.Text = nftWords(ctx, f, out.Rule)
		}
		slices.Sort(out.Ports)
		if out.seen() > 0 {
			out.Who = slices.DeleteFunc(out.Who, func(w sender) bool { return w.Seen == 0 })
		}
		return out, nil
	})
}

// add follows one sender to every port of the site; the first rule that stops anybody is what is told, with all it stops.
func (o *keptOut) add(ctx context.Context, f *sysinfo.Facts, fw firewall, from sender, ports []netip.AddrPort) {
	asked, stopped := 0, 0
	for _, to := range ports {
		p, ok := incoming(ctx, f, from.From, to)
		if !ok {
			continue
		}
		asked++
		r := fw.stops(p)
		if r == nil || !r.Sure || r.sendsOn() {
			continue
		}
		stopped++
		if o.Rule == nil {
			o.Rule = r
		}
		if o.Rule.place() != r.place() || o.Rule.Handle != r.Handle || o.Rule.Text != r.Text {
			continue
		}
		if !slices.Contains(o.Ports, p.port) {
			o.Ports = append(o.Ports, p.port)
		}
		if !slices.Contains(o.Who, from) {
			o.Who = append(o.Who, from)
		}
	}
	switch {
	case asked > 0 && stopped == asked:
		o.All = true
	case asked > 0 && from.Seen > 0:
		o.Part = true
	}
}

// sendsOn says that a rule leads elsewhere what comes in: to a container, to another port. What becomes of it there is not known here.
func (r rule) sendsOn() bool {
	v := strings.ToLower(r.Verdict)
	return v == "redirect" || v == "dnat"
}

// Refuses says that who is stopped hears of it at once, and does not wait for an answer that never comes.
func (o *keptOut) Refuses() bool { return strings.HasPrefix(strings.ToLower(o.Rule.Verdict), "reject") }

// id is the cause that such a rule is.
func (o *keptOut) id() ID {
	switch {
	case jailOf(o.Rule) != "":
		return "fail2ban-banned-proxy"
	case o.Who[0].Name != "Cloudflare":
		return "firewall-blocks-upstream"
	case o.Refuses():
		return "cloudflare-521-origin-refused"
	}
	return "cloudflare-522-connect-timeout"
}

// keptOutAs is what one of the checks has to say of a site whose front is kept out.
func keptOutAs(id ID) func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	return func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
		o, err := frontKeptOut(ctx, f, s)
		if err != nil && id == "cloudflare-522-connect-timeout" && inFrontOf(ctx, f, s) == "Cloudflare" {
			return &Finding{Status: Unknown, Summary: why(err)}
		}
		if o == nil || o.id() != id {
			return nil
		}
		seen := o.seen()
		if seen == 0 && (!o.All || tunnelled(ctx, f)) {
			return nil // it may have another way in
		}
		found := &Finding{Site: s, Status: Warn, Summary: fmt.Sprintf("%s %s on %s: %s", o.says(), o.whoWords(), portList(o.Ports), o.seenAs()),
			Evidence: []Evidence{{Source: o.Rule.place(), Text: orDefault(o.Text, o.Rule.Verdict)}}}
		if seen > 0 {
			found.Evidence = append(found.Evidence, Evidence{Source: "the access log", Text: fmt.Sprintf("%d of the latest requests came from %s", seen, addressWords(o.Who))})
		}
		if seen > 0 && o.All {
			found.Status, found.Confidence, found.Before = Fail, 0.9, true
			if o.Part {
				found.When, found.Confidence = Intermittent, 0.8
			}
		}
		o.letIn(ctx, f, found)
		return found
	}
}

// seen is how many of the latest requests came from those who are stopped now.
func (o *keptOut) seen() int {
	n := 0
	for _, w := range o.Who {
		n += w.Seen
	}
	return n
}

// tunnelled says that a content network is reached from inside, by a connection that no rule for incoming packets speaks of.
func tunnelled(ctx context.Context, f *sysinfo.Facts) bool {
	u, ok := f.Unit(ctx, "cloudflared.service")
	return ok && u.Running()
}

// says is the rule as the beginning of a sentence.
func (o *keptOut) says() string {
	does := "drops"
	if o.Refuses() {
		does = "rejects"
	}
	if jail := jailOf(o.Rule); jail != "" {
		return fmt.Sprintf("fail2ban's jail %s has banned", jail)
	}
	if o.Rule.Policy() {
		return fmt.Sprintf("no rule of the firewall admits, and the end of chain %s %s,", o.Rule.Chain, does)
	}
	return fmt.Sprintf("the rule %q of the firewall %s", counters.ReplaceAllString(o.Text, ""), does)
}

// whoWords names those who are stopped.
func (o *keptOut) whoWords() string { return o.Who[0].Name + " (" + addressWords(o.Who) + ")" }

func addressWords(who []sender) string {
	words := []string{}
	for _, w := range who[:min(3, len(who))] {
		words = append(words, w.From.String())
	}
	if more := len(who) - 3; more > 0 {
		words = append(words, fmt.Sprintf("%d more", more))
	}
	return strings.Join(words, ", ")
}

// seenAs is what visitors get.
func (o *keptOut) seenAs() string {
	switch {
	case o.Who[0].Name == "Cloudflare" && o.Refuses():
		return "visitors see its 521"
	case o.Who[0].Name == "Cloudflare":
		return "visitors see its 522"
	case o.Refuses():
		return "visitors see its 502 or 503"
	}
	return "visitors see its 504 or 503"
}

func portList(ports []int) string {
	words := portNumbers(ports)
	if len(words) == 1 {
		return "port " + words[0]
	}
	return "ports " + strings.Join(words, " and ")
}
