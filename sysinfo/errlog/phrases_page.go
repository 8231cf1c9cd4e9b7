package errlog

import (
	"strconv"
	"strings"
)

// pagePhrases are what visitors see and paste instead of a log.
func pagePhrases() []phrase {
	return []phrase{
		{"Web server is returning an unknown error", CF520, Cloudflare, "", nil},
		{"Web server is down", CF521, Cloudflare, "", nil},
		{"Origin is unreachable", CF523, Cloudflare, "", nil},
		{"A timeout occurred", CF524, Cloudflare, "", nil},
		{"SSL handshake failed", CF525, Cloudflare, "525", nil},
		{"Invalid SSL certificate", CF526, Cloudflare, "526", nil},
		{"Argo Tunnel error", CF530, Cloudflare, "", nil},
		{"Cloudflare Tunnel error", CF530, Cloudflare, "", nil},
		{"Origin DNS error", CF530, Cloudflare, "", nil},
		{"Error 1016", CF530, Cloudflare, "", nil},
		{"Error 1033", CF530, Cloudflare, "", nil},
		{"error code: 1033", CF530, Cloudflare, "", nil},
		{"error code: 1016", CF530, Cloudflare, "", nil},
		{"rror code: 52", CFGateway, Cloudflare, "", cloudflareCode},
		{"rror code 52", CFGateway, Cloudflare, "", cloudflareCode},
		{"rror 52", CFGateway, Cloudflare, "", cloudflareCode},
		{"rror code: 530", CF530, Cloudflare, "", nil},
		{"rror code 530", CF530, Cloudflare, "", nil},
		{"error code: 502", CFGateway, Cloudflare, "", nil},
		{"error code: 504", CFGateway, Cloudflare, "", nil},
		{"Error code 502", CFGateway, Cloudflare, "", nil},
		{"Error code 504", CFGateway, Cloudflare, "", nil},
		{"Host Error", CFGateway, Cloudflare, "", nil},
		{"Bad gateway Error code", CFGateway, Cloudflare, "", nil},
		{"No server is available to handle this request", HAProxyNoServer, HAProxy, "", nil},
		{"The server returned an invalid or incomplete response", PrematureClose, HAProxy, "", nil},
		{"The server didn't respond in time", ReadTimeout, HAProxy, "", nil},
		{"temporary error and could not complete your request", AccessGateway, LoadBalancer, "", nil}, // Google's
		{"while acting as a gateway or proxy server", AccessGateway, IIS, "", pageStatus},
		{"502 Bad Gateway", AccessGateway, Unnamed, "", pageStatus},
		{"503 Service ", AccessGateway, Unnamed, "navailable", pageStatus},
		{"504 Gateway Time", AccessGateway, Unnamed, "", pageStatus},
		{"nexpected response code: 50", AccessGateway, Unnamed, "", pageStatus},
		{"Bad Gateway", AccessGateway, Traefik, "", wholePage},
		{"Gateway Timeout", AccessGateway, Traefik, "", wholePage},
	}
}

func cloudflareCode(ev *Event, s string) {
	i := strings.Index(s, "rror")
	rest := strings.TrimLeft(s[i+4:], " code:")
	ev.Status, _ = number(rest)
	if ev.Status >= 520 && ev.Status <= 526 {
		ev.Kind = CF520 + Kind(ev.Status-520)
	}
}

// wholePage: Traefik's page is the words alone.
func wholePage(ev *Event, s string) {
	switch strings.TrimSpace(s) {
	case "Bad Gateway":
		ev.Status = 502
	case "Gateway Timeout":
		ev.Status = 504
	default:
		ev.Kind, ev.Source = Unknown, Unnamed
	}
}

// pageStatus reads the status a gateway's own page shows.
func pageStatus(ev *Event, s string) {
	for _, n := range [...]int{502, 503, 504} {
		if strings.Contains(s, strconv.Itoa(n)) {
			ev.Status = n
			return
		}
	}
	if strings.Contains(s, "500") {
		ev.Status, ev.Kind = 500, AccessError
	}
}
