package checks

import (
	"context"

	"fix502/sysinfo"
)

// connectorOf is the connector of a Tomcat's that a hop leads to.
func connectorOf(ctx context.Context, f *sysinfo.Facts, l *live) (sysinfo.Connector, bool) {
	for _, c := range tomcatOf(ctx, f, l) {
		if l.Unix == "" && !c.Off && c.Port == l.Port {
			return c, true
		}
	}
	return sysinfo.Connector{}, false
}

// tomcatOf are the connectors of the Tomcat behind a hop; none where something else is there.
func tomcatOf(ctx context.Context, f *sysinfo.Facts, l *live) []sysinfo.Connector {
	u := appUnit(ctx, f, l)
	if l.reach.Owner != nil {
		if its, ok := f.Unit(ctx, f.UnitOf(l.reach.Owner.PID)); ok {
			u = its
		}
	}
	all, err := f.Tomcat(ctx, u)
	if err != nil || !u.Running() {
		return nil
	}
	return all
}

// httpConnector is for a gateway that speaks something else to Tomcat's AJP port: it is sent to the one at which Tomcat speaks HTTP.
func httpConnector(ctx context.Context, f *sysinfo.Facts, l *live) Fix {
	var addr string
	n := 0
	for _, c := range tomcatOf(ctx, f, l) {
		if at := c.Dial(); !c.AJP && !c.Off && at != "" {
			addr, n = at, n+1
		}
	}
	if n != 1 || l.Scheme != "http" {
		return Fix{Title: "Ask the port at which Tomcat speaks HTTP", Risk: Low}.
			Tell("%s speaks AJP, which Apache alone asks for (ajp:// and mod_proxy_ajp). Tomcat's server.xml has its other ports: let %s name one whose Connector has no AJP in its protocol", l.Address(), l.Where)
	}
	return pointTo(ctx, f, l, addr)
}
