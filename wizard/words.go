package wizard

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fix502/checks"
	"fix502/checks/visit"
)

// Topics are the pages of the owner's checklist, in reading order, with the names people see.
func Topics() []checks.Topic {
	return []checks.Topic{checks.Server, checks.Logs, checks.CDN, checks.Upstreams, checks.Network, checks.Platform, checks.Prevention}
}

// TopicName is a topic as a heading.
func TopicName(t checks.Topic) string {
	names := map[checks.Topic]string{checks.Server: "Server", checks.Logs: "Logs", checks.CDN: "CDN and firewall for the web", checks.Upstreams: "Upstreams",
		checks.Network: "DNS, proxies, firewall", checks.Platform: "Platform", checks.Prevention: "Prevention", visit.Topic: "Visitor"}
	if n := names[t]; n != "" {
		return n
	}
	return string(t)
}

// Heading is a verdict's word on the screen.
func (v Verdict) Heading() string {
	return map[Verdict]string{Broken: "BROKEN", Intermittent: "COMES AND GOES", Unexplained: "UNEXPLAINED", Healthy: "HEALTHY", Unclear: "CANNOT SAY"}[v]
}

// Heading is the verdict's word for this report: of a page seen from outside nobody can say more than whether it works.
func (r Report) Heading() string {
	if len(r.Checks) > 0 && r.Checks[0].Topic == visit.Topic {
		switch r.Verdict {
		case Unexplained:
			return "THE PAGE FAILS"
		case Healthy:
			return "THE PAGE WORKS"
		}
	}
	return r.Verdict.Heading()
}

// Status is the state that colours a verdict.
func (v Verdict) Status() checks.Status {
	return map[Verdict]checks.Status{Broken: checks.Fail, Intermittent: checks.Fail, Unexplained: checks.Fail, Healthy: checks.Pass, Unclear: checks.Unknown}[v]
}

// Say is a check's line: its title where all is well, and else what was found, because the title says what is not so.
func (row Row) Say() string {
	if row.Status == checks.Pass || row.Status == checks.Skip {
		return row.Title + ": " + row.Summary
	}
	return fmt.Sprintf("%s (%s)", row.Summary, row.ID)
}

// How says when a cause works and how sure it is.
func (c Cause) How() string {
	when := "broken now"
	if c.Status == checks.Intermittent {
		when = "comes and goes"
	}
	return fmt.Sprintf("%s, %.0f %% sure", when, c.Confidence*100)
}

// At says where a cause sits.
func (c Cause) At() string {
	var out []string
	if c.Site != "" {
		out = append(out, "site "+c.Site)
	}
	if c.Where != nil {
		out = append(out, c.Where.String())
	}
	return strings.Join(out, ", ")
}

// Head is a fix's first line.
func (f Fix) Head() string {
	kind := "Fix"
	if f.Workaround {
		kind = "Relief, not a cure"
	}
	return fmt.Sprintf("%s: %s (%s)", kind, f.Title, f.RiskSays())
}

// RiskSays is what a risk means.
func (f Fix) RiskSays() string {
	switch f.Risk {
	case checks.Medium:
		if slices.ContainsFunc(f.Commands(), cutsOff) {
			return "medium risk: requests in flight are lost"
		}
		return "medium risk: read each step before you paste it"
	case checks.High:
		return "high risk: read before you paste"
	}
	return "low risk"
}

// cutsOff says that a command ends a service that may be at work.
func cutsOff(command string) bool {
	return strings.Contains(command, "restart") || strings.Contains(command, "systemctl stop") || strings.Contains(command, "kill ")
}

// Commands are the fix's shell lines, in order.
func (f Fix) Commands() []string {
	var out []string
	for _, s := range f.Steps {
		if s.Command != "" {
			out = append(out, s.Command)
		}
	}
	return out
}

// Say is how much could be looked at, in one line.
func (c Coverage) Say() string {
	s := fmt.Sprintf("%d of %d looked at", c.Looked, c.Total)
	if n := len(c.Missing); n > 0 {
		root := 0
		for _, m := range c.Missing {
			if m.needsRoot() {
				root++
			}
		}
		switch {
		case root == n:
			s += fmt.Sprintf("; %d need root", n)
		case root > 0:
			s += fmt.Sprintf("; %d could not, %d of them for want of root", n, root)
		default:
			s += fmt.Sprintf("; %d could not", n)
		}
	}
	return s
}

// needsRoot says that root would have seen more.
func (m Missing) needsRoot() bool { return strings.HasPrefix(m.Why, "needs root") }

// reasons are the missing checks with why they are, those with the same reason together.
func (c Coverage) reasons() []string {
	var why []string
	ids := map[string][]checks.ID{}
	for _, m := range c.Missing {
		if ids[m.Why] == nil {
			why = append(why, m.Why)
		}
		ids[m.Why] = append(ids[m.Why], m.ID)
	}
	for i, w := range why {
		why[i] = w + ": " + joinIDs(ids[w])
	}
	return why
}

// Command is how to look again with root, where that would help.
func (c Coverage) Command() string {
	for _, m := range c.Missing {
		if m.needsRoot() && m.Command != "" {
			return m.Command
		}
	}
	return ""
}

// Say sums the errors up.
func (e Errors) Say() string {
	s := plural(e.Total, "failure", "failures") + " in the logs of the last " + Span(e.Window)
	if e.Last != nil {
		s += ", the last at " + e.Last.Format("2006-01-02 15:04:05 -07:00")
	}
	return s
}

// History is when it began and what had changed before, as a sentence; empty where the logs do not tell.
func (e Errors) History() string {
	if e.Onset == nil {
		return ""
	}
	return strings.ToUpper(e.Onset.Say()[:1]) + e.Onset.Say()[1:] + "."
}

// Span is "24 h" for "24h0m0s".
func Span(window string) string {
	d, err := time.ParseDuration(window)
	if err != nil {
		return window
	}
	return checks.Span(d)
}

func (e Evidence) when() string {
	if e.Time == nil {
		return ""
	}
	return "  " + e.Time.Format("2006-01-02 15:04:05")
}

func joinIDs(ids []checks.ID) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return strings.Join(out, ", ")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + many
}

func number(n int) string { return strconv.Itoa(n) }
