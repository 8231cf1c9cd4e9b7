package checks

import (
	"context"
	"fmt"
	"net/netip"
	"path"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
)

// shutStore: the container of the app's database runs, and nobody in it listens where others come: at its own loopback alone, at another port, or not at all.
func shutStore(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, found *Finding) {
	c := *s.Of
	u, _ := f.Unit(ctx, c.Service())
	port := portInside(s)
	var its, others []string
	for _, a := range f.ListenersIn(ctx, c.PID) {
		switch {
		case int(a.Port()) == port:
			its = append(its, a.String())
		case !a.Addr().IsLoopback():
			others = append(others, a.String())
		}
	}
	found.Evidence = append(found.Evidence, unitSays(u))
	key, wide, says := "", "", ""
	switch {
	case len(its) > 0: // loopbacks
		says = fmt.Sprintf("listens at its own %s alone, where nobody outside comes", listed(its))
		key = map[string]string{"mysql": "bind-address", "postgres": "listen_addresses", "redis": "bind"}[s.Kind]
		wide = map[string]string{"mysql": "bind-address = 0.0.0.0", "postgres": "listen_addresses = '*'", "redis": "bind 0.0.0.0"}[s.Kind]
	case len(others) > 0:
		says = fmt.Sprintf("listens at %s, not at port %d, where %s looks for it", listed(others), port, s.App)
		key = "port"
		wide = map[string]string{"mysql": "port = %d", "postgres": "port = %d", "redis": "port %d"}[s.Kind]
		if wide != "" {
			wide = fmt.Sprintf(wide, port)
		}
	default:
		silentInside(ctx, f, s, u, found)
		return
	}
	found.Summary = fmt.Sprintf("container %s runs, and its %s %s", c.Name, s.Title(), says)
	found.Evidence = append(found.Evidence, Evidence{Source: fmt.Sprintf("/proc/%d/net/tcp", c.PID), Text: "LISTEN " + strings.Join(slices.Concat(its, others), ", ")})
	x := Fix{Title: "Let " + s.Title() + " listen where its apps ask", Risk: Medium}
	at := settingInside(f, c, s.Kind, key)
	if wide == "" || !at.Known() {
		found.Fix = x.Tell("Nothing that could be read says so: look for %s in the command of container %s (%s inspect %s) and in its files, and make it anew without that word", key, c.Name, c.Engine, c.Name)
		return
	}
	setInside(f, c, u, at, wide, found, x)
}

// portInside is the port inside a container at which a store's server is looked for.
func portInside(s *sysinfo.Store) int {
	if a, err := netip.ParseAddr(strings.Replace(s.Host, "localhost", "127.0.0.1", 1)); err == nil && a.IsLoopback() {
		for _, p := range s.Of.Ports {
			if p.Host == s.Port {
				return p.Port
			}
		}
	}
	return s.Port
}

// setInside writes a line of a container's settings anew, where the machine has that file.
func setInside(f *sysinfo.Facts, c sysinfo.Container, u sysinfo.Unit, at sysinfo.Place, text string, found *Finding, x Fix) {
	root := f.RootOf(c.PID)
	found.Evidence = append(found.Evidence, lineOf(root, at))
	o, ok := c.Outside(at.File)
	if !ok {
		found.Where = at
		found.Fix = x.Tell("%s is inside the image of container %s, mounted from nowhere. Mount a file with %s there when it is made anew (-v FILE:%s:ro; volumes: in compose)", at.File, c.Name, text, at.File)
		return
	}
	line := configLine(root, at)
	found.Evidence = append(found.Evidence, mountedAs(c, o.Path, at.File))
	found.Where = sysinfo.Place{File: o.Path, Line: at.Line}
	if line != configLine(f.Host.Root, found.Where) {
		found.Fix = x.Tell("Write %s at %s, and start container %s anew", text, found.Where, c.Name)
		return
	}
	if strings.HasPrefix(text, "port") {
		x = x.Tell("If the move was meant, write that port into the app's own settings instead; then this line stays")
	} else {
		x = x.Tell("That is every address of the container, not of this machine: who comes to them its networks and its published ports decide")
	}
	again := u.Command("restart")
	x.Undo = setLine(f.Host.Root, found.Where, line) + "; " + again
	found.Fix = inPlace(x.Do("Correct "+found.Where.String(), "%s", setLine(f.Host.Root, found.Where, text)), c.Mounts).
		Do("Start the container anew", "%s && sleep 5", again)
}

// settingInside is the line of a container's own files that sets something of its database; the last one counts. Place's file is the one inside.
func settingInside(f *sysinfo.Facts, c sysinfo.Container, kind, key string) sysinfo.Place {
	files := map[string][]string{
		"mysql":    refusals[0].files,
		"postgres": {"/var/lib/postgresql/data/postgresql.conf", "/etc/postgresql/postgresql.conf"},
		"redis":    slices.Concat(redisFiles, []string{"/usr/local/etc/redis/redis.conf"}),
	}[kind]
	var named []string
	for word := range strings.FieldsSeq(c.Command) {
		if _, value, ok := strings.Cut(word, "="); ok {
			word = value
		}
		if path.IsAbs(word) && slices.Contains([]string{".cnf", ".conf"}, path.Ext(word)) {
			named = append(named, word)
		}
	}
	if len(named) > 0 {
		files = named
	}
	is := setsOfServer(key)
	switch kind {
	case "postgres":
		is = func(_, line string) bool {
			name, _, ok := strings.Cut(line, "=")
			return ok && strings.TrimSpace(name) == key
		}
	case "redis":
		is = func(_, line string) bool { return strings.EqualFold(firstWord(line), key) }
	}
	return lastSettingIn(f.RootOf(c.PID), files, is)
}

// silentInside: nobody in the container listens at all.
func silentInside(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, u sysinfo.Unit, found *Finding) {
	c := *s.Of
	found.Summary = fmt.Sprintf("container %s runs, and nobody in it listens: no %s for %s", c.Name, s.Title(), s.App)
	found.Evidence = append(found.Evidence, lastWords(ctx, f, u)...)
	x := Fix{Title: "Let " + s.Title() + " listen again", Risk: Medium}
	for key, text := range map[string]string{"mysql": "skip-networking", "redis": "port"} {
		at := settingInside(f, c, s.Kind, text)
		if key != s.Kind || !at.Known() {
			continue
		}
		line := configLine(f.RootOf(c.PID), at)
		switch value := settingWord(line); {
		case key == "mysql" && !slices.Contains([]string{"", "1", "on", "true"}, strings.ToLower(value)), key == "redis" && value != "0":
			continue
		case key == "mysql":
			setInside(f, c, u, at, "skip-networking = 0", found, x)
		default:
			setInside(f, c, u, at, fmt.Sprintf("port %d", portInside(s)), found, x)
		}
		found.Summary += ": a line of its own configuration says so"
		return
	}
	young := f.Host.Now().Sub(c.Since) < 2*time.Minute
	switch {
	case c.Restarts > 1 && young:
		found.Summary = fmt.Sprintf("container %s, the %s of %s, ends over and over: it was started again %d times", c.Name, s.Title(), s.App, c.Restarts)
		found.Fix = endsOver(u)
	case young:
		found.Summary = fmt.Sprintf("container %s has started, and its %s does not listen yet: none for %s", c.Name, s.Title(), s.App)
		found.Fix = Fix{Title: "Wait until it is ready", Risk: Low}.Tell("A first start makes the database, and one after a crash repairs it: that may take minutes. %s tells how far it is", u.Command("logs --tail 50"))
	default:
		found.Fix = x.Tell("%s tells what it waits for. A start anew loses what it had not written yet", u.Command("logs --tail 50"))
	}
}
