package checks

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/varnish"
)

// mendProbe corrects the probe of an app that answers: what it may be answered, how long it waits, the page it asks for.
func mendProbe(ctx context.Context, f *sysinfo.Facts, l *live, b *varnish.Backend, found *Finding) Fix {
	x := Fix{Title: "Correct the probe", Risk: Low}
	root := l.Site.Gateway.Root
	url, ok := b.ProbeValue("url")
	if _, raw := b.ProbeValue("request"); raw && !ok {
		return x.Tell("varnishlog -i Backend_health shows what the probe of %s gets; correct its .request, at %s", b.Name, b.Place)
	}
	page := "/"
	if ok {
		found.Where = url.Place
		found.Evidence = append(found.Evidence, lineOf(root, found.Where))
		page = url.Text
	}
	a, err := l.pageOfApp(ctx, f, page)
	if x, ok := checkTurnedAway(ctx, f, l, page, a.Status, found); ok {
		return x
	}
	if x, ok := checkBehind(ctx, f, l, page, a.Status, found); ok {
		return x
	}
	want := probeWants(b)
	expect, expects := b.ProbeValue("expected_response")
	wait, waits := b.ProbeValue("timeout")
	good := err == nil && a.Status >= 200 && a.Status < 400
	if good {
		if x, ok := unproxied(l, b, x, found); ok {
			return reload(ctx, f, l.Site.Gateway, x).Do("Give the probes time to succeed", "sleep 5")
		}
	}
	switch {
	case good && a.Status != want && !othersSay(ctx, f, l, b, page, func(status int) bool { return status == a.Status }):
		found.Summary = fmt.Sprintf("the app at %s answers %s with %d, Varnish's probe wants %d, and so Varnish asks it nothing", l.Address(), page, a.Status, want)
		return x.Tell("Other backends have this probe as well, and may answer it as it wants. Give %s one of its own, in its block: .probe = { .url = %q; .expected_response = %d; }", b.Name, page, a.Status)
	case good && expects && a.Status != want:
		found.Summary = fmt.Sprintf("the app at %s answers %s with %d, Varnish's probe wants %d, and so Varnish asks it nothing", l.Address(), page, a.Status, want)
		return setProbe(ctx, f, l, found, "expected_response", expect, strconv.Itoa(a.Status), fmt.Sprintf("%s gives %d, and the probe expects %d", page, a.Status, want))
	case good && ok && !expects && a.Status != want && strings.Contains(configLine(root, url.Place), `"`+page+`";`):
		return takeAnswer(ctx, f, l, found, page, a.Status)
	case good && a.Status == want && waits && a.Took > probeWait(wait.Text)/2 && probeWait(wait.Text) < 2*time.Second:
		enough := max(2*time.Second, (2 * a.Took).Round(time.Second)) // two seconds is Varnish's default
		return setProbe(ctx, f, l, found, "timeout", wait, fmt.Sprintf("%.0fs", enough.Seconds()), fmt.Sprintf("%s takes %s, and the probe waits %s: let it wait %s", page, a.Took.Round(time.Millisecond), wait.Text, enough))
	}
	if good && a.Status == want {
		if x, ok := probeByName(ctx, f, l, b, a, found); ok {
			return reload(ctx, f, l.Site.Gateway, x).Do("Give the probes time to succeed", "sleep 5")
		}
	}
	front, err := l.frontPage(ctx, f)
	if !ok || page == "/" || !strings.HasPrefix(page, "/") || err != nil || front.Status != want || !othersSay(ctx, f, l, b, "/", func(status int) bool { return status == want }) {
		return x.Tell("The probe asks for %s. Ask for it yourself (curl -i http://%s%s) and correct the page, or what it may answer (.expected_response), at %s", page, l.Address(), page, found.Where)
	}
	x.Undo = setLine(root, found.Where, configLine(root, found.Where))
	x = x.Do(fmt.Sprintf("%s fails, / gives %d: let the probe ask for /", page, front.Status), "%s", replace(root, found.Where, `"`+page+`"`, `"/"`))
	at := found.Where
	if by, ok := probeByName(ctx, f, l, b, front, found); ok { // its front page, too, is for those alone who name the site
		found.Where = at
		x.Title, x.Undo, x.Steps = by.Title, also(x.Undo, by.Undo), append(x.Steps, by.Steps...)
	}
	return reload(ctx, f, l.Site.Gateway, x).Do("Give the probes time to succeed", "sleep 5")
}

// probeWants is the status that a probe takes for good: 200 alone unless it is told otherwise (vcl-probe(7)).
func probeWants(b *varnish.Backend) int {
	expect, _ := b.ProbeValue("expected_response")
	if n, err := strconv.Atoi(expect.Text); err == nil {
		return n
	}
	return 200
}

// othersSay asks all other backends that have the same probe for a page, and says whether each answers as is wanted of it: what is changed
// for one is changed for them. A backend that cannot be asked does not.
func othersSay(ctx context.Context, f *sysinfo.Facts, l *live, b *varnish.Backend, page string, wanted func(status int) bool) bool {
	v, ok := l.Site.Gateway.Extra.(*sysinfo.Varnish)
	if !ok {
		return false
	}
	all, _ := hops(ctx, f) // none can be asked
	for _, o := range v.Config.Backends {
		if o.Name == b.Name || !sameProbe(o, b) {
			continue
		}
		i := slices.IndexFunc(all, func(h live) bool { return h.Extra == any(o) })
		if i < 0 {
			return false
		}
		a, err := all[i].pageOfApp(ctx, f, page)
		if err != nil || !wanted(a.Status) {
			return false
		}
	}
	return true
}

func sameProbe(a, b *varnish.Backend) bool {
	for key, set := range b.Probe {
		if a.Probe[key].Place == set.Place {
			return true
		}
	}
	return false
}

// probeByName: the app has the page for those who ask by the site's name, and a probe asks by what .host says unless .host_header says
// otherwise, which counts for probes and for requests that bear no name (vcl-backend(7)).
func probeByName(ctx context.Context, f *sysinfo.Facts, l *live, b *varnish.Backend, page sysinfo.Answer, found *Finding) (Fix, bool) {
	root, at, name := l.Site.Gateway.Root, b.Where(), page.Question.Host
	_, told := b.Values["host_header"]
	if line := configLine(root, at); told || b.Host() == "" || !nameOfSite.MatchString(name) || !alone(line) {
		return Fix{}, false
	}
	by, err := l.askApp(ctx, f, sysinfo.Question{Host: b.Host(), URI: page.Question.URI})
	if err != nil || by.Status == page.Status {
		return Fix{}, false
	}
	found.Where = at
	gives := fmt.Sprintf("gives Varnish's probe %d", by.Status)
	if by.Status == 0 {
		gives = "hangs up on Varnish's probe"
	}
	found.Summary = fmt.Sprintf("the app at %s %s, because it asks by the name %s: asked for %s the app gives %d", l.Address(), gives, b.Host(), name, page.Status)
	found.Evidence = append(found.Evidence, lineOf(root, at))
	x := Fix{Title: "Let the probe ask by the site's name", Risk: Low, Undo: removeBelow(root, at, 1)}
	return x.Do("Give the backend the name for its probes; what visitors ask keeps its own", "%s", insertAfter(root, at, fmt.Sprintf(".host_header = %q;", name))), true
}

// takeAnswer lets a probe take for good what the app says to it: without .expected_response only 200 is (vcl-probe(7)), and a page that leads
// elsewhere says 301 or 302.
func takeAnswer(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding, page string, status int) Fix {
	root, at := l.Site.Gateway.Root, found.Where
	was := `"` + page + `";`
	found.Summary = fmt.Sprintf("the app at %s answers %s with %d, Varnish's probe takes only 200 for good, and so Varnish asks it nothing", l.Address(), page, status)
	x := Fix{Title: "Let the probe take the app's answer for a good one", Risk: Low, Undo: setLine(root, at, configLine(root, at))}
	x = x.Do(fmt.Sprintf("%s gives %d: say that the probe may get it", page, status), "%s", replace(root, at, was, fmt.Sprintf("%s .expected_response = %d;", was, status)))
	return reload(ctx, f, l.Site.Gateway, x).Do("Give the probes time to succeed", "sleep 5")
}

// setProbe changes one value of a probe.
func setProbe(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding, key string, set varnish.Value, value, say string) Fix {
	root, at := l.Site.Gateway.Root, set.Place
	found.Where = at
	found.Evidence = append(found.Evidence, lineOf(root, at))
	line := configLine(root, at)
	_, text, _ := strings.Cut(line, "."+key)
	text, _, _ = strings.Cut(text, ";")
	x := Fix{Title: "Correct the probe", Risk: Low, Undo: setLine(root, at, line)}
	x = x.Do(say, "%s", replace(root, at, "."+key+text, "."+key+" = "+value))
	return reload(ctx, f, l.Site.Gateway, x).Do("Give the probes time to succeed", "sleep 5")
}

// probeWait reads VCL's durations: 300ms, 2s, 1m.
func probeWait(text string) time.Duration {
	d, err := time.ParseDuration(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		return time.Hour // what it does not know is no short time
	}
	return d
}
