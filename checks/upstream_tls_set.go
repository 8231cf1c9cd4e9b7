package checks

import (
	"context"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
	"fix502/sysinfo/haproxy"
)

// keepsName is the setting by which a site of Apache's hands the visitor's name on.
func keepsName(l *live, a *sysinfo.Apache) apache.Setting {
	keeps := apache.Setting{Name: "ProxyPreserveHost"}
	if d := siteSetting(l.Site, a, keeps.Name); d != nil {
		keeps.Value, keeps.Place = d.Arg(0), d.Place
	}
	return keeps
}

// apacheCalls: Apache has no setting for the name; it is the one in the address, or the visitor's.
func apacheCalls(ctx context.Context, f *sysinfo.Facts, l *live, x Fix, name string) Fix {
	_, a, _ := l.apacheHop()
	keeps := keepsName(l, a)
	on := strings.EqualFold(keeps.Value, "on")
	switch {
	case name == l.Site.Name && !on:
		return setApache(l, x, keeps, "On")
	case on && name != l.Site.Name:
		x = setApache(l, x, keeps, "Off")
	}
	if name == l.Host {
		return x
	}
	root, where := l.Site.Gateway.Root, l.Where
	if !keeps.Set() && on {
		where.Line++
	}
	var undo []string
	if x.Undo != "" {
		undo = append(undo, x.Undo)
	}
	if addr := l.reach.Addr.Addr(); !slices.Contains(f.Lookup(ctx, l.Site.Gateway, name), addr) && addr != (netip.Addr{}) {
		if named, ok := hostsLine(f.Host.Root, x, "Say where "+name+" is", addr.String(), name); ok {
			x, undo = named, append(undo, named.Undo)
		}
	}
	was := "//" + l.Host
	if at := seekLine(l.Site.Gateway, regexp.MustCompile(`(?i)^\s*Define\s+\w+\s+"?`+regexp.QuoteMeta(l.Host)+`"?\s*$`)); at.Known() && !strings.Contains(configLine(root, where), l.Host) {
		x.Undo = undoAll(append(undo, replace(root, at, name, l.Host)))
		return x.Do("Put the name into the address, which a variable holds", "%s", replace(root, at, l.Host, name))
	}
	x.Undo = undoAll(append(undo, replace(root, where, "//"+name, was)))
	x = x.Do("Put the name into the address", "%s", replace(root, where, was, "//"+name))
	if srv, ok := l.Site.Extra.(*apache.Server); ok {
		for _, d := range srv.Own("ProxyPassReverse") {
			if at := d.Place; strings.Contains(configLine(root, at), was) {
				x = x.Do("and where redirects are turned back", "%s", replace(root, at, was, "//"+name))
			}
		}
	}
	return x
}

// setServer sets keywords on a HAProxy server's own line.
func setServer(l *live, x Fix, pairs ...pair) Fix {
	s, ok := l.Extra.(haproxy.Server)
	if !ok {
		return x
	}
	root := l.Site.Gateway.Root
	old := configLine(root, l.Where)
	text := old
	for _, p := range pairs {
		if v := s.Line.After(p.name); v != "" && strings.Contains(text, " "+p.name+" "+v) {
			text = strings.Replace(text, " "+p.name+" "+v, " "+p.name+" "+p.value, 1)
			continue
		}
		text = strings.Replace(text, s.Word, s.Word+" "+p.name+" "+p.value, 1)
	}
	x.Undo = setLine(root, l.Where, old)
	return x.Do("Say so on the server's line "+l.Where.String(), "%s", setLine(root, l.Where, text))
}

// setTransport sets lines in the transport block of a reverse_proxy, which is made where there is none.
func setTransport(l *live, x Fix, pairs ...pair) Fix {
	h, ok := l.Extra.(sysinfo.CaddyHop)
	if !ok {
		return x
	}
	root, at := l.Site.Gateway.Root, h.Pass.Place
	if strings.HasSuffix(at.File, ".json") {
		return x.Tell("Caddy runs with JSON: set the same in the \"transport\" beside %s, under \"tls\" (root_ca_pem_files, server_name, insecure_skip_verify)", at)
	}
	line := configLine(root, at)
	var undo, more []string
	for _, p := range pairs {
		text := strings.TrimSpace(p.name + " " + p.value)
		set, ok := h.Pass.Settings[p.name]
		if !ok {
			more = append(more, text)
			continue
		}
		at := set.Place
		undo = append(undo, setLine(root, at, configLine(root, at)))
		x = x.Do("Set "+p.name+" in "+at.String(), "%s", setLine(root, at, text))
	}
	set, ok := h.Pass.Settings["transport"]
	inside := set.Place
	block := "transport http {\n\t\t" + strings.Join(more, "\n\t\t") + "\n\t}"
	switch { // last: the line numbers above stay true
	case len(more) == 0:
	case ok && strings.HasSuffix(withoutComment(configLine(root, inside)), "{"):
		undo = append(undo, removeBelow(root, inside, len(more)))
		x = x.Do("Add it to the transport", "%s", insertAfter(root, inside, "\t"+strings.Join(more, "\n\t")))
	case strings.HasSuffix(withoutComment(line), "{"):
		undo = append(undo, removeBelow(root, at, len(more)+2))
		x = x.Do("Give it a transport", "%s", insertAfter(root, at, "\t"+block))
	default:
		file := sh(realFile(root, at.File))
		open, shut := "s/[[:space:]]*$/ {/", "s/ {$//"
		if withoutComment(line) != line { // which would hide the brace
			open, shut = "s/[[:space:]]*#/ { #/", "s/ { #/ #/"
		}
		undo = append(undo, fmt.Sprintf("sed -i '%d%s' %s; %s", at.Line, shut, file, removeBelow(root, at, len(more)+3)))
		x = x.Do("Open a block for it", "sed -i '%d%s' %s", at.Line, open, file).Do("Give it a transport", "%s", insertAfter(root, at, "\t"+block+"\n}"))
	}
	x.Undo = undoAll(undo)
	return x
}
