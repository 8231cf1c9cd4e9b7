package checks

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// letIn completes a finding with the place of the rule and what lets those in whom it stops.
func (o *keptOut) letIn(ctx context.Context, f *sysinfo.Facts, found *Finding) {
	r, root := o.Rule, f.Host.Root
	name, nets := o.Who[0].Name, o.networks()
	found.Where = savedRule(ctx, f, o.Text)
	if r.Policy() {
		found.Where = savedEnd(f, r)
	}
	if at := ufwPlace(f, r, o.Text); at.Known() {
		found.Where = at
	}
	if at := zonePlace(f, r, o.Text); at.Known() {
		found.Where = at
		found.Evidence = append(found.Evidence, lineOf(root, at))
	}
	if jail := jailOf(r); jail != "" {
		o.unban(ctx, f, found, jail, nets)
		return
	}
	if at := csfDenies(f, o.Who[0].From.String()); at.Known() && (r.Chain == "DENYIN" || r.Chain == "DENYOUT") {
		denied := firstWord(configLine(root, at))
		found.Where = at
		found.Evidence = append(found.Evidence, lineOf(root, at))
		found.Fix = Fix{Title: "Take " + denied + " off CSF's list", Risk: Low, Undo: "csf -d " + denied}.Do("CSF denies it, and has its own command to end that", "csf -dr %s", denied).
			Tell("csf -a %s has it let in from then on, whatever lfd thinks of it", denied)
		return
	}
	if rich := richRule(ctx, f, r, o.Text); rich != "" && o.onlyContentNetwork() {
		found.Fix = dropRich(r, rich, found.Where.Known())
		return
	}
	if x, ok := o.takeOut(ctx, f, found); ok {
		found.Fix = x
		return
	}
	found.Fix = o.admit(ctx, f, Fix{Title: "Let " + name + " in", Risk: Low}, nets)
}

// onlyContentNetwork says that a rule stops nothing but addresses of the content network: it may go as a whole.
func (o *keptOut) onlyContentNetwork() bool {
	m := richSource.FindStringSubmatch(o.Text)
	if m == nil {
		return false
	}
	net, err := netip.ParsePrefix(m[1])
	if err != nil {
		a, err := netip.ParseAddr(m[1])
		return err == nil && sysinfo.CDN(a) != ""
	}
	return slices.ContainsFunc(sysinfo.CDNRanges(o.Who[0].Name, net.Addr().Is4()), func(n netip.Prefix) bool { return n.Bits() <= net.Bits() && n.Contains(net.Addr()) })
}

// takeOut takes those who are stopped out of the set by which a rule stops them. A network that is more than they are stays: others may be meant.
func (o *keptOut) takeOut(ctx context.Context, f *sysinfo.Facts, found *Finding) (Fix, bool) {
	var x Fix
	var undo []string
	for _, w := range o.Who {
		m, ok := memberOf(ctx, f, packet{from: w.From}, o.Rule, o.Text)
		if !ok || strings.Contains(m.Word, "/") && sysinfo.CDN(w.From) == "" {
			return x, false
		}
		if slices.Contains(undo, m.again) {
			continue
		}
		if m.Where.Known() {
			found.Where = m.Where
		}
		if len(o.Who) > 1 {
			m.line = "" // they may stand in one line
		}
		one := m.takeOut(f)
		if undo = append(undo, m.again); x.Steps == nil {
			x, undo[0] = one, one.Undo
			found.Evidence = append(found.Evidence, Evidence{Source: m.list, Text: "holds " + m.Word})
			continue
		}
		x = x.Do("And this one", "%s", m.out)
	}
	x.Undo = strings.Join(undo, "; ")
	return x, x.Steps != nil
}

// networks are what to let in: all that a content network asks from, for its next visitor comes by another address; else the addresses themselves.
func (o *keptOut) networks() []string {
	var out []string
	four := o.Who[0].From.Is4()
	for _, n := range sysinfo.CDNRanges(o.Who[0].Name, four) {
		out = append(out, n.String())
	}
	for _, w := range o.Who {
		if len(out) < maxSenders && sysinfo.CDN(w.From) == "" && w.From.Is4() == four {
			out = append(out, w.From.String())
		}
	}
	return out
}

// unban takes those in front of a site out of a jail, and has it leave them alone.
func (o *keptOut) unban(ctx context.Context, f *sysinfo.Facts, found *Finding, jail string, nets []string) {
	found.Where = jailFile(f, jail)
	x := Fix{Title: "Unban " + o.Who[0].Name + ", and never ban it again", Risk: Low}
	down := false
	if u, ok := f.Unit(ctx, "fail2ban.service"); ok && !u.Running() {
		found.Evidence = append(found.Evidence, unitSays(u))
		down = true
	}
	for _, w := range o.Who {
		ip := w.From.String()
		found.Evidence = append(found.Evidence, banLine(f, jail, ip)...)
		if down {
			x = liftBan(x, o.Rule, ip)
			continue
		}
		x = x.Do("Unban it", "fail2ban-client set %s unbanip %s", sh(jail), ip)
	}
	if down {
		x = x.Tell("fail2ban itself guards nothing while it is down: fail2ban-client -t says what keeps it from starting")
	} else {
		x = x.Do("Leave it alone from now on", "for net in %s; do fail2ban-client set %s addignoreip $net; done", strings.Join(nets, " "), sh(jail))
		x.Undo = fmt.Sprintf("for net in %s; do fail2ban-client set %s delignoreip $net; done", strings.Join(nets, " "), sh(jail))
	}
	if file := "/etc/fail2ban/jail.d/" + jail + "-ignore.local"; !f.Host.Root.Exists(file) {
		x = x.Do("And after the next start", "printf '[%%s]\\nignoreip = %%s %%s\\n' %s %s %s >%s", sh(jail), sh(ignored(f, jail)), sh(strings.Join(nets, " ")), sh(file))
		x.Undo = strings.TrimSuffix("rm "+sh(file)+"; "+x.Undo, "; ")
	}
	found.Fix = x.Tell("Let the gateway write its visitors' own addresses into its log (nginx: set_real_ip_from and real_ip_header), or the next bad visitor gets %s banned again", o.Who[0].Name)
}

// admit lets networks in to the site's ports, before the rule that stops them.
func (o *keptOut) admit(ctx context.Context, f *sysinfo.Facts, x Fix, nets []string) Fix {
	r, name, ports := o.Rule, o.Who[0].Name, o.Ports
	nft, tables := portWords(ports)
	loop := "for net in " + strings.Join(nets, " ") + "; do %s; done"
	numbers := strings.Trim(strings.Join(strings.Fields(fmt.Sprint(ports)), ","), "[]")
	switch {
	case r.Table == "firewalld":
		rich := func(verb string) string {
			word := r.zoneWord()
			for _, p := range ports {
				word += fmt.Sprintf(` --%s-rich-rule="rule priority=-10 family=%s source address=$net port port=%d protocol=tcp accept"`, verb, familyOf(o.Who[0].From), p)
			}
			return fmt.Sprintf(loop, "firewall-cmd --permanent"+word+"; firewall-cmd"+word) // a reload would throw away what was set until the next start alone
		}
		x.Undo = rich("remove")
		return x.Do("Admit it in firewalld, now and at every boot", "%s", rich("add"))
	case strings.HasPrefix(r.Chain, "ufw") || ufwDefault(f, r):
		rule := fmt.Sprintf("allow proto tcp from $net to any port %s", numbers)
		x.Undo = fmt.Sprintf(loop, "ufw delete "+rule)
		return x.Do("Admit it before ufw's other rules, now and at every boot", "%s", fmt.Sprintf(loop, "ufw prepend "+rule))
	case r.Tool == "nft":
		admits, word := from(nets, o.Who[0].From)+nft+" accept", ""
		if len(nets) > 1 { // nft prints them in its own order, and neighbours as one
			word = fmt.Sprintf("comment %q", name+" is let in")
			admits += " " + word
		}
		return o.admitNFT(ctx, f, x, admits, orDefault(word, admits))
	}
	spec := "-s " + strings.Join(nets, ",") + " " + tables + " -j ACCEPT"
	x.Undo = fmt.Sprintf("%s -t %s -D %s %s", r.Tool, r.Table, sh(r.Chain), spec)
	x = x.Do("Admit it before the rule that stops it", "%s -t %s -I %s %s", r.Tool, r.Table, sh(r.Chain), spec)
	if at := savedRule(ctx, f, o.Text); at.Known() && strings.HasPrefix(configLine(f.Host.Root, at), "-A "+r.Chain+" ") {
		x.Undo = fmt.Sprintf("sed -i %dd %s; %s", at.Line, sh(realFile(f.Host.Root, at.File)), x.Undo)
		return x.Do("Write it above the rule in "+at.File+", so that it is there after the next boot", "%s", sedLines(f.Host.Root, at, 'i', "-A "+r.Chain+" "+spec)).
			Do("Test that file; this loads nothing", "%s-restore --test %s", r.Tool, sh(at.File))
	}
	return x.Tell("Save it as this machine does (netfilter-persistent save, iptables-save >/etc/iptables/rules.v4), or it is gone after the next boot")
}

// ufwOn says that ufw loads its rules; Ubuntu has its files where it never did.
func ufwOn(r sysinfo.Root) bool {
	for _, line := range linesIn(r, "/etc/ufw/ufw.conf") {
		if strings.EqualFold(strings.TrimSpace(line), "ENABLED=yes") {
			return true
		}
	}
	return false
}

// admitNFT puts a rule of nftables before the one that stops, and into the file that loads that at boot. known is what nft prints of it as it was given.
func (o *keptOut) admitNFT(ctx context.Context, f *sysinfo.Facts, x Fix, admits, known string) Fix {
	r, root := o.Rule, f.Host.Root
	chain := fmt.Sprintf("%s %s %s", sh(r.Family), sh(r.Table), sh(r.Chain))
	at, edit := savedRule(ctx, f, o.Text), ""
	switch {
	case r.Policy():
		if at = savedHook(f, r); at.Known() {
			edit = insertAfter(root, at, admits)
			x.Undo = removeBelow(root, at, 1) + "; "
		}
		x = x.Do("Admit it", "nft insert rule %s %s", chain, sh(admits))
	default:
		if at.Known() && inBlock(root, at) {
			edit = sedLines(root, at, 'i', admits)
			x.Undo = fmt.Sprintf("sed -i %dd %s; ", at.Line, sh(realFile(root, at.File)))
		}
		x = x.Do("Admit it before the rule that stops it", "nft insert rule %s position %d %s", chain, r.Handle, sh(admits))
	}
	x.Undo += fmt.Sprintf(`nft delete rule %s handle "$(nft -n -a list chain %s | grep -m1 -F %s | awk '{print $NF}')"`, chain, chain, sh(known))
	if edit == "" {
		return x.Tell("Write the same rule above where this machine keeps its rules (/etc/nftables.conf), or it is gone after the next boot")
	}
	return x.Do("Write it into "+at.File+", so that it is there after the next boot", "%s", edit).Do("Test that file; this loads nothing", "nft -c -f %s", sh(loadedFrom(f, at.File)))
}

// from are the words of nft for packets of some networks.
func from(nets []string, one netip.Addr) string {
	if nets[0] == "0.0.0.0/0" {
		return ""
	}
	field := "ip saddr "
	if !one.Is4() {
		field = "ip6 saddr "
	}
	if len(nets) == 1 {
		return field + nets[0] + " "
	}
	return field + "{ " + strings.Join(slices.Sorted(slices.Values(nets)), ", ") + " } "
}

func familyOf(a netip.Addr) string {
	if a.Is4() {
		return "ipv4"
	}
	return "ipv6"
}
