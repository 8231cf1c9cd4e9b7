package checks

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"fix502/sysinfo"
)

const varnishDefault = "6081" // where the packages let Varnish listen

// defaultPort: Varnish runs as its package has it, and nobody listens where visitors ask: the admin's own options were lost, with a
// drop-in, or in a file that systemd does not read (/etc/default/varnish). Where somebody else has the port, or the name leads to
// another machine, it is no mistake.
func defaultPort(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) *Finding {
	if g.Kind != "varnish" {
		return nil
	}
	u, known := f.Unit(ctx, g.Unit)
	l, set := setBy(f, u, "ExecStart")
	gateways, err := f.Gateways(ctx)
	if !known || !set || strings.HasPrefix(l.File, "/etc/") || strings.Count(l.Value, ":"+varnishDefault) != 1 || err != nil || len(gateways) > 1 {
		return nil
	}
	port, ok := nobodyThere(ctx, f) // last: it asks for the name, and at the port
	if !ok {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.8, Where: sysinfo.Place{File: l.File, Line: l.Line}, Summary: fmt.Sprintf("nobody listens on port %s, where %s is asked; Varnish runs as its package has it, on port %s", port, f.URL, varnishDefault),
		Evidence: []Evidence{lineOf(f.Host.Root, l.Place), {Source: "ss -ltn", Text: "no listener on port " + port}}}
	x := Fix{Title: "Let Varnish listen where visitors ask", Risk: Medium}.
		Tell("Its own options were lost: a drop-in of its unit, or a line in /etc/default/varnish, which systemd does not read. If a backup has them, put them back instead")
	x = dropIn(x, u.Name, "Its package's own options, with port "+port+" beside its own", "Service", "ExecStart=", "ExecStart="+strings.Replace(l.Value, ":"+varnishDefault, ":"+port+" -a :"+varnishDefault, 1))
	x.Undo += "; systemctl restart " + sh(unitWord(u.Name))
	found.Fix = daemonReload(x).Do("Start it anew with them", "systemctl restart %s && sleep 2", sh(unitWord(u.Name)))
	return found
}

// nobodyThere is the port at which the page of this run is asked, where its name leads to this machine alone and nothing listens.
func nobodyThere(ctx context.Context, f *sysinfo.Facts) (string, bool) {
	page := f.AskedURL()
	if page == nil || page.Scheme != "http" || f.Host.Files {
		return "", false
	}
	port := page.Port()
	if port == "" {
		port = "80"
	}
	n, _ := strconv.Atoi(port)
	listeners, err := f.Listeners(ctx, nil)
	if err != nil || n == 0 {
		return "", false
	}
	for _, s := range listeners {
		if s.Network == "tcp" && int(s.Addr.Port()) == n {
			return "", false
		}
	}
	all, err := f.Host.Resolve(ctx, page.Hostname())
	if err != nil || len(all) == 0 || !ownAddresses(f.Host.Root, all) {
		return "", false
	}
	conn, err := f.Host.Dial(ctx, 0, "tcp", net.JoinHostPort(all[0].String(), port))
	if err == nil { // a rule of the firewall leads elsewhere
		conn.Close()
	}
	return port, errors.Is(err, syscall.ECONNREFUSED)
}

// ownAddresses says that all of some addresses are this machine's: loopback, or one that the kernel's table calls LOCAL.
func ownAddresses(r sysinfo.Root, all []netip.Addr) bool {
	table, err := r.ReadFile("/proc/net/fib_trie")
	for _, a := range all {
		own := err == nil && regexp.MustCompile(`\|-- `+regexp.QuoteMeta(a.Unmap().String())+`\n\s+/32 host LOCAL`).Match(table)
		if !own && !a.IsLoopback() {
			return false
		}
	}
	return true
}
