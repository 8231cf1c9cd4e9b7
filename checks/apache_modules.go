package checks

import (
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
	"fix502/sysinfo/spelling"
)

// withHandlers adds to mod_proxy what speaks the protocols that the sites use.
func withHandlers(g *sysinfo.Gateway, a *sysinfo.Apache, module string) []string {
	out := []string{module}
	for _, h := range allHops(g) {
		if x, ok := h.Extra.(sysinfo.ApacheHop); ok && module == "proxy_module" {
			if need := apache.Handlers[x.Target.Scheme]; need != "" && !a.Config.Has(need) && !slices.Contains(out, need) {
				out = append(out, need)
			}
		}
	}
	return out
}

// enableModule loads modules the way this machine does it.
func enableModule(g *sysinfo.Gateway, a *sysinfo.Apache, x Fix, modules ...string) Fix {
	var short []string
	debian := a.Debian
	for _, m := range modules {
		name := strings.TrimSuffix(m, "_module")
		short = append(short, name)
		debian = debian && g.Root.Exists("/etc/apache2/mods-available/"+name+".load")
	}
	if debian {
		x.Undo = "a2dismod -f " + strings.Join(short, " ")
		return x.Do("Switch it on", "a2enmod %s", strings.Join(short, " "))
	}
	if own, ok := loadAgain(g, a, x, modules, short); ok {
		return own
	}
	for i, m := range modules {
		x = x.Tell("Load the module: a line 'LoadModule %s modules/mod_%s.so' (RHEL: in /etc/httpd/conf.modules.d; cPanel: EasyApache 4 installs it)", m, short[i])
	}
	return x
}

// balancerModules are what balancers need, of that which is not loaded.
func balancerModules(g *sysinfo.Gateway, a *sysinfo.Apache) []string {
	need := []string{"proxy_balancer_module", "slotmem_shm_module"}
	for _, file := range configFiles(g) {
		b, err := g.Root.ReadFile(file)
		if err != nil || !anyBalancer.Match(b) && !strings.Contains(string(b), "balancer://") {
			continue
		}
		for _, m := range lbMethod.FindAllStringSubmatch(string(b), -1) {
			if meant := spelling.Closest(m[1], lbMethods); meant == m[1] {
				need = append(need, "lbmethod_"+m[1]+"_module")
			}
		}
		need = append(need, "lbmethod_byrequests_module")
	}
	slices.Sort(need)
	need = slices.Compact(need)
	return slices.DeleteFunc(need, func(m string) bool { return a.Config.Has(m) })
}

const balancerNeeds = "a balancer cannot be set up without "

// balancerLacks finds what Apache's own test does not try: as it starts it sets up its balancers, and ends where a module for that is missing (AH02432, AH01177).
func balancerLacks(g *sysinfo.Gateway, a *sysinfo.Apache) *confError {
	at := seekLine(g, anyBalancer)
	if !at.Known() || !a.Config.Has("proxy_balancer_module") {
		return nil
	}
	lacks := balancerModules(g, a)
	if len(lacks) == 0 {
		return nil
	}
	return &confError{text: balancerNeeds + strings.Join(lacks, " and "), place: at, evidence: []Evidence{lineOf(g.Root, at),
		{Source: "LoadModule", Text: fmt.Sprintf("no line of %s loads %s", plural(len(a.Config.Files), "file", "files"), strings.Join(lacks, " or "))}}}
}

// withBalancers adds what balancers need to modules that are to be switched on.
func withBalancers(g *sysinfo.Gateway, a *sysinfo.Apache, modules []string) []string {
	if !seekLine(g, anyBalancer).Known() || !slices.Contains(modules, "proxy_module") && !slices.Contains(modules, apache.Handlers["balancer"]) {
		return modules
	}
	for _, m := range balancerModules(g, a) {
		if !slices.Contains(modules, m) {
			modules = append(modules, m)
		}
	}
	return modules
}

// loadAgain writes the file of a module anew that Debian's a2enmod reads, where only that file is gone.
func loadAgain(g *sysinfo.Gateway, a *sysinfo.Apache, x Fix, modules, short []string) (Fix, bool) {
	var gone []string
	for i, m := range modules {
		load, so := modsAvailable+"/"+short[i]+".load", "/usr/lib/apache2/modules/mod_"+short[i]+".so"
		switch {
		case g.Root.Exists(load):
		case !a.Debian || !g.Root.Exists(modsAvailable) || !g.Root.Exists(so):
			return x, false
		default:
			x = x.Do("Write the file anew that loads it", "echo %s >%s", sh("LoadModule "+m+" "+so), sh(load))
			gone = append(gone, sh(load))
		}
	}
	x.Undo = "a2dismod -f " + strings.Join(short, " ") + "; rm " + strings.Join(gone, " ")
	return x.Do("Switch it on", "a2enmod %s", strings.Join(short, " ")), true
}
