package sysinfo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo/late"
)

// Connector is one port of a Tomcat's, as server.xml has it.
type Connector struct {
	Place   Place  // where it begins
	End     Place  // the line that ends it; of one within a comment, that which ends the comment
	AJP     bool   // else HTTP
	Address string // where it listens: empty for all addresses, of AJP for loopback
	Port    int
	Secret  string // what the gateway has to say
	Open    bool   // secretRequired="false"
	Off     bool   // it stands within a comment

	Idle time.Duration // how long it keeps an idle connection, where it says so
}

// Tomcat gives the connectors of the server.xml that a service was started with. ErrNotHere for what is no Tomcat.
func (f *Facts) Tomcat(ctx context.Context, u Unit) ([]Connector, error) {
	if !u.Tomcat() {
		return nil, fmt.Errorf("Tomcat: %w", ErrNotHere)
	}
	return Memo(f, "server.xml of "+u.Name, func() ([]Connector, error) {
		file := path.Join(f.catalinaBase(ctx, u), "conf/server.xml")
		b, err := f.Host.Root.ReadFile(file)
		if err != nil {
			return nil, err
		}
		return connectors(file, string(b)), nil
	})
}

// Tomcat says that a service is called after Tomcat, as packages and guides call it, or starts it.
func (u Unit) Tomcat() bool {
	return strings.HasPrefix(u.Name, "tomcat") || strings.Contains(u.Exec, "/catalina.sh ") || strings.Contains(u.Exec, "org.apache.catalina.startup.Bootstrap")
}

// catalinaBase is the folder that a Tomcat has its settings in: what its process was told, else its unit.
func (f *Facts) catalinaBase(ctx context.Context, u Unit) string {
	procs, _ := f.Procs(ctx) // the unit says it as well, mostly
	for _, p := range procs {
		if m := baseOption.FindStringSubmatch(p.Cmd); m != nil && f.UnitOf(p.PID) == u.Name {
			return m[1]
		}
	}
	for _, says := range []late.Regexp{baseOption, baseVariable, homeVariable} {
		if m := says.FindStringSubmatch(u.Exec + " " + u.Props["Environment"]); m != nil {
			return m[1]
		}
	}
	return "/var/lib/" + strings.TrimSuffix(u.Name, ".service")
}

var (
	baseOption   = late.New(`-Dcatalina\.base=(/\S+)`)
	baseVariable = late.New(`\bCATALINA_BASE=(/[^\s"']+)`)
	homeVariable = late.New(`\bCATALINA_HOME=(/[^\s"']+)`)
	xmlParts     = late.New(`(?s)<!--|-->|<Connector\s(?:[^<>"']|"[^"]*"|'[^']*')*>`)
	xmlAttribute = late.New(`(?s)([A-Za-z]+)\s*=\s*(?:"([^"]*)"|'([^']*)')`)
)

// connectors reads server.xml for its ports. A comment in it may hold one that was switched off.
func connectors(file, text string) []Connector {
	var out []Connector
	within := false
	for _, at := range xmlParts.FindAllStringSubmatchIndex(text, -1) {
		part, ends := text[at[0]:at[1]], Place{File: file, Line: 1 + strings.Count(text[:at[1]], "\n")}
		switch {
		case part == "<!--":
			within = true
		case part == "-->":
			within = false
			for i := len(out) - 1; i >= 0 && out[i].Off && out[i].End.Line == 0; i-- {
				out[i].End = ends
			}
		default:
			c := connector(part)
			c.Place, c.Off = Place{File: file, Line: 1 + strings.Count(text[:at[0]], "\n")}, within
			if !within {
				c.End = ends
			}
			out = append(out, c)
		}
	}
	return slices.DeleteFunc(out, func(c Connector) bool { return c.End.Line == 0 })
}

func connector(element string) Connector {
	c := Connector{}
	for _, m := range xmlAttribute.FindAllStringSubmatch(element, -1) {
		value := m[2] + m[3]
		switch m[1] {
		case "protocol": // AJP/1.3, org.apache.coyote.ajp.AjpNio2Protocol
			c.AJP = strings.Contains(strings.ToLower(value), "ajp")
		case "port":
			c.Port, _ = strconv.Atoi(value) // ${…} is told elsewhere
		case "address":
			c.Address = value
		case "secret", "requiredSecret":
			c.Secret = value
		case "keepAliveTimeout", "connectionTimeout": // the second counts where the first is not set
			if n, err := strconv.Atoi(value); err == nil && n > 0 && (c.Idle == 0 || m[1] == "keepAliveTimeout") {
				c.Idle = time.Duration(n) * time.Millisecond
			}
		case "secretRequired":
			c.Open = value == "false"
		}
	}
	return c
}

// Dial is where this machine reaches a connector.
func (c Connector) Dial() string {
	a, err := netip.ParseAddr(c.Address)
	switch {
	case c.Port == 0:
		return ""
	case err == nil && !a.IsUnspecified():
		return netip.AddrPortFrom(a.Unmap(), uint16(c.Port)).String()
	}
	return fmt.Sprintf("127.0.0.1:%d", c.Port)
}

// spokenAt gives an app that has several ports the one that speaks a hop's protocol, where its settings tell them apart: Tomcat has one for AJP and
// one for HTTP.
func (f *Facts) spokenAt(ctx context.Context, h *Hop, a App) App {
	all, err := f.Tomcat(ctx, a.Unit)
	if err != nil || !a.Listens() || h.Scheme != "ajp" && h.Scheme != "http" {
		return a
	}
	var fit []string
	for _, c := range all {
		if at := c.Dial(); !c.Off && c.AJP == (h.Scheme == "ajp") && at != "" {
			fit = append(fit, at)
		}
	}
	if len(fit) == 1 {
		a.Addr = fit[0]
	}
	return a
}

// connects says that a service is a Tomcat which has a connector at a hop's port: the one it comes with, where only root and Tomcat may read server.xml,
// as Debian has it. Who listens there while Tomcat is off is another.
func (f *Facts) connects(ctx context.Context, u Unit, h *Hop) bool {
	all, err := f.Tomcat(ctx, u)
	if errors.Is(err, fs.ErrPermission) {
		return h.Scheme == "http" && h.Port == 8080 && (u.Running() || !f.Reach(ctx, h).Open())
	}
	return err == nil && h.Port != 0 && slices.ContainsFunc(all, func(c Connector) bool { return !c.Off && c.Port == h.Port })
}
