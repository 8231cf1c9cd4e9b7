package apache

import (
	"net/netip"
	"strings"

	"fix502/sysinfo/conf"
)

// chance is what rules say to an address.
type chance int

const (
	perhaps chance = iota // that only the real request tells
	never
	lets
)

// anyOf judges a list of which one has to let the address in, and gives the line that is in the way. An empty list has no say.
func anyOf(items []Item, from netip.Addr) (by *Directive, says chance) {
	says = perhaps
	told := false
	for _, i := range items {
		d, c, ok := judge(i, from)
		if !ok {
			continue
		}
		if !told {
			by, says, told = d, c, true
			continue
		}
		if c != never && says != lets {
			says = c
		}
	}
	return by, says
}

// allOf judges a list that has to let the address in as a whole.
func allOf(items []Item, from netip.Addr) (by *Directive, says chance) {
	says = lets
	for _, i := range items {
		d, c, ok := judge(i, from)
		switch {
		case !ok:
		case c == never:
			return d, never
		case c == perhaps:
			says = perhaps
		}
	}
	return nil, says
}

func judge(i Item, from netip.Addr) (by *Directive, says chance, ok bool) {
	switch {
	case i.Section != nil && i.Section.Is("RequireAll"):
		by, says = allOf(i.Section.Items, from)
		return by, says, true
	case i.Section != nil && i.Section.Is("RequireAny"):
		by, says = anyOf(i.Section.Items, from)
		return by, says, true
	case i.Section != nil && i.Section.Is("RequireNone"):
		by, says = anyOf(i.Section.Items, from)
		return by, says.other(), true
	case i.Directive == nil || !i.Directive.Is("Require"):
		return nil, perhaps, false
	}
	d, args := i.Directive, i.Directive.Args
	if strings.EqualFold(d.Arg(0), "not") {
		return d, required(args[1:], from).other(), true
	}
	return d, required(args, from), true
}

// other is what "not" makes of it.
func (c chance) other() chance {
	switch c {
	case never:
		return lets
	case lets:
		return never
	}
	return perhaps
}

// required judges one Require (mod_authz_core, mod_authz_host).
func required(args []string, from netip.Addr) chance {
	if len(args) == 0 {
		return perhaps
	}
	switch strings.ToLower(args[0]) {
	case "all":
		if len(args) > 1 && strings.EqualFold(args[1], "granted") {
			return lets
		}
		return never
	case "local":
		if from.IsLoopback() {
			return lets
		}
		return perhaps // the server's own address is local as well
	case "ip":
		for _, word := range args[1:] {
			if meant(word, from) {
				return lets
			}
		}
		return never
	}
	return perhaps
}

// meant says that an address is one of those that a word of Require ip or Allow from names: an address, a part of one ("10.1"), a network.
func meant(word string, from netip.Addr) bool {
	if conf.InNet(word, from) {
		return true
	}
	if net, mask, ok := strings.Cut(word, "/"); ok {
		m, err := netip.ParseAddr(mask)
		if of, err2 := netip.ParseAddr(net); err == nil && err2 == nil && m.Is4() && of.Is4() && from.Is4() {
			a, b, c := of.As4(), from.As4(), m.As4()
			for i := range a {
				if a[i]&c[i] != b[i]&c[i] {
					return false
				}
			}
			return true
		}
		return false
	}
	return strings.HasPrefix(from.String()+".", strings.TrimSuffix(word, ".")+".")
}

// older judges Order, Allow and Deny (mod_access_compat), and gives the line that turns the address away.
func older(sec *Section, from netip.Addr) *Directive {
	order := "deny,allow"
	by := sec.Last("Order")
	if by != nil {
		order = strings.ToLower(strings.ReplaceAll(by.Arg(0), " ", ""))
	}
	allow, deny := named(sec, "Allow", from), named(sec, "Deny", from)
	switch {
	case allow.perhaps || deny.perhaps:
	case order == "allow,deny" && deny.by != nil:
		return deny.by
	case order == "allow,deny" && allow.by == nil:
		return by
	case order != "allow,deny" && deny.by != nil && allow.by == nil:
		return deny.by
	}
	return nil
}

type namedBy struct {
	by      *Directive
	perhaps bool
}

// named is the Allow or Deny that names an address.
func named(sec *Section, directive string, from netip.Addr) (out namedBy) {
	for _, d := range sec.Own(directive) {
		for _, word := range d.Args {
			switch {
			case strings.EqualFold(word, "from"):
			case strings.EqualFold(word, "all"), meant(word, from):
				out.by = d
			case strings.ContainsAny(word, "=") || strings.Trim(word, "0123456789./:abcdefABCDEF") != "":
				out.perhaps = true // a variable of the environment, or a name
			}
		}
	}
	return out
}
