package checks

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
	"fix502/sysinfo/errlog"
)

// apacheBalancerWorkerError: Apache has nobody left to ask, mostly because of failures a moment ago.
func apacheBalancerWorkerError() Check {
	return Check{
		ID: "apache-balancer-worker-error", Title: "Apache's balancers have a member that works", Topic: Upstreams,
		After: append(slices.Clone(noLiveUpstreams().After), "apache-proxy-timeout", "apache-proxy-module-missing", "apache-keepalive-reuse", "upstream-returned-5xx", "config-test-fails"),
		Means: `All members of a balancer are in error state (AH01170, AH00959): Apache answers 503 without asking. Mostly it is an echo of the connection
failures before it; mend the members. After a failure a member is left alone for retry= seconds, 60 by default; failonstatus= takes it out for
an answer of the app as well (AH01174). Only when the files themselves disable all members (status=+D), or name none, is it the cause.`,
		Run: both(perSite(emptyBalancer), perApacheHop(func(ctx context.Context, f *sysinfo.Facts, l *live, x sysinfo.ApacheHop, _ *sysinfo.Apache) *Finding {
			b := x.Target.Balancer
			if b == nil {
				return nil
			}
			var off []apache.Member
			for _, m := range b.Members {
				if m.Disabled {
					off = append(off, m)
				}
			}
			if len(off) == len(b.Members) {
				return allDisabled(ctx, f, l, b, off)
			}
			line, now, ok := l.has(errlog.BalancerDown)
			if !ok {
				return pass(fmt.Sprintf("%d of %d members of balancer %s may be asked", len(b.Members)-len(off), len(b.Members), b.Name))
			}
			if !l.hit && l.madeGood(ctx, f, errlog.BalancerDown) {
				return pass(fmt.Sprintf("Apache took a member of balancer %s out, and another one answered in its place", b.Name))
			}
			return tookOut(ctx, f, l, b, line, now && l.hit)
		})),
	}
}

func allDisabled(ctx context.Context, f *sysinfo.Facts, l *live, b *apache.Balancer, off []apache.Member) *Finding {
	root := l.Site.Gateway.Root
	found := &Finding{Status: l.broken(), Confidence: 0.97, Where: off[0].Place, Summary: fmt.Sprintf("all %d members of balancer %s are switched off by status=+D", len(off), b.Name)}
	x := Fix{Title: "Switch the members on that work", Risk: Low}
	for _, m := range off {
		at := m.Place
		old := configLine(root, at)
		found.Evidence = append(found.Evidence, Evidence{Source: at.String(), Text: old})
		word := " status=+D"
		if i := strings.Index(old, " status="); i >= 0 {
			word, _, _ = strings.Cut(old[i+1:], " ")
			word = " " + word
		}
		x.Undo = strings.TrimPrefix(x.Undo+"; "+setLine(root, at, old), "; ")
		x = x.Do("Let Apache ask "+m.Address()+" again", "%s", replace(root, at, word, ""))
	}
	found.Fix = reload(ctx, f, l.Site.Gateway, x)
	return withLine(found, l, errlog.BalancerDown)
}

// tookOut judges members that were taken out for an answer of theirs, or because of failures that other checks name.
func tookOut(ctx context.Context, f *sysinfo.Facts, l *live, b *apache.Balancer, line sysinfo.LogLine, now bool) *Finding {
	x, _, _ := l.apacheHop()
	found := &Finding{Status: Fail, Confidence: 0.6, Where: b.Place, Summary: fmt.Sprintf("Apache took the members of balancer %s out after failures", b.Name), Evidence: []Evidence{quoteLine(line)},
		Fix: Fix{Title: "Look at the failure before it", Risk: Low}.Tell("Read the lines before this one in the same log: they name the member and what it did")}
	if hcheckWrong(ctx, f, l, found) {
		if !now {
			found.When, found.Status = l.comesAndGoes(line)
		}
		return found
	}
	for _, key := range []string{"failonstatus", "failontimeout"} {
		set := balancerParam(x, key)
		if !set.Set() || !l.spokeOf(key) && (key == "failontimeout" || !strings.Contains(line.Message, "AH01170")) {
			continue
		}
		at := set.Place
		found.Confidence, found.Where = 0.9, at
		found.Summary = fmt.Sprintf("Apache takes members of balancer %s out for a while after one bad or late answer: %s%s", b.Name, set.Name, set.Value)
		found.Evidence = append(found.Evidence, lineOf(l.Site.Gateway.Root, at))
		word := " " + set.Name + set.Value
		fix := Fix{Title: "Do not take the app out for one answer", Risk: Low, Undo: setLine(l.Site.Gateway.Root, at, configLine(l.Site.Gateway.Root, at))}
		found.Fix = reload(ctx, f, l.Site.Gateway, fix.Do(fmt.Sprintf("Take %s out of %s", key, at), "%s", replace(l.Site.Gateway.Root, at, word, ""))).
			Tell("Then find out why the app gave that answer, or took so long: its own log of that moment")
		if !now {
			found.When, found.Status = l.comesAndGoes(line)
		}
		return found
	}
	if now {
		membersBack(ctx, f, l, b, found)
	}
	if !now {
		found.When, found.Status = l.comesAndGoes(line)
	}
	return found
}

// spokeOf says that some line about this hop, fresh or of the window, has a word in it.
func (l *live) spokeOf(word string) bool {
	for _, line := range l.fresh {
		if strings.Contains(line.Message, word) {
			return true
		}
	}
	for _, g := range l.past {
		if slices.ContainsFunc(g.Latest, func(line sysinfo.LogLine) bool { return strings.Contains(line.Message, word) }) {
			return true
		}
	}
	return false
}

var retryParam = whenAsked(` retry=(\d+)`)

// membersBack: the members listen again, and Apache still leaves them alone: for retry= seconds after a failure, and with
// forcerecovery=Off even when nobody else is left.
func membersBack(ctx context.Context, f *sysinfo.Facts, l *live, b *apache.Balancer, found *Finding) {
	x, _, _ := l.apacheHop()
	for _, h := range l.Site.Hops {
		if h.Block == l.Block && !f.Reach(ctx, h).Open() {
			return
		}
	}
	root := l.Site.Gateway.Root
	found.Confidence = 0.9
	found.Summary = fmt.Sprintf("the members of balancer %s listen, and Apache asks none of them: they failed a while ago, and it leaves them alone", b.Name)
	fix := Fix{Title: "Let Apache ask them again", Risk: Low}
	set, word := b.Param("forcerecovery"), " forcerecovery="
	if !set.Set() {
		set, word = x.Pass.Param(x.Target, "retry"), " retry="
	}
	if at := set.Place; set.Set() && at.Known() {
		found.Where = at
		found.Evidence = append(found.Evidence, lineOf(root, at))
		fix.Undo = setLine(root, at, configLine(root, at))
		fix = fix.Do("Take"+word+set.Value+" out, so that it tries again sooner (after a minute, and at once when nobody else is left)", "%s", replace(root, at, word+set.Value, ""))
	}
	for _, m := range b.Members {
		line := configLine(root, m.Place)
		w := retryParam.FindStringSubmatch(line)
		if w == nil || m.Place == found.Where {
			continue
		}
		if n, err := strconv.Atoi(w[1]); err == nil && n > 60 {
			found.Evidence = append(found.Evidence, lineOf(root, m.Place))
			fix.Undo = strings.TrimPrefix(fix.Undo+"; "+setLine(root, m.Place, line), "; ")
			fix = fix.Do("Take"+w[0]+" of "+m.Address()+" out, too: for so many seconds a member that failed is left alone", "%s", replace(root, m.Place, w[0], ""))
		}
	}
	found.Fix = reload(ctx, f, l.Site.Gateway, fix).Tell("Then read the lines before this one in the same log: they name the member and what it did")
}
