package sysinfo

import (
	"strings"

	"fix502/sysinfo/apache"
)

// ApacheHop is a hop as Apache's configuration has it.
type ApacheHop struct {
	Pass   *apache.Pass
	Target apache.Target
}

func apacheHop(s *Site, p *apache.Pass, t apache.Target) *Hop {
	scheme := apacheScheme(t.Scheme)
	h := &Hop{Site: s, From: s.Gateway.Title(), To: peerKind(scheme), Scheme: scheme, Unix: t.Path, Host: t.Host, Port: t.Port, Variable: t.Variable,
		Location: p.Where(), Pass: Place(p.Place), Where: Place(t.Place), Raw: t.Address(), Extra: ApacheHop{p, t}}
	if h.Host == "" && h.Unix == "" {
		h.Host, h.Variable = "$"+t.URL, true
	}
	if t.Balancer != nil {
		h.Block = t.Balancer.Name
	}
	if t.Member != nil {
		h.Backup, h.Down = t.Member.Spare, t.Member.Disabled
	}
	var read, connect apache.Setting
	h.Settings.Read, read = p.ReadTimeout(t)
	h.Settings.Connect, connect = p.ConnectTimeout(t)
	h.Settings.Send, h.Settings.ReadWhere, h.Settings.ConnectWhere = h.Settings.Read, Place(read.Place), Place(connect.Place)
	h.Settings.BufferSize = 8192 // ResponseFieldSize
	return h
}

// apacheScheme is a protocol by the name that all gateways share.
func apacheScheme(s string) string {
	switch s = strings.ToLower(s); s {
	case "fcgi":
		return "fastcgi"
	case "ws":
		return "http"
	case "wss":
		return "https"
	}
	return s
}
