package checks

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// unknownAtStart are the last words of a gateway that looks its apps' names up once, when it starts: nginx's, and HAProxy's.
var unknownAtStart = []pattern{
	whenAsked(`host not found in upstream "([^":]+)(?::\d+)?" in (/\S+):(\d+)`),
	whenAsked(`\[(/[^\]:]+):(\d+)\] : .*could not resolve address '([^']+)'`),
}

// nameAtStart is for a gateway's container that ended because its engine had no address for a name: the app's container did not run yet, is in another network, or is
// called otherwise.
func nameAtStart(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, found *Finding) {
	web, ok := f.ContainerAs(ctx, u)
	name, at, said := nameSaid(found.Evidence)
	if !ok || !said {
		return
	}
	start := func(x Fix) Fix {
		x.Undo = also(u.Command("stop"), x.Undo)
		return x.Do("Then "+web.Name+", which looks the name up as it starts", "%s%s", u.Command("restart"), warmUp(u))
	}
	order := fmt.Sprintf("To have that order at every start: depends_on: in compose, or a resolver line and the address in a variable, so that %s looks the name up when it is asked", web.Name)
	inside := at
	out, mounted := web.Outside(at.File)
	if mounted {
		at.File = out.Path
		found.Where = at
	}
	app, there := f.ContainerCalled(ctx, web, name)
	switch {
	case there && app.State != "running":
		found.Summary = fmt.Sprintf("container %s ended at its start: it found no address for %s, whose container is down: %s", web.Name, name, app.Status)
		appUnit, _ := f.Unit(ctx, app.Service())
		found.Fix = start(Fix{Title: "Start the app's container first, then " + web.Name, Risk: Low, Undo: appUnit.Command("stop")}.Do("The app first", "%s%s", appUnit.Command("start"), warmUp(appUnit))).Tell("%s", order)
	case there && !web.Shares(app) && len(app.Networks) > 0 && !slices.Contains([]string{"host", "none"}, app.Networks[0]):
		found.Summary = fmt.Sprintf("container %s ended at its start: it found no address for %s, for it shares no network with container %s", web.Name, name, app.Name)
		found.Covers = append(found.Covers, "docker-wrong-port-or-network")
		found.Fix = start(connectNetwork(Fix{Title: "Put both containers into one network", Risk: Low}, web, app.Networks[0])).Tell("A container that is made anew forgets it: write the network into its compose file too")
	case there && web.Shares(app):
		found.Summary = fmt.Sprintf("container %s ended at its start: it found no address for %s, whose container did not run yet", web.Name, name)
		found.Fix = start(Fix{Title: "Start " + web.Name + " again, now that " + app.Name + " runs", Risk: Low}).Tell("%s", order)
	case !there:
		meant := neighbourMeant(ctx, f, web, name, configLine(f.Host.Root, at))
		found.Summary = fmt.Sprintf("container %s ended at its start: it found no address for %s, and no container here is called so", web.Name, name)
		if mounted && meant != "" {
			found.Summary += fmt.Sprintf("; most likely %s is meant", meant)
			was, is := name, meant
			if strings.Contains(configLine(f.Host.Root, at), name+":") { // the name may stand for a server, too
				was, is = name+":", meant+":"
			}
			x := Fix{Title: fmt.Sprintf("Correct the name: %s", meant), Risk: Low, Undo: replace(f.Host.Root, at, is, was)}
			found.Fix = start(x.Do(fmt.Sprintf("Correct %s", at), "%s", replace(f.Host.Root, at, was, is)))
			return
		}
		found.Fix = Fix{Title: "Correct the name, or start who has it", Risk: Low}.Tell("%s names %s, and no container that %s shares a network with is called so", inside, name, web.Name)
	}
}

// neighbourMeant is the container that a line means by a name that none has: one that is called nearly so, or the only one that has the line's port.
func neighbourMeant(ctx context.Context, f *sysinfo.Facts, web sysinfo.Container, name, line string) string {
	var names, serve []string
	_, after, _ := strings.Cut(line, name+":")
	port, _ := strconv.Atoi(after[:len(after)-len(strings.TrimLeft(after, "0123456789"))])
	for _, c := range f.Neighbours(ctx, web) {
		names = append(names, c.Name)
		if port > 0 && hasPort(ctx, f, c, port) {
			serve = append(serve, c.Name)
		}
	}
	if meant := meantName(name, names); meant != "" || len(serve) != 1 {
		return meant
	}
	return serve[0]
}

// nameSaid reads the name and the line from the last words.
func nameSaid(words []Evidence) (string, sysinfo.Place, bool) {
	for _, e := range slices.Backward(words) {
		if m := unknownAtStart[0].FindStringSubmatch(e.Text); m != nil {
			line, _ := strconv.Atoi(m[3])
			return m[1], sysinfo.Place{File: m[2], Line: line}, true
		}
		if m := unknownAtStart[1].FindStringSubmatch(e.Text); m != nil {
			line, _ := strconv.Atoi(m[2])
			return m[3], sysinfo.Place{File: m[1], Line: line}, true
		}
	}
	return "", sysinfo.Place{}, false
}
