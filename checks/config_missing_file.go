package checks

import (
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

var (
	crtListGone = whenAsked(`'crt-list' : cannot open file '([^']+)'`)
	luaGone     = whenAsked(`error in Lua file '([^']+)': cannot open`)
	asksForOwn  = whenAsked(`^[^#]*\b(ca-file|crl-file|verify\s+(required|optional)|ssl_c_\w+)\b`)
	luaUsed     = whenAsked(`^[^#]*\b(lua\.\w+|use-service\s+lua)`)
	tlsVersion  = whenAsked(`'([\w.]+)' : unknown ssl/tls version`)
	proxyCAGone = whenAsked(`^(SSLProxyCACertificateFile): file '([^']+)' does not exist`)
)

// haproxyMissing starts HAProxy without a file that a line names and nobody has.
func (t *confError) haproxyMissing(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	r := g.Root
	if m := crtListGone.FindStringSubmatch(t.text); m != nil && !r.Exists(m[1]) && strings.Count(line, "crt-list "+m[1]) == 1 {
		x = x.Tell("Put %s back, if a backup has it: it lists the certificates of all sites", m[1])
		pem := wholePEM(r, path.Dir(m[1]), "/etc/haproxy", "/etc/haproxy/certs", "/etc/ssl/private")
		if pem == "" || seekLine(g, asksForOwn).Known() {
			return x, true
		}
		x.Risk, x.Workaround = Medium, true
		return x.Do("Until then use the one that is there, for all of them (a line of that list may have asked visitors for a certificate of their own: not until then)", "%s", replace(r, t.place, "crt-list "+m[1], "crt "+pem)), true
	}
	if m := luaGone.FindStringSubmatch(t.text); m != nil && !r.Exists(m[1]) && strings.HasPrefix(line, "lua-load") {
		x = x.Tell("Put %s back, if a backup has it", m[1])
		if used := seekLine(g, luaUsed); used.Known() {
			return x.Tell("Other lines use what it brings (%s): HAProxy does not start without it", used), true
		}
		x.Risk, x.Workaround = Medium, true
		return x.Do("Until then do not load it: no line uses what it brings", "%s", commentOut(r, t.place)), true
	}
	if m := tlsVersion.FindStringSubmatch(t.text); m != nil && strings.Count(line, m[1]) == 1 {
		if meant := spelling.Closest(m[1], []string{"TLSv1.2", "TLSv1.3"}); meant != "" {
			return x.Do(fmt.Sprintf("Correct the slip: %s is %s", m[1], meant), "%s", replace(r, t.place, m[1], meant)), true
		}
		return x.Do("There is no such version of TLS: TLSv1.2 is the oldest that is safe", "%s", replace(r, t.place, m[1], "TLSv1.2")), true
	}
	return x, false
}

// wholePEM is the only file of some folders that holds a certificate and its key, as HAProxy wants them; empty when there are several.
func wholePEM(r sysinfo.Root, dirs ...string) string {
	found := ""
	for _, dir := range dirs {
		names, err := r.ReadDir(dir)
		if err != nil || len(names) > 200 {
			continue
		}
		for _, n := range names {
			file := path.Join(dir, n)
			if file == found || certificateKey(r, file) == nil || privateKey(r, file) == nil {
				continue
			}
			if found != "" {
				return ""
			}
			found = file
		}
	}
	return found
}

// apacheMissing mends a line whose value is not there or stands twice.
func (t *confError) apacheMissing(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	r, fields := g.Root, strings.Fields(line)
	switch m := proxyCAGone.FindStringSubmatch(t.text); {
	case m != nil && !r.Exists(m[2]) && strings.Count(line, m[2]) == 1 && r.Exists(systemAuthorities):
		x.Risk, x.Workaround = Medium, true
		return x.Tell("Put %s back, if a backup has it: it names who may sign the certificate of the app behind", m[2]).
			Do("Until then believe the authorities that the machine knows", "%s", replace(r, t.place, m[2], systemAuthorities)), true
	case strings.HasPrefix(t.text, "Cannot define multiple Listeners") && strings.HasPrefix(strings.ToLower(line), "listen "):
		return x.Do("Take the second one out: Apache listens there already", "%s", commentOut(r, t.place)), true
	case strings.Contains(t.text, "requires three arguments") && len(fields) == 3 && strings.EqualFold(fields[0], "RequestHeader") && containsAny(fields[1], "set", "add", "append"):
		x.Risk, x.Workaround = Medium, true
		return x.Do(fmt.Sprintf("Write behind %s what the header shall say; until then the app gets none, a visitor's own least of all", fields[2]), "%s", setLine(r, t.place, "RequestHeader unset "+fields[2])), true
	case strings.HasPrefix(t.text, "the key '"):
		return x.Tell("Start it in a terminal, as below: it asks for the passphrase there, and who knows it types it in. So that it starts at a boot as well: SSLPassPhraseDialog names a program that knows it, or %s a key without one, readable by root alone (umask 077; openssl pkey -in OLD -out NEW)", t.place), true
	case strings.HasPrefix(t.text, "SSLCipherSuite names no cipher"):
		return x.Do("Take the line out: OpenSSL's own list is used then, and it is a sound one", "%s", commentOut(r, t.place)), true
	case strings.HasPrefix(t.text, "macro '"):
		return x.Tell("Put the <Macro> back that %s uses, or take the line out, if it says nothing of who may come in", t.place), true
	}
	return x, false
}
