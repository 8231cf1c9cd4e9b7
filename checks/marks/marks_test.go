package marks

import (
	"net/http"
	"testing"

	"fix502/sysinfo"
)

func TestFingerprint(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		header map[string]string
		body   string
		want   string
	}{
		{"nginx by its header", 502, map[string]string{"Server": "nginx/1.22.1"}, "", "nginx"},
		{"nginx by its page", 502, nil, "<hr><center>nginx</center>", "nginx"},
		{"OpenResty is no plain nginx", 502, map[string]string{"Server": "openresty/1.21"}, "", "OpenResty (nginx)"},
		{"Apache", 502, map[string]string{"Server": "Apache/2.4.57 (Debian)"}, "", "Apache"},
		{"HAProxy has no header, only words", 502, nil, "<h1>502 Bad Gateway</h1>\nThe server returned an invalid or incomplete response.", "HAProxy"},
		{"Varnish", 503, map[string]string{"Server": "nginx"}, "<h3>Guru Meditation:</h3>", "Varnish"},
		{"Caddy", 502, map[string]string{"Server": "Caddy"}, "", "Caddy"},
		{"Traefik says two words", 502, nil, "Bad Gateway", "Traefik"},
		{"two words by somebody else", 502, map[string]string{"Server": "nginx"}, "Bad Gateway", "nginx"},
		{"Cloudflare that cannot use the origin", 502, map[string]string{"Server": "cloudflare", "Cf-Ray": "8a"}, "Host Error", "Cloudflare, “Host Error”"},
		{"Cloudflare's own numbers", 521, map[string]string{"Server": "cloudflare"}, "", "Cloudflare, “Host Error”"},
		{"Cloudflare itself", 502, map[string]string{"Server": "cloudflare", "Cf-Ray": "8a"}, "<center>cloudflare</center>", "Cloudflare, its own 502"},
		{"what Cloudflare only passes on", 502, map[string]string{"Server": "cloudflare", "Cf-Ray": "8a"}, "<center>nginx</center>", "the origin behind Cloudflare"},
		{"CloudFront", 502, map[string]string{"Server": "CloudFront"}, "", "CloudFront"},
		{"Fastly", 503, map[string]string{"X-Served-By": "cache-fra-1"}, "", "Fastly"},
		{"Akamai", 502, map[string]string{"Server": "AkamaiGHost"}, "", "Akamai"},
		{"Sucuri", 502, map[string]string{"Server": "Sucuri/Cloudproxy"}, "", "Sucuri"},
		{"Imperva", 502, map[string]string{"X-Iinfo": "1-2"}, "", "Imperva"},
		{"AWS", 502, map[string]string{"Server": "awselb/2.0"}, "", "an AWS load balancer"},
		{"IIS", 502, map[string]string{"Server": "Microsoft-IIS/10.0"}, "", "Microsoft IIS"},
		{"a name nobody knows", 502, map[string]string{"Server": "teapot"}, "", "teapot"},
		{"nothing at all", 502, nil, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := http.Header{}
			for k, v := range tt.header {
				h.Set(k, v)
			}
			if got := Fingerprint(sysinfo.Answer{Status: tt.status, Header: h, Body: []byte(tt.body)}).Name; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
