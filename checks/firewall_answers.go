package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
)

// answerPort stands for the port from which a connection is made: one of those that the kernel takes by itself (ip_local_port_range: 32768 to 60999).
const answerPort = 45000

// dport is the port that a packet goes to.
func (p packet) dport() int {
	if p.back {
		return answerPort
	}
	return p.port
}

// state is what the kernel has of the packet's connection (nft(8), "ct state").
func (p packet) state() string {
	if p.back {
		return "established"
	}
	return "new"
}

// sentOf is what the gateway sends first, as this machine's filters see it: passed on from the gateway's container, where it is in one and the app on another machine.
func sentOf(l *live) packet {
	p := packetOf(l)
	if through := l.reach.Through; through != nil {
		p.from, p.dev, p.out, p.uid, p.gid = through.From.Addr(), through.Dev, l.reach.Route.Dev, -1, -1
	}
	return p
}

// admitsWhat is the title of what lets through the packets that r stops.
func admitsWhat(r *rule) string {
	if r.Of.back {
		return "Admit what the app answers the gateway"
	}
	return "Admit what the gateway sends to its app"
}

// ways are a rule's words, of nft's and of iptables', for what has to come through where r stops it and the app is on another address.
func ways(l *live, r *rule) (nft, spec string) {
	p, family := r.Of, nftFamily(r.Of.to)
	if p.out != "" {
		nft, spec = fmt.Sprintf("%s saddr %s ", family, p.from), fmt.Sprintf("-s %s ", p.from)
		if p.back {
			nft, spec = fmt.Sprintf("%s daddr %s ", family, p.to), fmt.Sprintf("-d %s ", p.to)
		}
	}
	if !p.back {
		return fmt.Sprintf("%s%s daddr %s tcp dport %d", nft, family, p.to, p.port), fmt.Sprintf("%s-d %s -p tcp -m tcp --dport %d", spec, p.to, p.port)
	}
	nft, spec = fmt.Sprintf("%s%s saddr %s tcp sport %d", nft, family, p.from, p.port), fmt.Sprintf("%s-s %s -p tcp -m tcp --sport %d", spec, p.from, p.port)
	if r.Hook != "prerouting" { // before the kernel knows of connections (nft(8): hook priorities)
		nft, spec = nft+" ct state established", spec+" -m conntrack --ctstate ESTABLISHED"
	}
	return nft, spec
}

// keptByIptables is a rule as iptables has it, where nft only shows it (iptables-nft(8)) and a file of iptables' brings it back at the next boot; nil else.
func keptByIptables(ctx context.Context, f *sysinfo.Facts, r *rule, text string) *rule {
	at := savedRule(ctx, f, text)
	fw, err := filters(ctx, f)
	if err != nil || r.Tool != "nft" || r.Policy() || !at.Known() || inBlock(f.Host.Root, at) {
		return nil
	}
	for _, twin := range stopsIptables(fw.tables, r.Of) {
		if twin.Of = r.Of; twin.Sure == r.Sure && r.sameAs(twin) && savedRule(ctx, f, twin.Text) == at {
			return &twin
		}
	}
	return nil
}

// answersOf are what an app on another address sends back to the gateway: by the way that the gateway's own packets leave. Those of an app of this machine come by lo, as
// they went.
func answersOf(l *live) (packet, bool) {
	sent := sentOf(l)
	if l.reach.Local || !sent.from.IsValid() || sent.dev == "" {
		return packet{}, false
	}
	p := packet{from: sent.to, to: sent.from, port: sent.port, uid: -1, gid: -1, in: true, back: true, dev: sent.dev}
	if sent.out != "" {
		p.dev, p.out = sent.out, sent.dev
	}
	return p, true
}

// between finds what keeps the gateway's packets from an app, or the app's answers from the gateway: the sure rule first.
func (fw firewall) between(l *live) *rule {
	r := fw.stops(sentOf(l))
	if r != nil && r.Sure {
		return r
	}
	if p, ok := answersOf(l); ok {
		if back := fw.stops(p); back != nil && (back.Sure || r == nil) {
			return back
		}
	}
	return r
}

// behind are the rules on both ways that still stop a packet once the first of them is away.
func (fw firewall) behind(l *live, first *rule) []rule {
	more := fw.beyond(first.Of, first)
	if p, ok := answersOf(l); ok && !first.Of.back && first.Sure {
		if r := fw.stops(p); r != nil && r.Sure && jailOf(r) == "" {
			more = append(append(more, *r), fw.beyond(p, r)...)
		}
	}
	return more
}
