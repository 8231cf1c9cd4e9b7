package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
)

// admitUser lets the app's user, and nobody else, through to its database: a rule that keeps others from it is a guard.
func (h storeHop) admitUser(ctx context.Context, f *sysinfo.Facts, r *rule, p packet, text string) Fix {
	x := Fix{Title: fmt.Sprintf("Admit %s to %s, before the rule that stops everybody", h.who, h.title), Risk: Medium}
	chain := fmt.Sprintf("%s %s %s", sh(r.Family), sh(r.Table), sh(r.Chain))
	if arrives := r.Hook != "output" && r.Hook != "postrouting"; arrives && (h.kind == "mysql" || h.kind == "postgres") && !r.Policy() && p.local { // they ask everybody for a password
		x.Title = "Admit this machine itself to " + h.title + ", before the rule that stops everybody"
		return admitBefore(ctx, f, &h.live, r, chain, text, x)
	} else if arrives {
		return x.Tell("The rule stops what arrives, of which nobody can see any more who sent it: admit what comes in by lo to port %d before it, if every user of this machine may ask %s", h.Port, h.title)
	}
	if r.Tool != "nft" {
		spec := fmt.Sprintf("-d %s -p tcp --dport %d -m owner --uid-owner %d -j ACCEPT", p.to, h.Port, p.uid)
		x.Undo = fmt.Sprintf("%s -t %s -D %s %s", r.Tool, r.Table, sh(r.Chain), spec)
		return x.Do("Admit this user", "%s -t %s -I %s %s", r.Tool, r.Table, sh(r.Chain), spec).
			Tell("Save it as this machine does (netfilter-persistent save, ufw), or it is gone after the next boot")
	}
	family := "ip"
	if p.to.Is6() {
		family = "ip6"
	}
	admits := fmt.Sprintf("%s daddr %s meta skuid %d tcp dport %d accept", family, p.to, p.uid, h.Port)
	before := ""
	if !r.Policy() {
		before = fmt.Sprintf(" position %d", r.Handle)
	}
	x = x.Do("Admit this user", "nft insert rule %s%s %s", chain, before, admits)
	x.Undo = dropRule(chain, admits)
	at, mode := savedRule(ctx, f, text), byte('i')
	if r.Policy() {
		at, mode = savedHook(f, r), 'a'
	}
	if !at.Known() || !inBlock(f.Host.Root, at) {
		return x.Tell("Write '%s' above that rule where this machine keeps its rules (/etc/nftables.conf, mostly), or it is gone after the next boot", admits)
	}
	line := at.Line
	if r.Policy() {
		line++
	}
	x.Undo += fmt.Sprintf("; sed -i %dd %s", line, sh(realFile(f.Host.Root, at.File)))
	return x.Do("Write it into "+at.File+" as well, so that it is there after the next boot", "%s", sedLines(f.Host.Root, at, mode, admits)).
		Do("Test that file; this loads nothing", "nft -c -f %s", sh(loadedFrom(f, at.File)))
}
