package checks

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"strings"

	"fix502/sysinfo"
)

// ajpConnector looks at Tomcat's side of AJP, in its server.xml: the connector stands in a comment, or the secrets of both sides differ.
func ajpConnector(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	x, _, ok := l.apacheHop()
	if !ok || l.Scheme != "ajp" || l.Unix != "" || l.reach.Err != nil {
		return nil
	}
	u := appUnit(ctx, f, l)
	all, err := f.Tomcat(ctx, u)
	if err != nil || !u.Running() { // what does not run is the matter first
		return nil
	}
	var off, on *sysinfo.Connector
	for i, c := range all {
		switch {
		case c.AJP && c.Off:
			off = &all[i]
		case c.AJP && c.Port == l.Port:
			on = &all[i]
		case c.AJP:
			return nil // its port was moved
		}
	}
	a := &ajpSides{f: f, l: l, unit: u, tell: x.Pass.Param(x.Target, "secret").Value, told: x.Pass.Param(x.Target, "secret").Place}
	switch {
	case on == nil && off != nil && !l.reach.Open() && l.reach.Listener == nil:
		return a.commentedOut(*off)
	case on == nil:
		return nil
	case on.Secret == "" && !on.Open && (l.hit || l.silent):
		return a.noSecret(ctx, *on)
	case on.Secret != "" && on.Secret != a.tell && forbids(l):
		return a.otherSecret(ctx, *on)
	}
	return nil
}

// forbids says that the page of this run was answered with the 403 that Tomcat gives to whoever does not know its secret.
func forbids(l *live) bool {
	return l.answer != nil && l.answer.Status == http.StatusForbidden && l.onPath
}

// ajpSides are Apache's line and Tomcat's connector.
type ajpSides struct {
	f    *sysinfo.Facts
	l    *live
	unit sysinfo.Unit
	tell string // the secret that Apache tells
	told sysinfo.Place
}

func (a *ajpSides) found(status Status, c sysinfo.Connector, summary string) *Finding {
	return &Finding{Status: status, Confidence: 0.97, Where: c.Place, Summary: summary, Covers: []ID{"upstream-read-timeout", "upstream-premature-close", "listen-backlog-full-tcp"},
		Evidence: []Evidence{lineOf(a.f.Host.Root, c.Place), passLine(a.l), unitSays(a.unit)}}
}

// restart starts Tomcat with its new server.xml, and waits for the port.
func (a *ajpSides) restart(x Fix) Fix {
	return x.Do("Start Tomcat with it, and wait until it listens", "systemctl restart %s%s", sh(a.unit.Name), untilListens(a.l.Port))
}

// commentedOut writes a connector below the comment that has one: on the address that Apache asks, with its secret.
func (a *ajpSides) commentedOut(c sysinfo.Connector) *Finding {
	found := a.found(a.l.broken(), c, fmt.Sprintf("Apache speaks AJP to %s, and Tomcat's AJP connector stands in a comment", a.l.Address()))
	found.Evidence = append(found.Evidence, kernelSays(a.l))
	root, at := a.f.Host.Root, sysinfo.Place{File: c.Place.File, Line: c.End.Line}
	x := Fix{Title: "Switch Tomcat's AJP connector on", Risk: Medium}
	host, _, _ := strings.Cut(a.l.Address(), fmt.Sprintf(":%d", a.l.Port))
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	if err != nil {
		ip = a.l.reach.Addr.Addr()
	}
	begin := fmt.Sprintf(`    <Connector protocol="AJP/1.3" address="%s" port="%d" redirectPort="8443" `, ip, a.l.Port)
	switch {
	case !ip.IsLoopback():
		found.Fix = x.Tell("Take the comment's marks around the Connector at %s away, give it address=\"%s\" port=\"%d\" and the secret that Apache's line has, and restart %s", c.Place, ip, a.l.Port, unitWord(a.unit.Name))
		return found
	case a.tell == "":
		x = x.Do("A connector for this machine alone, below the comment", "%s", insertAfter(root, at, strings.TrimSpace(begin+`secretRequired="false" />`)))
	default:
		edit, ok := copySecret(a.tell, secretOfApache, realFile(a.l.Site.Gateway.Root, a.told.File), a.told.Line, fmt.Sprintf(`%da\\%ssecret="\1" />`, at.Line, begin), realFile(root, at.File))
		if !ok {
			found.Fix = x.Tell("Take the comment's marks around the Connector at %s away, give it address=\"%s\" port=\"%d\" and the secret of %s, and restart %s", c.Place, ip, a.l.Port, a.told, unitWord(a.unit.Name))
			return found
		}
		x = x.Do("A connector for this machine alone, below the comment, with the secret that Apache tells", "%s", edit)
	}
	x.Undo = removeBelow(root, at, 1) + "; systemctl restart " + sh(a.unit.Name)
	found.Fix = a.restart(x)
	return found
}

// noSecret: such a connector has its port, and fails to start (AbstractAjpProtocol.start): connections wait for ever.
func (a *ajpSides) noSecret(ctx context.Context, c sysinfo.Connector) *Finding {
	found := a.found(Fail, c, fmt.Sprintf("Tomcat's AJP connector on port %d has no secret, and does not start without one: nobody takes its connections", c.Port))
	if said := a.saysSecret(ctx); said != nil {
		found.Evidence = append(found.Evidence, *said)
	}
	root := a.f.Host.Root
	x := Fix{Title: "Give the connector its secret", Risk: Medium, Undo: replace(root, c.Place, ` secretRequired="false"`, "") + "; systemctl restart " + sh(a.unit.Name)}
	begin := connectorBegins.FindString(configLine(root, c.Place))
	addr, err := netip.ParseAddr(c.Address)
	switch {
	case begin == "" || c.Address != "" && (err != nil || !addr.IsLoopback()) && a.tell == "":
		found.Fix = x.Tell("Give the Connector at %s a secret=\"…\", and Apache's line at %s the same secret=…; then restart %s and reload Apache", c.Place, a.l.Where, unitWord(a.unit.Name))
		found.Fix.Undo = ""
		return found
	case a.tell == "":
		x = x.Do("It listens on loopback alone: let it take connections without one", "%s", replace(root, c.Place, begin, begin+` secretRequired="false"`))
	default:
		edit, ok := copySecret(a.tell, secretOfApache, realFile(a.l.Site.Gateway.Root, a.told.File), a.told.Line, fmt.Sprintf(`%ds#%s#\& secret="\1"#`, c.Place.Line, begin), realFile(root, c.Place.File))
		if !ok {
			found.Fix = x.Tell("Give the Connector at %s the secret that stands at %s, as secret=\"…\", and restart %s", c.Place, a.told, unitWord(a.unit.Name))
			found.Fix.Undo = ""
			return found
		}
		x.Undo = fmt.Sprintf("sed -i %s %s; systemctl restart %s", sh(fmt.Sprintf(`%ds# secret="[^"]*"##`, c.Place.Line)), sh(realFile(root, c.Place.File)), sh(a.unit.Name))
		x = x.Do("That which Apache tells", "%s", edit)
	}
	found.Fix = a.restart(x)
	return found
}

// saysSecret is Tomcat's own word on it.
func (a *ajpSides) saysSecret(ctx context.Context) *Evidence {
	lines, err := a.f.Words(ctx, a.unit)
	if err != nil {
		return nil
	}
	for _, j := range reversed(recent(lines)) {
		if strings.Contains(j.Text, "secretRequired") {
			return &Evidence{Source: j.Source, Text: j.Text, Time: j.Time}
		}
	}
	return nil
}

// otherSecret: Tomcat refuses who does not know it, with a 403 and no word in its log.
func (a *ajpSides) otherSecret(ctx context.Context, c sysinfo.Connector) *Finding {
	what := "tells none"
	if a.tell != "" {
		what = "tells another one"
	}
	found := a.found(Warn, c, fmt.Sprintf("Tomcat's AJP connector wants a secret, and Apache %s: each page is a 403", what))
	found.Where = a.l.Where
	root, at := a.l.Site.Gateway.Root, a.l.Where
	x := Fix{Title: "Let Apache tell Tomcat's secret", Risk: Low, Undo: fmt.Sprintf("sed -i %s %s", sh(fmt.Sprintf(`%ds# secret=[^[:space:]]*##`, at.Line)), sh(realFile(root, at.File)))}
	script := fmt.Sprintf(`%ds#$# secret=\1#`, at.Line)
	if a.tell != "" {
		at, script, x.Undo = a.told, fmt.Sprintf(`%ds#secret=[^[:space:]]*#secret=\1#`, a.told.Line), ""
	}
	edit, ok := "", false
	if line := lineWithSecret(a.f.Host.Root, c); line > 0 && strings.HasPrefix(configLine(root, at), "ProxyPass ") && !strings.HasSuffix(configLine(root, at), `\`) {
		edit, ok = copySecret(c.Secret, secretOfTomcat, realFile(a.f.Host.Root, c.Place.File), line, script, realFile(root, at.File))
	}
	if !ok {
		found.Fix = x.Tell("Give Apache's line at %s the secret of the Connector at %s, as secret=…", at, c.Place)
		found.Fix.Undo = ""
		return found
	}
	found.Fix = reload(ctx, a.f, a.l.Site.Gateway, x.Do("The one that server.xml has; the command reads it there", "%s", edit))
	return found
}

// lineWithSecret is the line of a connector's that says its secret.
func lineWithSecret(r sysinfo.Root, c sysinfo.Connector) int {
	for at, line := range linesIn(r, c.Place.File) {
		if at.Line >= c.Place.Line && at.Line <= c.End.Line && tomcatsSecret.MatchString(line) {
			return at.Line
		}
	}
	return 0
}

// copySecret takes a secret from one file into another, without showing it: a script of sed's is made from the one, and changes the other. Not of a secret with
// signs that mean something in either file or in sed.
func copySecret(secret, pattern, from string, line int, script, to string) (string, bool) {
	if !plainSecret.MatchString(secret) {
		return "", false
	}
	script = strings.NewReplacer(`|`, `\|`).Replace(script)
	return fmt.Sprintf("sed -n %s %s | sed -i -f - %s", sh(fmt.Sprintf(`%ds|.*%s.*|%s|p`, line, pattern, script)), sh(from), sh(to)), true
}

const (
	secretOfApache = `[[:space:]]secret="\{0,1\}\([A-Za-z0-9_.+=-]*\)`
	secretOfTomcat = `[[:space:]]secret="\([A-Za-z0-9_.+=-]*\)"`
)

var (
	plainSecret     = whenAsked(`^[A-Za-z0-9_.+=-]+$`)
	tomcatsSecret   = whenAsked(`\ssecret="[^"]`)
	connectorBegins = whenAsked(`<Connector(?: +protocol="[\w./]+")?`)
)
