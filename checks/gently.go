package checks

import (
	"context"
	"fmt"
	"path"
	"slices"

	"fix502/sysinfo"
)

// gently has a running gateway read its files again. A unit of one's own has no ExecReload= mostly, and "systemctl reload" fails for it
// (systemd.service(5)): then its process is told itself, where it listens to that.
func gently(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, fix Fix) Fix {
	u, _ := f.Unit(ctx, g.Unit) // unknown: the distributions' own can be reloaded
	deaf, told := u.Props["CanReload"] == "no", tellItself(g)
	if c, ok := g.Extra.(*sysinfo.Caddy); ok && c.Saved { // its unit's own reload names a file that is not there
		deaf = deaf || told != ""
	}
	if v, ok := g.Extra.(*sysinfo.Varnish); ok && v.Started != "" { // its unit's own would load the VCL that it is started with
		return fix.Do("Load that VCL anew; no request is lost", "name=mended_$(date +%%s); varnishadm vcl.load $name %s && varnishadm vcl.use $name && sleep 1", sh(g.Config)).
			Tell("Somebody loaded %s by hand: at its next start Varnish has %s again. Name this one in its unit, if it is to stay", g.Config, v.Started)
	}
	say := fmt.Sprintf("Reload %s; no request is lost, and a second later it works with the new files", g.Title())
	switch {
	case g.Unit != "" && !deaf:
		return fix.Do(say, "systemctl reload %s && sleep 1", sh(unitWord(g.Unit)))
	case told != "":
		return fix.Do(say, "%s && sleep 1", told)
	case deaf:
		return fix.Do(unitWord(g.Unit)+" cannot be reloaded: start it anew", "systemctl restart %s && sleep 1", sh(unitWord(g.Unit)))
	}
	return fix.Tell("Start %s anew the way it was started: it does not read its files again while it runs", g.Title())
}

// tellItself is the command by which a gateway's process reads its files again; empty where there is none. Caddy is asked at its admin API: of
// signals most of its versions know none for it ("Command Line", "Signals"). HAProxy heeds one only as the master of its workers (-W).
func tellItself(g *sysinfo.Gateway) string {
	signal := keeperOf(g).signal
	switch x := g.Extra.(type) {
	case *sysinfo.Caddy:
		if x.Config.Admin != "off" {
			return caddyTool(g, caddyProgram(x), "reload")
		}
		return ""
	case *sysinfo.HAProxy:
		if !mastered(g) {
			return takenOver(g, x)
		}
	}
	if signal == "" {
		return ""
	}
	return fmt.Sprintf("kill -%s %d", signal, g.PID)
}

// mastered says that a HAProxy is the master of workers (-W), its own process being counted among them: alone, it ends at USR2, and at HUP it only
// logs the state of its servers (management.txt, "Stopping and restarting HAProxy").
func mastered(g *sysinfo.Gateway) bool { return len(g.Workers) > 1 }

// takenOver is the command by which another HAProxy takes the visitors of one over that somebody started by hand in the background: the old one
// ends when those that it has are served (management.txt, -sf). Who keeps one in the foreground (-db) would start it again.
func takenOver(g *sysinfo.Gateway, x *sysinfo.HAProxy) string {
	_, daemon := x.Config.Global().Get("daemon")
	if g.Unit != "" || len(x.Args) == 0 || slices.Contains(x.Args, "-db") || !daemon && !slices.Contains(x.Args, "-D") ||
		slices.ContainsFunc(x.Names, func(n string) bool { return !path.IsAbs(n) }) {
		return ""
	}
	words := x.Args
	if i := slices.IndexFunc(words, func(w string) bool { return w == "-sf" || w == "-st" }); i >= 0 { // they end it: those that it took over itself
		words = words[:i]
	}
	command := ""
	for _, w := range words {
		command += sh(w) + " "
	}
	return fmt.Sprintf("%s-sf %d", command, g.PID)
}

// reloads says whether a fix already has the gateway read its files.
func (x Fix) reloads(g *sysinfo.Gateway) bool {
	unit, words := sh(unitWord(g.Unit)), []string{}
	if told := tellItself(g); told != "" {
		words = []string{told}
	}
	for _, s := range x.Steps {
		if containsAny(s.Command, append(words, "reload "+unit, "start "+unit)...) {
			return true
		}
	}
	return false
}
