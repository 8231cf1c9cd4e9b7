package checks

import (
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

const modsEnabled, modsAvailable = "/etc/apache2/mods-enabled", "/etc/apache2/mods-available"

var (
	lbMethod    = whenAsked(`(?:lbmethod=|unknown lbmethod lbmethod=)(\w+)`)
	lbMethods   = []string{"byrequests", "bytraffic", "bybusyness", "heartbeat"}
	anyBalancer = whenAsked(`^[^#]*\bbalancer://`)
)

// apacheModules mends what Apache says of its modules as a whole.
func (t *confError) apacheModules(g *sysinfo.Gateway, a *sysinfo.Apache, x Fix, line string) (Fix, bool) {
	switch {
	case strings.Contains(t.text, "More than one MPM loaded") && a.Debian:
		return t.oneMPM(g, x)
	case strings.Contains(t.text, "No MPM loaded") && a.Debian:
		name := meantMPM(g)
		if !g.Root.Exists(modsAvailable + "/" + name + ".load") {
			return x, false
		}
		return enableModule(g, a, x, name+"_module"), true
	case strings.Contains(t.text, "unknown lbmethod") && len(lbMethod.FindStringSubmatch(t.text)) == 2:
		if method := lbMethod.FindStringSubmatch(t.text)[1]; slices.Contains(lbMethods, method) {
			return enableModule(g, a, x, balancerModules(g, a)...), true
		}
	case strings.HasPrefix(t.text, balancerNeeds):
		return enableModule(g, a, x, balancerModules(g, a)...), true
	case strings.HasPrefix(t.text, "SSLCertificateChainFile"):
		x.Risk, x.Workaround = Medium, true
		return x.Tell("Put the chain back, or let the certificate be issued again").
			Do("Until then leave it out: some visitors' programs will not know who signed the certificate", "%s", commentOut(g.Root, t.place)), true
	}
	return x, false
}

// meantMPM is the way of working that the other modules ask for: PHP inside Apache needs prefork.
func meantMPM(g *sysinfo.Gateway) string {
	if php, _ := g.Root.Glob(modsEnabled + "/php*.load"); len(php) > 0 {
		return "mpm_prefork"
	}
	return "mpm_event"
}

// oneMPM takes the links of those away that are too many.
func (t *confError) oneMPM(g *sysinfo.Gateway, x Fix) (Fix, bool) {
	all, err := g.Root.Glob(modsEnabled + "/mpm_*.load")
	if err != nil || len(all) < 2 {
		return x, false
	}
	keep := meantMPM(g)
	if !slices.Contains(all, modsEnabled+"/"+keep+".load") {
		keep = strings.TrimSuffix(path.Base(all[0]), ".load")
	}
	var undo []string
	for _, load := range all {
		if path.Base(load) == keep+".load" {
			continue
		}
		for _, link := range []string{load, strings.TrimSuffix(load, ".load") + ".conf"} {
			to, err := g.Root.Readlink(link)
			if err != nil {
				continue
			}
			if !t.place.Known() {
				t.place = sysinfo.Place{File: link, Line: 1}
			}
			x = x.Do("One of them is enough: "+keep+" stays", "rm %s", sh(link))
			undo = append(undo, "ln -s "+sh(to)+" "+sh(link))
		}
	}
	x.Undo = undoAll(undo)
	return x, len(undo) > 0
}
