package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

// haproxyOff: the word "disabled" on the server's line.
func haproxyOff(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	for _, h := range l.Site.Hops {
		if h.Block == l.Block && !h.Down {
			return nil
		}
	}
	srv, _ := l.Extra.(haproxy.Server)
	found := backendOff(ctx, f, l)
	if found == nil {
		found = serverWord(ctx, f, l, srv, "disabled", "disabled", fmt.Sprintf("all servers of backend %s are marked disabled", l.Block))
	}
	if a, bad := failsNow(ctx, f, l.Site); bad && own("haproxy", &a) && f.PageOf(l.Site, a.Question.URI) == nil { // no server is left that would give it
		found.Status = Fail
	}
	if l.reach.Broken() {
		found.Summary += fmt.Sprintf(", and nothing listens on %s", l.Address())
		steps := found.Fix.Steps
		found.Fix.Steps = nil
		found.Fix = found.Fix.Tell("Somebody took it out, and its app does not run: start that first, or the mark may as well stay")
		found.Fix.Steps = append(found.Fix.Steps, steps...)
	}
	return unasked(ctx, f, l.Site, found)
}

// haproxyWeightless: weight 0 takes a server out of the turn as "disabled" does, while its check goes on and says UP.
func haproxyWeightless(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	srv, ok := l.Extra.(haproxy.Server)
	for _, h := range l.Site.Hops {
		other, _ := h.Extra.(haproxy.Server)
		ok = ok && (h.Block != l.Block || h.Backup || other.Full.After("weight") == "0")
	}
	if !ok || !l.hit || l.answer.Status != 503 {
		return nil
	}
	return serverWord(ctx, f, l, srv, "weight", "weight 0", fmt.Sprintf("all servers of backend %s have weight 0, so HAProxy gives them nothing", l.Block))
}

// serverWord takes a word out of the line that gives it to a server.
func serverWord(ctx context.Context, f *sysinfo.Facts, l *live, srv haproxy.Server, word, text, summary string) *Finding {
	root, at := l.Site.Gateway.Root, srv.At(word)
	x := Fix{Title: "Take the mark away", Risk: Low, Undo: setLine(root, at, configLine(root, at))}
	found := &Finding{Status: l.broken(), Confidence: 0.97, Where: at, Summary: summary, Evidence: []Evidence{lineOf(root, at)}, Covers: []ID{"upstream-returned-5xx", "haproxy-connect-refused"},
		Fix: reload(ctx, f, l.Site.Gateway, x.Do("Let HAProxy ask "+l.Address()+" again", "%s", replace(root, at, " "+text, "")))}
	if at != l.Where {
		found.Evidence = append(found.Evidence, passLine(l))
	}
	return found
}

// backendOff: a line of the whole backend's that says "disabled" (configuration.txt, 4.2): HAProxy starts none of it, and its statistics do not name it.
func backendOff(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	h, ok := l.Site.Gateway.Extra.(*sysinfo.HAProxy)
	if !ok {
		return nil
	}
	back, root := h.Config.Backend(l.Block), l.Site.Gateway.Root
	if back == nil || !back.Disabled() {
		return nil
	}
	off, own := back.Get("disabled")
	if !own {
		return nil // of its defaults, which are others' too
	}
	x := Fix{Title: "Take the mark away", Risk: Low, Undo: setLine(root, off.Place, "disabled")}
	return &Finding{Status: l.broken(), Confidence: 0.97, Where: off.Place, Summary: fmt.Sprintf("backend %s is switched off by a line of its own (disabled)", l.Block),
		Evidence: []Evidence{lineOf(root, off.Place), passLine(l)}, Covers: []ID{"upstream-returned-5xx", "haproxy-connect-refused"},
		Fix: reload(ctx, f, l.Site.Gateway, x.Do("Switch backend "+l.Block+" on", "%s", commentOut(root, off.Place)))}
}
