package checks

import (
	"strings"

	"fix502/sysinfo/errlog"
)

// prior is what a symptom turned out to be, of lines that look alike: the first row that fits counts. The three
// likeliest causes that need different cures stand first.
type prior struct {
	why   string // what speaks for this order
	fits  func(ev *errlog.Event) bool
	leads []Candidate
}

// priors are all of them, by the kind of line.
var priors = map[errlog.Kind][]prior{
	errlog.ConnectUnixMissing: missingSocketPriors,
	errlog.ConnectUnixRefused: refusedSocketPriors,
	errlog.ConnectRefused:     refusedPriors,
	errlog.HAProxyDownRefused: refusedPriors,
	errlog.ConnectFailed:      failedPriors,
	errlog.ConnectFollow:      followPriors,
	errlog.ConnectNoRoute:     noRoutePriors,
	errlog.ConnectTimeout:     noAnswerPriors,
	errlog.ConnectTimedOut:    noAnswerPriors,
	errlog.ConnectNoAddress:   noAddressPriors,
	errlog.NoLiveUpstreams:    noLivePriors,
	errlog.ServerDisabled:     disabledPriors,
	errlog.HostNotFound:       namelessPriors,
	errlog.ResolveFailed:      namelessPriors,
	errlog.ReadTimeout:        slowPriors,
	errlog.ReadReset:          resetPriors,
	errlog.SendReset:          resetPriors,
	errlog.PrematureClose:     closedPriors,
	errlog.ReadResetBody:      closedMidBodyPriors,
	errlog.PrematureCloseBody: closedMidBodyPriors,
}

// likeliest gives the leads of the first row that fits the line; none when the line has no details.
func likeliest(ev *errlog.Event) []Candidate {
	for _, row := range priors[ev.Kind] {
		if row.fits(ev) {
			return row.leads
		}
	}
	return nil
}

// nginx counts its connections since it was started, which tells how long it has run and how much it has to do.
const (
	newborn = 8      // it has just resolved its names
	busy    = 10_000 // many requests went well: what fails, fails now and then; before that, always
)

func isNewborn(ev *errlog.Event) bool { return ev.Conn > 0 && ev.Conn <= newborn }

func isYoung(ev *errlog.Event) bool { return ev.Conn > 0 && ev.Conn < busy }

// isBusy: or it is a request that nginx does not send anew when a kept connection is closed under it.
func isBusy(ev *errlog.Event) bool {
	return ev.Conn >= busy || ev.Conn == 0 && (ev.Method == "POST" || ev.Method == "PATCH")
}

// sends: a form or a file, to who has few visitors, or one that says so. A remote call always is a POST.
func sends(ev *errlog.Event) bool {
	uri := strings.ToLower(ev.URI)
	return (ev.Method == "POST" || ev.Method == "PUT") && ev.Upstream.Scheme != "grpc" && (isYoung(ev) || strings.Contains(uri, "upload") || strings.Contains(uri, "import"))
}

func anyLine(*errlog.Event) bool { return true }

func toPHP(ev *errlog.Event) bool { return servesPHP(ev.Upstream) }

func toPHPPort(ev *errlog.Event) bool {
	return servesPHP(ev.Upstream) && ev.Upstream.Path() == "" && ev.Upstream.Address != ""
}

func toUWSGI(ev *errlog.Event) bool {
	return ev.Upstream.Scheme == "uwsgi" || strings.Contains(ev.Upstream.Path(), "uwsgi")
}

func apacheHTTP(ev *errlog.Event) bool {
	return ev.Source == errlog.Apache && ev.Upstream.Scheme != "fastcgi"
}

func writtenBy(s errlog.Source) func(*errlog.Event) bool {
	return func(ev *errlog.Event) bool { return ev.Source == s }
}

func toDocker(ev *errlog.Event) bool { return dockerRange(ev.Upstream.IP()) }

func toItself(ev *errlog.Event) bool { return itself(ev.Upstream.IP()) }

// wrongProtocol: HTTP is sent where by all conventions something else listens.
func wrongProtocol(ev *errlog.Event) bool {
	u, path := ev.Upstream, ev.Upstream.Path()
	return u.Scheme == "http" && (u.Port() == 9000 || portOfTLS(u.Port()) || strings.Contains(path, "php") || strings.Contains(path, "uwsgi")) ||
		u.Scheme == "uwsgi" && strings.Contains(path, "php")
}

// portOfTLS: ports where by all conventions nobody is answered in plain words: 443 and its kin, and those of
// Proxmox, Webmin, cPanel, Kong and Wazuh.
func portOfTLS(port int) bool {
	switch port {
	case 8006, 10000, 2083, 2087, 2096, 8444, 8920, 55000:
		return true
	}
	return port > 0 && port%1000 == 443
}

func allOf(a, b func(*errlog.Event) bool) func(*errlog.Event) bool {
	return func(ev *errlog.Event) bool { return a(ev) && b(ev) }
}
