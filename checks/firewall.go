package checks

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// packet is the first packet of a connection as a firewall sees it: from the gateway to a hop's address, or from elsewhere to the gateway; or the answer to it.
type packet struct {
	from, to netip.Addr
	port     int
	uid, gid int
	user     string // the name of uid
	local    bool   // it arrives on this machine again, through lo
	in       bool   // it comes from elsewhere; a sender that is not known may be anybody
	dev      string // it leaves by this interface, or comes in by it
	out      string // this machine only passes it on, from dev to this interface
	back     bool   // it answers one of a connection; port is where it comes from
	moved    answer // a rule of nat has sent it elsewhere before the filters see it

	ipsets map[string][]string // members, by name
}

// packetOf is what the gateway sends first; its configuration may choose another source address.
func packetOf(l *live) packet {
	p := packet{user: l.Site.Gateway.User, to: l.reach.Addr.Addr(), from: l.reach.Addr.Addr(), port: l.Port, uid: l.Site.Gateway.Creds.UID, gid: l.Site.Gateway.Creds.GID, local: l.reach.Local, dev: "lo"}
	if !l.reach.Local {
		p.from, p.dev = l.reach.Route.Src, l.reach.Route.Dev
	}
	if in := l.reach.Inside; in != nil {
		p.from, p.dev, p.in, p.local = in.From.Addr(), in.Dev, true, false
	}
	if a, err := netip.ParseAddr(l.source()); err == nil {
		p.from = a
	}
	return p
}

// rule is one rule of a firewall that stops a packet.
type rule struct {
	Tool    string // "nft", "iptables", "ip6tables"
	Family  string // nft: "inet", "ip"
	Table   string
	Chain   string
	Hook    string // "input", "output", "forward"
	Handle  int    // nft
	Text    string // the rule as its tool prints it; empty: the chain's policy
	Verdict string // "drop", "reject with …"
	Sets    []string
	Sure    bool   // every condition of it was understood
	Chosen  bool   // rules before it let some users through: it keeps the others of this machine out
	NF      bool   // of iptables: its tables are nftables' (iptables-nft), where each rule is found a second time
	Of      packet // what it stops
	Shared  bool   // a map of verdicts that decides about other packets as well: it stays, and an exception comes before it
}

// Policy says that no rule stops the packet, but the chain's own end.
func (r rule) Policy() bool { return r.Text == "" }

func (r rule) place() string {
	if zone := r.zone(); zone != "" {
		return fmt.Sprintf("firewalld's zone %s, nft chain %s (%s)", zone, r.Chain, r.Hook)
	}
	if r.Tool == "nft" {
		return fmt.Sprintf("nft table %s %s, chain %s (%s)", r.Family, r.Table, r.Chain, r.Hook)
	}
	return fmt.Sprintf("%s table %s, chain %s", r.Tool, r.Table, r.Chain)
}

// firewall is what the machine's filters would do; a nil rule stops nothing.
type firewall struct {
	nft    *ruleset
	tables []iptables
	ipsets map[string][]string // members by name, where a table asks for one

	containers []sysinfo.Container // whose engines have rules of their own in it
}

// filters reads every packet filter of this machine, for root.
func filters(ctx context.Context, f *sysinfo.Facts) (firewall, error) {
	return sysinfo.Memo(f, "firewall", func() (firewall, error) {
		if f.Host.Files {
			return firewall{}, sysinfo.ErrFilesOnly
		}
		if f.Host.UID != 0 {
			return firewall{}, fmt.Errorf("the firewall's rules: %w", sysinfo.ErrNeedsRoot)
		}
		var fw firewall
		var missing error
		out, err := f.Host.Run(ctx, "nft", "-j", "list", "ruleset")
		switch {
		case errors.Is(err, sysinfo.ErrNotHere):
			missing = err
		case err != nil:
			return fw, err
		case out.Exit != 0:
			return fw, fmt.Errorf("nft list ruleset: %s", strings.TrimSpace(string(out.Stderr)))
		default:
			if fw.nft, err = parseNFT(out.Stdout); err != nil {
				return fw, err
			}
		}
		for _, tool := range []string{"iptables", "ip6tables"} {
			out, err := f.Host.Run(ctx, tool+"-save")
			if errors.Is(err, sysinfo.ErrNotHere) || err == nil && out.Exit != 0 {
				continue
			}
			if err != nil {
				return fw, err
			}
			missing = nil
			fw.tables = append(fw.tables, parseIptables(tool, string(out.Stdout))...)
			if fw.ipsets == nil && strings.Contains(string(out.Stdout), "--match-set ") {
				fw.ipsets = ipsets(ctx, f)
			}
		}
		if fw.nft == nil && missing != nil {
			return fw, fmt.Errorf("neither nft nor iptables could be asked: %w", missing)
		}
		fw.containers, _ = f.Containers(ctx) // unreadable: then no rule is known to be an engine's
		return fw, nil
	})
}

// stops finds what keeps a packet from its way: the sure rule first, else one that may.
func (fw firewall) stops(p packet) *rule {
	p = fw.prepared(p)
	var may *rule
	for _, r := range append(fw.nft.stops(p), stopsIptables(fw.tables, p)...) {
		if fw.published(r, p) {
			continue
		}
		if r.Of = p; r.Sure {
			return &r
		}
		if may == nil {
			may = &r
		}
	}
	return may
}

// beyond are the rules that stop the packet for certain behind another one: with that one away, it comes no further than to the first of them.
func (fw firewall) beyond(p packet, first *rule) []rule {
	p = fw.prepared(p)
	known := []rule{*first}
	for _, r := range append(fw.nft.stops(p), stopsIptables(fw.tables, p)...) {
		if r.Of = p; r.Sure && first.Sure && !fw.published(r, p) && jailOf(&r) == "" && !slices.ContainsFunc(known, r.sameAs) {
			known = append(known, r)
		}
	}
	return known[1:]
}

// sameAs says that two rules are one: of one chain, or of a chain of iptables that nftables shows as its own (iptables-nft(8)).
func (r rule) sameAs(o rule) bool {
	if o.NF {
		r, o = o, r
	}
	family := map[string]string{"iptables": "ip", "ip6tables": "ip6"}[r.Tool]
	twins := r.NF && o.Tool == "nft" && o.Family == family && r.Table == o.Table && r.Chain == o.Chain
	return twins || r.place() == o.place()
}

// anybody says that the packet stands for all that come from elsewhere, from whatever address and by whatever interface.
func (p packet) anybody() bool { return p.in && !p.from.IsValid() }

// hooks are the ways a packet takes, in order.
func (p packet) hooks() []string {
	if p.out != "" {
		return []string{"prerouting", "forward", "postrouting"}
	}
	if p.in {
		return []string{"prerouting", "input"}
	}
	if p.local {
		return []string{"output", "prerouting", "input"}
	}
	return []string{"output", "postrouting"}
}
