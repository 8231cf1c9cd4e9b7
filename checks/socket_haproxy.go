package checks

import (
	"context"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

// bindShare are the words of a bind line by which HAProxy says whose its socket is and who may write to it ("bind options": mode, group,
// gid). It sets them itself, whatever umask and group its unit gives it.
var bindShare = whenAsked(`\s+(?:mode|group|gid)\s+\S+`)

// haproxySocketFix lets a HAProxy behind the gateway share the socket that it listens on.
func haproxySocketFix(ctx context.Context, f *sysinfo.Facts, l *live, who string, users *sysinfo.Users) (sysinfo.Place, Fix, bool) {
	gateways, _ := f.Gateways(ctx) // none is an answer
	wants := regexp.MustCompile(`^\s*bind\s+(?:unix@)?` + regexp.QuoteMeta(l.Unix) + `(?:\s|$)`)
	for _, g := range gateways {
		if g.Kind != "haproxy" || g.Foreign {
			continue
		}
		at := seekLine(g, wants)
		if !at.Known() {
			continue
		}
		line := configLine(g.Root, at)
		code, comment, _ := strings.Cut(line, " #")
		shares := strings.TrimRight(bindShare.ReplaceAllString(code, ""), " ") + " mode 660 group " + users.Group(l.Site.Gateway.Creds.GID)
		if comment != "" {
			shares += " #" + comment
		}
		again := "systemctl restart " + unitOr(g, "haproxy")
		x := Fix{Title: "Let HAProxy share its socket with " + who, Risk: Medium, Undo: setLine(g.Root, at, line) + "; " + again}
		x = x.Do("Give the socket to the gateway's group", "%s", setLine(g.Root, at, shares)).
			Do("Test the configuration before it is used", "%s", keeperOf(g).tested()).
			Do("Start HAProxy anew: over a reload it keeps the socket as it was made", "%s && sleep 1", again)
		return at, x, true
	}
	return sysinfo.Place{}, Fix{}, false
}
