package checks

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"path"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

var (
	// proxyVariable is the variable by which curl, Python, PHP, Ruby and Go are told of a proxy for what they ask over HTTP (curl(1), ENVIRONMENT).
	proxyVariable = whenAsked(`(?i)(?:^|[\s"'=])((?:https?|all)_proxy)=["']?(?:https?|socks[45][ah]?)://(?:[^@\s"'/]*@)?(\[[^\]\s]+\]|[^\s:/"'\[]+):(\d+)`)
	// exceptVariable is the one that names whom they ask without it.
	exceptVariable = whenAsked(`(?i)\b(no_proxy=)(["']?)([^\s"']*)`)
	notConnected   = whenAsked(`(?i)connection refused|ECONNREFUSED|cannot connect to proxy|proxyerror|proxyconnect|could not connect|failed to connect|can't connect|connection timed out|connect timeout|ETIMEDOUT|EHOSTUNREACH|no route to host|max retries exceeded`)
)

// alwaysOwn are the names of this machine that no proxy is for.
const alwaysOwn = "localhost,127.0.0.1,::1"

// outboundProxy: the environment of an app sends what it asks over HTTP to a proxy at which nobody is, and the app says that it could not connect.
func outboundProxy(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) bool {
	lines, _ := f.Words(ctx, u)
	said := lastSaid(latest(lines), notConnected)
	w, ok := outboundSetting(f, u)
	if said == nil || !ok || !proxyGone(ctx, f, l, w.match[2], w.match[3]) {
		return false
	}
	name, root := w.match[1], f.Host.Root
	found.Where = w.place
	found.Summary += fmt.Sprintf(": %s has it ask others by way of the proxy %s:%s, and nobody is there", name, w.match[2], w.match[3])
	found.Evidence = append(found.Evidence, lineOf(root, w.place), Evidence{Source: "ss -ltn", Text: fmt.Sprintf("nobody can be reached at %s:%s", w.match[2], w.match[3])})
	port, _ := strconv.Atoi(w.match[3]) // the pattern takes digits alone
	if all, err := f.Services(ctx); err == nil && ownAddress(f, l.Site, w.match[2]).IsValid() {
		if missed, ok := idleAt(f, all, port, u); ok {
			startMissed(ctx, f, found, missed)
			return true
		}
	}
	line := configLine(root, w.place)
	x := Fix{Risk: Low, Undo: setLine(root, w.place, line)}
	if calls := f.LocalCalls(ctx, l.Hop, l.uri()); len(calls) > 0 {
		x.Title = "Let the app ask this machine's own services without the proxy"
		found.Evidence = append(found.Evidence, Evidence{Source: calls[0].Where.String(), Text: fmt.Sprintf("the app asks port %d of this machine", calls[0].Port)})
		x = exceptOwn(f, u, w, x)
	} else {
		x.Title, x.Risk, x.Workaround = "Let the app go out without the proxy", Medium, true
		x = x.Tell("If the proxy should be there, start it, or write its new address at %s, and skip the rest", w.place)
		x = x.Do("Until then: the app asks without it", "%s", offVariable(root, w, line))
	}
	if w.unit && u.Manager == "" {
		x = daemonReload(x)
	} else if strings.HasPrefix(w.place.File, "/etc/systemd/system.conf") {
		x = x.Do("Let systemd read its settings anew", "systemctl daemon-reexec")
		x.Undo += "; systemctl daemon-reexec"
	}
	found.Fix = startAnew(u, x, "Start the app anew with it")
	return true
}

// outboundSetting is where a service is told of a proxy: in its own files, or in systemd's for all services.
func outboundSetting(f *sysinfo.Facts, u sysinfo.Unit) (written, bool) {
	if w, ok := inEnvironment(f, u, proxyVariable); ok {
		return w, true
	}
	more, _ := f.Host.Root.Glob("/etc/systemd/system.conf.d/*.conf") // none is the rule
	for _, file := range append(reversed(more), "/etc/systemd/system.conf") {
		if w, ok := lastLineWith(f, file, proxyVariable, "#", ";"); ok && strings.HasPrefix(strings.TrimSpace(configLine(f.Host.Root, w.place)), "DefaultEnvironment=") && u.Manager == "" {
			return w, true
		}
	}
	return written{}, false
}

// proxyGone says that a connection to an address cannot come about: nothing of this machine listens there, or no way leads to it.
func proxyGone(ctx context.Context, f *sysinfo.Facts, l *live, host, port string) bool {
	n, _ := strconv.Atoi(port) // the pattern takes digits alone
	host = strings.Trim(host, "[]")
	if host == "localhost" || ownAddress(f, l.Site, host).IsValid() {
		return !listenedAt(ctx, f, n)
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		if known := f.HostNames(l.Site.Gateway)[strings.ToLower(host)]; len(known) > 0 {
			a = known[0]
		}
	}
	return a.IsValid() && f.Reach(ctx, &sysinfo.Hop{Site: l.Site, From: l.From, Host: host, Port: n, Addrs: []netip.Addr{a}, Where: l.Where}).Broken()
}

// exceptOwn names this machine among those that are asked without a proxy.
func exceptOwn(f *sysinfo.Facts, u sysinfo.Unit, w written, x Fix) Fix {
	root, line := f.Host.Root, configLine(f.Host.Root, w.place)
	at, except := w, exceptVariable.FindStringSubmatch(line)
	if except == nil {
		if other, ok := inEnvironment(f, u, exceptVariable); ok {
			at, except = other, other.match
		}
	}
	if except != nil {
		was := except[0]
		now := except[1] + except[2] + strings.Join(slices.DeleteFunc([]string{except[3], alwaysOwn}, func(s string) bool { return s == "" }), ",")
		if at.place != w.place {
			x.Undo = setLine(root, at.place, configLine(root, at.place))
		}
		return x.Do("Name this machine among those that no proxy is for", "%s", replace(root, at.place, was, now))
	}
	name := cmp.Or(map[bool]string{true: "NO_PROXY"}[strings.ToUpper(w.match[1]) == w.match[1]], "no_proxy")
	if !w.unit && !strings.Contains(line, "DefaultEnvironment=") && path.Ext(w.place.File) != ".service" {
		x.Undo = removeBelow(root, w.place, 1)
		return x.Do("Name this machine as one that no proxy is for", "%s", insertAfter(root, w.place, name+"="+alwaysOwn))
	}
	return x.Do("Name this machine as one that no proxy is for", "%s", setLine(root, w.place, strings.TrimRight(line, " ")+" "+name+"="+alwaysOwn))
}

// offVariable takes the variables of a proxy out of a line; one that has nothing else becomes a comment.
func offVariable(root sysinfo.Root, w written, line string) string {
	rest := wholeProxy.ReplaceAllString(line, "")
	if strings.TrimSpace(rest) == "" || strings.HasSuffix(strings.TrimSpace(rest), "Environment=") || strings.TrimSpace(rest) == "export" {
		return commentOut(root, w.place)
	}
	return setLine(root, w.place, strings.TrimSpace(rest))
}

// wholeProxy is such a variable with its value and the quotes around both.
var wholeProxy = whenAsked(`(?i)\s*["']?\b(?:https?|all)_proxy=(?:"[^"]*"|'[^']*'|[^\s"']*)["']?`)
