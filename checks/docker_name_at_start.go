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
var unknownAtStart = []struct {
	says             pattern
	name, file, line int
}{
	{whenAsked(`host not found in upstream "([^":]+)(?::\d+)?" in (/\S+):(\d+)`), 1, 2, 3},
	{whenAsked(`\[(/[^\]:]+):(\d+)\] : .*could not resolve address '([^']+)'`), 3, 1, 2},
}

// unfound is a name for which the engine had no address as a gateway's container started.
type unfound struct {
	name       string
	at, inside sysinfo.Place // the line as the machine has it, and as the container has it
	mounted    bool          // the machine has it
	app        sysinfo.Container
	there      bool   // a container is called so
	meant      string // the container that is most likely meant where none is
	alone      bool   // no other container runs in its networks
}

// unfound reads it from the last words.
func (e atStart) unfound(ctx context.Context, f *sysinfo.Facts) (n unfound, ok bool) {
	if n.name, n.inside, ok = nameSaid(e.words); !ok {
		return n, false
	}
	n.at = n.inside
	if out, mounted := e.web.Outside(n.at.File); mounted {
		n.at.File, n.mounted = out.Path, true
	}
	if n.app, n.there = f.ContainerCalled(ctx, e.web, n.name); !n.there {
		n.meant, n.alone = neighbourMeant(ctx, f, e.web, n.name, configLine(f.Host.Root, n.at)), len(f.Neighbours(ctx, e.web)) == 0
	}
	return n, true
}

// late says that the app's container does not run, did not run yet, or is not there yet: the name and the network are right.
func (n unfound) late(web sysinfo.Container) bool {
	return n.there && (n.app.State != "running" || web.Shares(n.app)) || !n.there && n.meant == "" && (n.alone || strings.Contains(n.name, "."))
}

// nameApart says that the container ended for a name, or a network, that is wrong. Where its app's container did not run as it looked that one's name up, the finding
// is told of that.
func nameApart(ctx context.Context, f *sysinfo.Facts, e atStart, found *Finding) bool {
	n, ok := e.unfound(ctx, f)
	if !ok {
		return false
	}
	if !n.late(e.web) {
		return true
	}
	if n.mounted {
		found.Where = n.at
	}
	said := fmt.Sprintf("container %s ended at its start: it found no address for %s", e.web.Name, n.name)
	order := fmt.Sprintf("To have that order at every start: depends_on: in compose, or a resolver line and the address in a variable, so that %s looks the name up when it is asked", e.web.Name)
	switch {
	case !n.there:
		found.Summary = said + ", and no container here is called so"
		found.Fix = Fix{Title: "Correct the name, or start who has it", Risk: Low}.Tell("%s names %s, and no container that %s shares a network with is called so", n.inside, n.name, e.web.Name)
	case n.app.State != "running":
		u, _ := f.Unit(ctx, n.app.Service())
		found.Summary = said + ", whose container is down: " + n.app.Status
		found.Fix = e.look(Fix{Title: "Start the app's container first, then " + e.web.Name, Risk: Low, Undo: u.Command("stop")}.Do("The app first", "%s%s", u.Command("start"), warmUp(u))).Tell("%s", order)
	default:
		found.Summary = said + ", whose container did not run yet"
		found.Fix = e.look(Fix{Title: "Start " + e.web.Name + " again, now that " + n.app.Name + " runs", Risk: Low}).Tell("%s", order)
	}
	return false
}

// look starts the gateway's container, which looks names up then.
func (e atStart) look(x Fix) Fix { return e.begin(x, ", which looks the name up as it starts") }

// nameAtStart is for a gateway's container that ended because its app's is in another network, or is called otherwise.
func nameAtStart(ctx context.Context, f *sysinfo.Facts, l *live, e atStart) *Finding {
	n, ok := e.unfound(ctx, f)
	if !ok || n.late(e.web) {
		return nil
	}
	said := ": it found no address for " + n.name
	var found *Finding
	switch {
	case n.there && (len(n.app.Networks) == 0 || slices.Contains([]string{"host", "none"}, n.app.Networks[0])):
		found = e.finding(l, fmt.Sprintf("%s, for container %s is in no network of its engine's", said, n.app.Name),
			Fix{Title: "Put both containers into one network", Risk: Medium}.Tell("Make them anew with one network that both name: networks: in compose, --network with %s run", e.web.Engine))
	case n.there:
		found = e.finding(l, fmt.Sprintf("%s, for it shares no network with container %s", said, n.app.Name),
			e.look(connectNetwork(Fix{Title: "Put both containers into one network", Risk: Low}, e.web, n.app.Networks[0])).Tell("A container that is made anew forgets it: write the network into its compose file too"))
	case n.mounted && n.meant != "":
		was, is := n.name, n.meant
		if strings.Contains(configLine(f.Host.Root, n.at), n.name+":") { // the name may stand for a server, too
			was, is = n.name+":", n.meant+":"
		}
		x := Fix{Title: "Correct the name: " + n.meant, Risk: Low, Undo: replace(f.Host.Root, n.at, is, was)}.Do(fmt.Sprintf("Correct %s", n.at), "%s", replace(f.Host.Root, n.at, was, is))
		found = e.finding(l, fmt.Sprintf("%s, and no container here is called so; most likely %s is meant", said, n.meant), e.look(inPlace(x, e.web.Mounts)))
	default:
		found = e.finding(l, said+", and no container here is called so",
			Fix{Title: "Correct the name, or start who has it", Risk: Low}.Tell("%s names %s, and no container that %s shares a network with is called so", n.inside, n.name, e.web.Name))
	}
	if n.mounted {
		found.Where = n.at
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, n.at), mountedAs(e.web, n.at.File, n.inside.File))
	}
	return found
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
		for _, one := range unknownAtStart {
			if m := one.says.FindStringSubmatch(e.Text); m != nil {
				line, _ := strconv.Atoi(m[one.line])
				return m[one.name], sysinfo.Place{File: m[one.file], Line: line}, true
			}
		}
	}
	return "", sysinfo.Place{}, false
}
