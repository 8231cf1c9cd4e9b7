package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// keeper is how one kind of gateway is kept: tested, started and reloaded on this machine.
type keeper struct {
	test   string // its configuration
	start  string // where no unit starts it
	signal string // makes the master read its files again without losing a request
	inside string // the same in a container, for people
}

// tested is the test as people paste it. Varnish's prints the VCL as pages of C when all is well (varnishd(1), -C): then it is quiet,
// and when not it says why and fails.
func (k keeper) tested() string {
	if strings.HasPrefix(k.test, "varnishd ") {
		return `said=$(` + k.test + ` 2>&1) || { echo "$said"; false; }`
	}
	return k.test
}

func keeperOf(g *sysinfo.Gateway) keeper {
	switch x := g.Extra.(type) {
	case *sysinfo.Apache:
		return apacheKeeper(g, x)
	case *sysinfo.Nginx:
		return nginxKeeper(g, x)
	case *sysinfo.HAProxy:
		test := "haproxy -c"
		for _, name := range x.Names {
			test += " -f " + sh(name)
		}
		return keeper{test, "systemctl start haproxy", "USR2", "docker kill -s HUP NAME"}
	case *sysinfo.Varnish:
		return keeper{"varnishd -C -f " + sh(g.Config), "systemctl start varnish", "", "docker exec NAME varnishreload"}
	case *sysinfo.Caddy:
		return keeper{caddyTool(g, caddyProgram(x), "validate"), "systemctl start caddy", "", "docker exec NAME " + caddyTool(g, caddyProgram(x), "reload")}
	case *sysinfo.LiteSpeed:
		return keeper{sh(x.Root+"/bin/lshttpd") + " -t", sh(x.Root+"/bin/lswsctrl") + " start", "USR1", "docker exec NAME " + x.Root + "/bin/lswsctrl restart"}
	case *sysinfo.Traefik:
		return keeper{"", "systemctl start traefik", "", "docker restart NAME"}
	}
	return keeper{}
}

func nginxKeeper(g *sysinfo.Gateway, n *sysinfo.Nginx) keeper {
	bin, conf := "nginx", ""
	if n.Binary != "" && n.Binary != "/usr/sbin/nginx" {
		bin = n.Binary
	}
	if g.Config != "" && g.Config != "/etc/nginx/nginx.conf" {
		conf = " -c " + sh(g.Config)
	}
	if n.Prefix != "" { // what its files name without a whole path lies there
		conf = " -p " + sh(n.Prefix) + conf
	}
	return keeper{bin + " -t" + conf, bin + conf, "HUP", "docker exec NAME nginx -t && docker exec NAME nginx -s reload"}
}

func apacheKeeper(g *sysinfo.Gateway, a *sysinfo.Apache) keeper {
	ctl, conf := apacheCtl(a), ""
	usual := slices.Contains([]string{"/etc/apache2/apache2.conf", "/etc/httpd/conf/httpd.conf", "/etc/apache2/httpd.conf", "/usr/local/apache2/conf/httpd.conf", "/etc/apache2/conf/httpd.conf"}, g.Config)
	if !usual || !a.Debian && (a.Named || path.Base(a.Binary) == "apache2") { // it may be Debian's program, with other files than its own
		conf = " -f " + sh(g.Config)
	}
	return keeper{ctl + " -t" + conf, ctl + " -k start" + conf, "USR1", "docker exec NAME httpd -t && docker exec NAME httpd -k graceful"}
}

// apacheCtl is the command that knows Apache's environment: Debian's apache2 itself does not start without it.
func apacheCtl(a *sysinfo.Apache) string {
	switch {
	case a.Debian:
		return "apache2ctl"
	case a.Binary == "/usr/sbin/httpd":
		return "httpd"
	}
	return a.Binary
}

// reload tests and reloads the gateway, the way this machine does it; one that does not run is started.
func reload(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, fix Fix) Fix {
	t, name := keeperOf(g), g.Title()
	if g.Container != nil && g.Foreign {
		return reloadInside(g, fix)
	}
	if g.Foreign {
		return fix.Tell("%s runs in a container: test and reload it there (%s)", name, t.inside)
	}
	if own, ok := g.Extra.(*sysinfo.Traefik); ok && g.Running() && g.Unit != "" {
		if own.Config.Watch && g.Config != "" {
			return fix.Do("Traefik reads its routers and services again by itself: give it a moment", "sleep 3")
		}
		return fix.Do("Traefik reads its files only when it starts", "systemctl restart %s && sleep 2", sh(unitWord(g.Unit)))
	}
	if own, ok := g.Extra.(*sysinfo.LiteSpeed); ok && g.Running() { // its restart is graceful: the old one answers to the end
		return fix.Do("Test the configuration before it is used", "%s", t.tested()).Do("Let it start anew with it; no request is lost", "%s restart && sleep 2", sh(own.Root+"/bin/lswsctrl"))
	}
	if t.test != "" {
		fix = fix.Do("Test the configuration before it is used", "%s", t.tested())
	}
	if own, ok := g.Extra.(*sysinfo.Caddy); ok && own.Config.Admin == "off" && g.Running() && g.Unit != "" { // caddy reload asks the admin API (Caddy's manual, "admin")
		return fix.Do("Caddy's admin API is off, and no reload works without it: start Caddy anew", "systemctl restart %s && sleep 1", sh(unitWord(g.Unit)))
	}
	switch {
	case !g.Running() && f.Looping(ctx, g.Unit): // a start would join the attempt that is about to fail
		unit := sh(unitWord(g.Unit))
		return fix.Do("Start "+name+" anew: systemd is in the middle of trying", "systemctl reset-failed %s; systemctl restart %s", unit, unit)
	case !g.Running() && g.Unit != "":
		forget := ""
		if u, ok := f.Unit(ctx, g.Unit); ok && u.Active == "failed" && u.Restarts > 0 { // systemd tried until it gave up, and would refuse one try more
			forget = u.Command("reset-failed") + "; "
		}
		return fix.Do("Start "+name, "%ssystemctl start %s", forget, sh(unitWord(g.Unit)))
	case !g.Running():
		return fix.Do("Start "+name, "%s", t.start)
	}
	if held, wanted, ok := keepsFromItself(ctx, f, g); ok {
		say := fmt.Sprintf("Start %s anew: it cannot open %s by a reload while it holds %s itself, and would go on with its old files", name, wanted, held.Addr)
		if g.Unit != "" {
			return fix.Do(say, "systemctl restart %s && sleep 1", sh(unitWord(g.Unit)))
		}
		return fix.Do(say, "kill -QUIT %d && sleep 2 && %s", g.PID, t.start)
	}
	return gently(ctx, f, g, fix)
}
