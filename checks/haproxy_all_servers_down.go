package checks

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// haproxyAllServersDown: the health check, or somebody, has taken every server out, and the app itself would answer.
func haproxyAllServersDown() Check {
	return Check{
		ID: "haproxy-all-servers-down", Title: "HAProxy has a server that passes its check", Topic: Upstreams, After: connectCauses(),
		Means: `HAProxy has nobody to ask and answers 503 at once (<NOSRV> in its log): no rule leads to a backend that is there, or every server of it
failed its health check or was switched off. The event "Server … is DOWN, reason: …" says why. Layer 7 with status 301, 401 or 404 means that the
check asks for the wrong page while the app is fine: correct option httpchk. "show stat" on the stats socket shows each server.`,
		Run: both(perSite(haproxyLost), perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if l.Site.Gateway.Kind != "haproxy" || l.Backup {
				return nil
			}
			if l.Down { // whether an app is there or not: it is not asked
				return haproxyOff(ctx, f, l)
			}
			if !l.reach.Open() && l.reach.Err == nil {
				return nil
			}
			if found := haproxyWeightless(ctx, f, l); found != nil {
				return found
			}
			all, err := f.Stats(ctx, l.Site.Gateway)
			if err != nil {
				return haproxyDownUnseen(ctx, f, l, err)
			}
			s := all[l.Label]
			drained := s.Status == "DRAIN" && l.hit && own("haproxy", l.answer) // it goes on for those who have its cookie, and for nobody else
			if others := upInBackend(all, l.Block); others > 0 && !drained || s.Status == "" {
				return pass(fmt.Sprintf("%s is %s", l.Label, strings.Replace(strings.ToLower(s.Status), "no check", "asked without a check", 1)))
			}
			found := &Finding{Status: Fail, Confidence: 0.96, Where: l.Where, Evidence: []Evidence{{Source: "show stat", Text: fmt.Sprintf("%s: %s for %s, check %s %s %s", l.Label, s.Status, s.For, s.Check, codeWord(s.Code), s.Why)}, passLine(l)},
				Covers: []ID{"upstream-returned-5xx"}}
			if s.Status == "MAINT (resolution)" {
				return haproxyNameless(ctx, f, l, found)
			}
			if told, out := maintained(ctx, f, l, all, found); out {
				return told
			}
			if rising(s) {
				found.Summary = fmt.Sprintf("%s passes HAProxy's check again (%s); it is asked once it has passed a few more (rise), and no other server is left", l.Label, s.Check)
				found.Fix = checksPass(l, Fix{Title: "Wait for the next checks", Risk: Low})
				return found
			}
			if follows(l.Hop) != "" {
				return followsDown(l, all, found)
			}
			return failsCheck(ctx, f, l, s, found)
		})),
	}
}

// failsCheck is told of an app that answers, and is not asked.
func failsCheck(ctx context.Context, f *sysinfo.Facts, l *live, s sysinfo.ServerState, found *Finding) *Finding {
	found.Summary = fmt.Sprintf("the app at %s answers, but HAProxy's health check of it fails (%s), and no other server is left", l.Address(), checkWord(s))
	found.Fix = mendCheck(ctx, f, l, s, found)
	return found
}

// haproxyDownUnseen is what the log, or asking as the check does, tells where the state of HAProxy's servers cannot be seen.
func haproxyDownUnseen(ctx context.Context, f *sysinfo.Facts, l *live, err error) *Finding {
	line, now, ok := l.has(errlog.HAProxyNoServer, errlog.HAProxyDownStatus, errlog.HAProxyDownOther, errlog.HAProxyDownTLS)
	found := &Finding{Status: Fail, Confidence: 0.9, Where: l.Where, Covers: []ID{"upstream-returned-5xx"}}
	if down, _, told := l.has(errlog.HAProxyDownStatus, errlog.HAProxyDownOther, errlog.HAProxyDownTLS); told && l.hit && own("haproxy", l.answer) && l.after(down) {
		if s, ok := checkHeard(down); ok {
			found.Evidence = []Evidence{quoteLine(down), passLine(l)}
			return failsCheck(ctx, f, l, s, found)
		}
	}
	if l.hit && own("haproxy", l.answer) {
		found.Evidence = []Evidence{passLine(l)}
		if x, ok := mendProxied(ctx, f, l, sysinfo.ServerState{Code: http.StatusBadRequest}, found); ok { // who gives a page without the PROXY protocol refuses it with
			found.Fix = x
			return found
		}
	}
	if l.hit && own("haproxy", l.answer) {
		found.Evidence = []Evidence{passLine(l)}
		if told, out := agentsWord(ctx, f, l, found); out {
			return told
		}
	}
	if s, says := askAsCheck(ctx, f, l); says != nil {
		found.Evidence = []Evidence{*says, passLine(l)}
		return failsCheck(ctx, f, l, s, found)
	}
	if !ok {
		said := why(err)
		if socket, shut := strings.CutPrefix(said, "needs root to look: the socket "); shut {
			return &Finding{Status: Unknown, Summary: "needs root to look: the stats socket " + socket}
		}
		return &Finding{Status: Unknown, Summary: "the state of HAProxy's servers: " + said}
	}
	found.Confidence, found.Summary, found.Evidence = 0.6, fmt.Sprintf("HAProxy has no server left for backend %s", l.Block), []Evidence{quoteLine(line)}
	found.Fix = Fix{Title: "See what the check says", Risk: Low}.Tell("Each server's state and the last word of its check: show stat on HAProxy's stats socket (as root), or the lines 'Server … is DOWN, reason:' of its log")
	if !now && !l.hit {
		found.When, found.Status = l.comesAndGoes(line)
	}
	return found
}

func codeWord(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" status %d", n)
}

// checkWord says what a health check brought (management guide, 9.1: check_status).
func checkWord(s sysinfo.ServerState) string {
	switch {
	case s.Check == "L7STS":
		return fmt.Sprintf("it gets status %d", s.Code)
	case strings.HasPrefix(s.Check, "L4CON"):
		return "no connection"
	case strings.HasSuffix(s.Check, "TOUT"):
		return "no answer in time"
	case strings.HasPrefix(s.Check, "L6"):
		return "the TLS handshake fails"
	case strings.HasPrefix(s.Check, "L7"):
		return "no proper answer"
	}
	return s.Check
}

// upInBackend counts the servers of a backend that HAProxy would ask.
func upInBackend(all map[string]sysinfo.ServerState, backend string) int {
	n := 0
	for name, s := range all {
		if strings.HasPrefix(name, backend+"/") && !strings.HasSuffix(name, "/BACKEND") && (strings.HasPrefix(s.Status, "UP") || s.Status == "no check" || s.Status == "DRAIN") {
			n++
		}
	}
	return n
}
