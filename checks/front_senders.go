package checks

import (
	"cmp"
	"context"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/nginx"
)

// sender is who brings a site its visitors: one address of a content network, or a balancer.
type sender struct {
	Name string // "Cloudflare", "the balancer"
	From netip.Addr
	Seen int // how many of the latest requests it brought; 0: only its published ranges tell of it
}

// maxSenders is how many addresses of the log are followed through the packet filters.
const maxSenders = 24

// senders are those who stand in front of a site: content networks and balancers in its access log, those its settings trust, and one address of
// each range from which its content network asks. Visitors of their own are none: who bans one of them mostly means it.
func senders(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) []sender {
	by, all, checked, many := comers(s)
	var out []sender
	private := 0
	for a, n := range by {
		if behindNAT(a) {
			private += n
		}
	}
	for _, a := range slices.SortedFunc(maps.Keys(by), func(a, b netip.Addr) int { return cmp.Or(by[b]-by[a], a.Compare(b)) }) {
		name := sysinfo.CDN(a)
		if name == "" && (behindNAT(a) && (private*2 > all && many[a] || checked[a]) || fromGoogle(a)) && !local(ctx, f, a) {
			name = "the balancer"
		}
		if name != "" && len(out) < maxSenders {
			out = append(out, sender{name, a, by[a]})
		}
	}
	for _, a := range trustedAlone(s) {
		if by[a] == 0 && !local(ctx, f, a) {
			out = append(out, sender{"the balancer", a, 0})
		}
	}
	name := inFrontOf(ctx, f, s)
	if !listsOrigins(name) {
		return out
	}
	for _, a := range sysinfo.CDNAsks(name) {
		if by[a] == 0 && a.Is4() { // by IPv6 only those come whose name has such an address
			out = append(out, sender{name, a, 0})
		}
	}
	return out
}

// listsOrigins says that a content network asks origins from all the ranges that it publishes. CloudFront asks from a few of them, and Akamai's are
// each customer's own: a firewall that lets those alone in is as it should be.
func listsOrigins(name string) bool { return name != "CloudFront" && name != "Akamai" }

// comers counts who connected for the latest requests of a site, and marks those that are health checks by their own words, and those that bring visitors: by
// the addresses that they forward, by more browsers than one person has, or by two where nobody else comes. In a site's own network the others are visitors
// themselves. Where a log does not tell of browsers, they may be many.
func comers(s *sysinfo.Site) (by map[netip.Addr]int, all int, checked, many map[netip.Addr]bool) {
	by, checked, many = map[netip.Addr]int{}, map[netip.Addr]bool{}, map[netip.Addr]bool{}
	browsers, forwarded := map[netip.Addr]map[string]bool{}, map[netip.Addr]map[string]bool{}
	note := func(of map[netip.Addr]map[string]bool, a netip.Addr, word string) {
		if of[a] == nil {
			of[a] = map[string]bool{}
		}
		of[a][word] = true
	}
	for a, line := range peers(s) {
		a = a.Unmap()
		all++
		by[a]++
		checked[a] = checked[a] || healthCheckers.MatchString(line)
		m := browser.FindStringSubmatch(line)
		if m == nil {
			many[a] = true
			continue
		}
		note(browsers, a, m[1]+m[2])
		if m := forwardedFor.FindStringSubmatch(line); m != nil {
			note(forwarded, a, m[1]+m[2])
		}
	}
	for a := range by {
		many[a] = many[a] || len(forwarded[a]) > 1 || len(browsers[a]) > 3 || len(browsers[a]) > 1 && len(by) == 1
	}
	return by, all, checked, many
}

// browser is the User-Agent in a line of an access log: behind the referer, or a field of JSON.
var browser = whenAsked(`" \d{3} \S+ "[^"]*" "([^"]*)"|(?i:user[_-]?agent)": ?\[?"([^"]*)"`)

// forwardedFor is a visitor's address behind the browser in a line of an access log, as a balancer hands it on (X-Forwarded-For).
var forwardedFor = whenAsked(`" "([0-9a-fA-F]+[.:][0-9a-fA-F.:]+)[,"]|(?i:forwarded[_-]?for)": ?\[?"([0-9a-fA-F.:]+)`)

// healthCheckers are the names by which balancers ask whether a server lives.
var healthCheckers = whenAsked(`ELB-HealthChecker|GoogleHC/|DigitalOcean Uptime|kube-probe/|Load Balancer Agent`)

// behindNAT says that an address belongs to a network of somebody's own, where balancers live.
func behindNAT(a netip.Addr) bool {
	return a.IsPrivate() || netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64}), 10).Contains(a)
}

// fromGoogle says that an address is one of those from which Google's balancers bring visitors and ask for health
// (cloud.google.com/load-balancing/docs/firewall-rules).
func fromGoogle(a netip.Addr) bool {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{35, 191}), 16).Contains(a) || netip.PrefixFrom(netip.AddrFrom4([4]byte{130, 211}), 22).Contains(a)
}

// trustedAlone are single addresses whose word about the visitor nginx takes (set_real_ip_from): proxies by the admin's own account.
func trustedAlone(s *sysinfo.Site) []netip.Addr {
	srv, ok := s.Extra.(*nginx.Server)
	if !ok {
		return nil
	}
	var out []netip.Addr
	for _, set := range srv.All("set_real_ip_from") {
		a, err := netip.ParseAddr(strings.TrimSuffix(set.Value(), "/32"))
		if err == nil && !a.IsLoopback() && len(out) < maxSenders {
			out = append(out, a)
		}
	}
	return out
}

// shopWindows are the ports of a site to which others connect: 80 and 443 where it has them, for the rest then lies behind a gateway of its own.
func shopWindows(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) []netip.AddrPort {
	var web, rest []netip.AddrPort
	for _, other := range f.Sites(ctx) {
		for _, h := range other.Hops {
			if slices.Contains(f.Beyond(ctx, h), s) {
				return nil // it is asked by a gateway here
			}
		}
	}
	for _, other := range s.Gateway.Sites {
		if !sameNames(other, s) {
			continue
		}
		for _, l := range other.Listen {
			if !l.Addr.IsValid() || l.Addr.Addr().IsLoopback() {
				continue
			}
			if p := l.Addr.Port(); p == 80 || p == 443 {
				web = append(web, l.Addr)
			} else {
				rest = append(rest, l.Addr)
			}
		}
	}
	if len(web) > 0 {
		return web
	}
	return rest
}

// incoming is the first packet of a connection from elsewhere to a port of this machine; without a sender, any address could be his.
func incoming(ctx context.Context, f *sysinfo.Facts, from netip.Addr, to netip.AddrPort) (packet, bool) {
	p := packet{from: from, to: to.Addr(), port: int(to.Port()), uid: -1, gid: -1, in: true}
	if !from.IsValid() {
		from = netip.AddrFrom4([4]byte{192, 88, 99, 1})
	}
	r, err := f.Host.Route(ctx, from)
	if err == nil {
		p.dev = r.Dev
	}
	if p.to.IsUnspecified() {
		if p.to = r.Src; !p.to.IsValid() {
			p.to = netip.IPv4Unspecified()
			if from.Is6() {
				p.to = netip.IPv6Unspecified()
			}
		}
	}
	return p, p.to.Unmap().Is4() == from.Unmap().Is4()
}

// portWords are ports as nft and as iptables take them.
func portWords(ports []int) (nft, tables string) {
	words := portNumbers(ports)
	if len(words) == 1 {
		return "tcp dport " + words[0], "-p tcp -m tcp --dport " + words[0]
	}
	return "tcp dport { " + strings.Join(words, ", ") + " }", "-p tcp -m multiport --dports " + strings.Join(words, ",")
}

// portNumbers are ports as words.
func portNumbers(ports []int) []string {
	words := make([]string, len(ports))
	for i, p := range ports {
		words[i] = strconv.Itoa(p)
	}
	return words
}
