package checks

import (
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// reloadInside tests and reloads a gateway in a container by its engine.
func reloadInside(g *sysinfo.Gateway, x Fix) Fix {
	c, t := g.Container, keeperOf(g)
	in := c.Engine + " exec " + c.Name + " "
	if t.test != "" {
		x = x.Do("Test the configuration before it is used", "%s%s", in, t.test)
	}
	if again := toldInside(g, in); again != "" {
		return x.Do(fmt.Sprintf("Reload %s in its container; no request is lost, and a second later it works with the new files", g.Title()), "%s && sleep 1", again)
	}
	return x.Do(g.Title()+" cannot be reloaded there: start its container anew", "%s restart %s && sleep 2", c.Engine, c.Name)
}

// toldInside is the command by which a gateway in a container reads its files again; empty where there is none.
func toldInside(g *sysinfo.Gateway, in string) string {
	t, c := keeperOf(g), g.Container
	switch x := g.Extra.(type) {
	case *sysinfo.Nginx:
		return in + strings.Replace(t.test, " -t", " -s reload", 1)
	case *sysinfo.Apache:
		return in + strings.Replace(t.test, " -t", " -k graceful", 1)
	case *sysinfo.Caddy:
		if x.Config.Admin != "off" {
			return in + caddyTool(g, caddyProgram(x), "reload")
		}
	case *sysinfo.HAProxy:
		if mastered(g) && g.PID == c.PID { // the container's first process, as the master of its workers (-W), takes it for a reload
			return c.Engine + " kill -s HUP " + c.Name
		}
	case *sysinfo.Varnish:
		return in + "varnishreload"
	}
	return ""
}
