package wizard

import (
	"cmp"
	"fmt"

	"fix502/checks"
	"fix502/sysinfo"
)

// byItself is the verdict on a site of one hop: an app that has the port of the web itself.
func byItself(l *sysinfo.Lone) (Verdict, string, *sysinfo.Answer) {
	who := cmp.Or(l.Proc.Name, "an app")
	if l.Failed() {
		return Unexplained, checks.Quote(fmt.Sprintf("%s answers %s; %s has port %d itself, with no web server before it: its own log tells why", l.Question.Page(), l.Word(), who, l.At.Addr.Port())), nil
	}
	return Healthy, checks.Quote(fmt.Sprintf("%s has port %d itself and answers; no web server stands before it", who, l.At.Addr.Port())), nil
}

// inContainer is the verdict where the page comes from a gateway in a container that only root may see into, or nobody answers and it may be that one's.
func inContainer(hidden []*sysinfo.Gateway, l *sysinfo.Lone) (Verdict, string) {
	const root = "%s runs in a container whose files and logs only root may see: run it with sudo"
	if l == nil {
		return Unclear, fmt.Sprintf("the page could not be asked for here; "+root, hidden[0].Title())
	}
	why := fmt.Sprintf(root, l.Hidden.Title())
	if page := l.Question.Page(); l.Failed() {
		return Unexplained, checks.Quote(fmt.Sprintf("%s answers %s; %s", page, l.Word(), why))
	} else {
		return Unclear, checks.Quote(fmt.Sprintf("%s answers %s now; whether it or another site failed lately could not be seen: %s", page, l.Word(), why))
	}
}

// lonePath is the way of its visitors.
func lonePath(l *sysinfo.Lone) Path {
	st := Stop{Kind: "app", Address: checks.Quote(l.At.Addr.String()), Status: checks.Pass, MS: float64(l.Took.Microseconds()) / 1000, Says: "answers " + l.Word()}
	if l.Failed() {
		st.Status = checks.Fail
	}
	if l.Hidden != nil {
		st.Kind = l.Hidden.Kind
	}
	return Path{Site: checks.Quote(l.Question.Host), Hops: []Stop{st}}
}
