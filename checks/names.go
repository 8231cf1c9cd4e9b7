package checks

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// resolved is a check on names that nginx looks up while it serves.
func resolved(judge func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding, kinds ...errlog.Kind) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
		h, ok := l.Extra.(sysinfo.NginxHop)
		if !ok || !h.Target.AtRun && !l.Variable {
			return nil
		}
		line, ok := says(ctx, f, l.Site, kinds...)
		if !ok {
			blind := unheard(ctx, f, l.Site)
			if blind == nil {
				return nil
			}
			if line, ok = asksNobody(l, h); !ok {
				line, ok = asksInVain(ctx, f, l, h)
			}
			if !ok || !slices.Contains(kinds, line.Kind) {
				return blind
			}
		}
		found := judge(ctx, f, l, line.LogLine)
		if found == nil || found.Status == Pass {
			return found
		}
		found.Status = Fail
		if !line.now {
			found.When, found.Status = l.comesAndGoes(line.LogLine)
		}
		found.Evidence = append([]Evidence{quoteLine(line.LogLine), passLine(l)}, found.Evidence...)
		return found
	})
}

// asksNobody is what the log would say, where it cannot be read, of a page that nginx answers itself and that comes from a name which it has to look
// up with no resolver: that fails each time (ngx_http_upstream_init_request). Or from a variable whose value lacks its scheme.
func asksNobody(l *live, h sysinfo.NginxHop) (spoken, bool) {
	if !l.hit || l.answer == nil || !own("nginx", l.answer) {
		return spoken{}, false
	}
	kind, q := errlog.Unknown, l.answer.Question
	_, err := netip.ParseAddr(l.Host)
	switch {
	case l.answer.Status == http.StatusBadGateway && l.Host != "" && err != nil && l.Block == "" && !h.Pass.Resolver().Set():
		kind = errlog.NoResolver
	case l.answer.Status == http.StatusInternalServerError && bareValue.MatchString(configLine(l.Site.Gateway.Root, l.Where)):
		kind = errlog.InvalidURL
	default:
		return spoken{}, false
	}
	return spoken{now: true, count: 1, LogLine: sysinfo.LogLine{Source: "GET " + q.Host + q.URI, Text: fmt.Sprintf("%d, a page that nginx makes itself", l.answer.Status),
		Event: errlog.Event{Kind: kind, Name: l.Host, Time: l.answer.At}}}, true
}

func nameIn(l *live, line sysinfo.LogLine) string {
	if line.Name != "" {
		return line.Name
	}
	return l.Host
}

// literal writes the name where the variable stood, so that nginx resolves it once, at its start, as the system does.
func literal(ctx context.Context, f *sysinfo.Facts, l *live, name string) Fix {
	root := l.Site.Gateway.Root
	old := configLine(root, l.Pass)
	i := strings.IndexByte(old, '$')
	x := Fix{Title: "Write the name itself", Risk: Low, Undo: setLine(root, l.Pass, old)}
	if l.Where != l.Pass && i >= 0 && !strings.HasPrefix(configLine(root, l.Where), "set ") {
		return addressFor(ctx, f, l, name, "", x) // a map: the other visitors have other values
	}
	if i < 0 {
		return x.Tell("Write %s instead of the variable at %s", name, l.Pass)
	}
	if strings.Count(old, name) == 1 { // the name stands there; the variable is the page behind it
		return addressFor(ctx, f, l, name, name, x)
	}
	end := i + 1
	for end < len(old) && (old[end] == '_' || old[end] == '{' || old[end] == '}' || old[end] >= 'a' && old[end] <= 'z' || old[end] >= 'A' && old[end] <= 'Z' || old[end] >= '0' && old[end] <= '9') {
		end++
	}
	if strings.Contains(old[:i]+old[end:], "$") { // with another variable beside it nginx would still look the name up
		return addressFor(ctx, f, l, name, old[i:end], x)
	}
	new := name
	if _, scheme, ok := strings.Cut(statement(old, "proxy_pass"), "proxy_pass"); ok && strings.HasPrefix(strings.TrimSpace(scheme), "$") { // the variable had it
		if value, _, ok := strings.Cut(statement(configLine(root, l.Where), "set "), "://"); ok {
			new = value[strings.LastIndexAny(value, " \t\"'")+1:] + "://" + name
		}
	}
	if !strings.Contains(old[end:], ":") && l.Port != 0 && l.Port != 80 && l.Port != 443 {
		new = fmt.Sprintf("%s:%d", new, l.Port)
	}
	x = x.Do("Correct "+l.Pass.String(), "%s", replace(root, l.Pass, old[i:end], new))
	return reload(ctx, f, l.Site.Gateway, x)
}

// addressFor writes the address instead of the name, where the variable is set, or else in its place: an address needs no resolver.
func addressFor(ctx context.Context, f *sysinfo.Facts, l *live, name, variable string, x Fix) Fix {
	root := l.Site.Gateway.Root
	at := l.reach.Addr.Addr()
	for _, a := range l.Addrs {
		if !at.IsValid() || a.Is4() && at.Is6() && l.reach.Listener == nil {
			at = a
		}
	}
	if !at.IsValid() {
		x.Undo = ""
		return x.Tell("Write the address of %s instead of the name at %s: an address needs no resolver", name, l.Where)
	}
	to := at.Unmap().String()
	if at.Unmap().Is6() {
		to = "[" + to + "]"
	}
	x.Title = "Write the address instead of the name"
	if at, set := whereSet(l, name); at.Known() && strings.Count(set, name) == 1 {
		x.Undo = setLine(root, at, set)
		return reload(ctx, f, l.Site.Gateway, x.Do("An address needs no resolver", "%s", replace(root, at, name, to)))
	}
	if l.Where != l.Pass || variable == "" {
		x.Undo = ""
		return x.Tell("Write %s instead of %s where the variable gets it, or give the block a resolver", to, name)
	}
	return reload(ctx, f, l.Site.Gateway, x.Do("An address needs no resolver", "%s", replace(root, l.Pass, variable, to)))
}

// whereSet is the line that gives a name to a variable of a pass: of several variables in one pass l.Where knows the last.
func whereSet(l *live, name string) (sysinfo.Place, string) {
	root := l.Site.Gateway.Root
	if set := configLine(root, l.Where); l.Where != l.Pass && strings.Contains(set, name) {
		return l.Where, set
	}
	var found sysinfo.Place
	var text string
	pass, word := configLine(root, l.Pass), wholeWord(name)
	for at, line := range linesIn(root, l.Pass.File) {
		w := strings.Fields(line)
		if len(w) < 3 || w[0] != "set" || !regexp.MustCompile(`\$\{?`+regexp.QuoteMeta(strings.Trim(w[1], "${}"))+`\b`).MatchString(pass) || !word.MatchString(w[2]) {
			continue
		}
		if found.Known() {
			return sysinfo.Place{}, "" // two say so: nobody knows which one counts
		}
		found, text = at, configLine(root, at)
	}
	return found, text
}

// nameserver is the first DNS server of this machine, as nginx writes an address.
func nameserver(f *sysinfo.Facts) string {
	for _, a := range sysinfo.NameServers(f.Host.Root) {
		if a.Is6() {
			return "[" + a.String() + "]"
		}
		return a.String()
	}
	return ""
}
