package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// upstreamKeepaliveRace: an idle connection that nginx keeps is closed by the app just as it is used again.
func upstreamKeepaliveRace() Check {
	return Check{
		ID: "upstream-keepalive-race", Title: "Idle connections are not used after the app closed them", Topic: Platform,
		Means: `nginx keeps idle connections to the app (keepalive in the upstream block). When the app closes them earlier than nginx does, a request may
be sent on a connection that is just being closed: a GET is repeated silently, a POST is lost with a 502. It shows as rare, random failures of
forms. Let the app keep idle connections longer than nginx does (60 seconds by default), or nginx shorter. A cloud's balancer in front of this machine
does the same to its web server (AWS's keeps them for 60 seconds, that of Google for 600): its 502 stands in no log here.`,
		Run: both(frontIdle, withIdle(loggedHop([]errlog.Kind{errlog.ReadReset, errlog.PrematureClose, errlog.SendReset}, func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			h, ok := l.Extra.(sysinfo.NginxHop)
			if !ok || h.Target.Upstream == nil || !l.answersNow() {
				return nil
			}
			n, ok := l.Site.Gateway.Extra.(*sysinfo.Nginx)
			if !ok {
				return nil
			}
			keep := n.Config.Keepalive(h.Target.Upstream)
			if keep.Value() == "0" {
				return nil
			}
			at := keep.Place
			found := &Finding{Confidence: 0.85, Where: at, Summary: fmt.Sprintf("%s closes idle connections that nginx uses again (%s)", l.Address(), strings.TrimSpace(line.Method+" "+uriOf(line))), Covers: []ID{"upstream-premature-close"},
				Evidence: []Evidence{quoteLine(line), lineOf(l.Site.Gateway.Root, at)}}
			x := Fix{Title: "Let nginx drop idle connections before the app does", Risk: Low}
			if own := h.Target.Upstream.Own("keepalive_timeout"); len(own) == 0 {
				edit, undo := addBehind(l.Site.Gateway.Root, at, "keepalive", []string{"keepalive_timeout 1s;"})
				x.Undo = undo
				x = x.Do("Keep them for less time than the app does", "%s", edit)
			} else {
				was := own[0].Place
				x.Undo = setLine(l.Site.Gateway.Root, was, configLine(l.Site.Gateway.Root, was))
				x = x.Do("Keep them for less time than the app does", "%s", setLine(l.Site.Gateway.Root, was, "keepalive_timeout 1s;"))
			}
			found.Fix = reload(ctx, f, l.Site.Gateway, x).Tell("Better: raise the app's own keep-alive above 60 seconds (Node: server.keepAliveTimeout = 65000; gunicorn: --keep-alive 75)")
			return found
		}))),
	}
}
