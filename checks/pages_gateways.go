package checks

func haproxyPages() []Check {
	return []Check{
		page("haproxy-server-timeout", "HAProxy's servers answer in time", Upstreams, `The server took the request and was slower than timeout server (504, sH). Find out what it waits for; a longer limit only makes visitors wait longer.`),
	}
}

func otherGatewayPages() []Check {
	return []Check{}
}

func containerPages() []Check {
	return []Check{}
}

func cloudflarePages() []Check {
	return []Check{
		page("cloudflare-502-504", "Cloudflare passes on what the origin answers", CDN, `A page with Cloudflare's design that marks the host as failing passes on the 502 or 504 of your own server: look here. A bare page that says only "cloudflare" comes
from Cloudflare itself. If the request is in your access log with 502, it is yours.`),
	}
}
