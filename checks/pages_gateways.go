package checks

func haproxyPages() []Check {
	return []Check{
		page("haproxy-all-servers-down", "HAProxy has a server that passes its check", Upstreams, `Every server of the backend failed its health check, so HAProxy answers 503 at once (<NOSRV>, SC). "is DOWN, reason:" in its log says why: connection refused, a
timeout, TLS, or a status the check did not expect; in that last case the check may be wrong and the app fine.`),
		page("haproxy-connect-refused", "HAProxy's servers accept connections", Upstreams, `The server refused the connection, or there was no way to it (503, SC): the app is down, listens elsewhere, a firewall answers, or TLS failed. HAProxy tries three more
times, a second apart, so the visitor waits three seconds.`),
		page("haproxy-connect-timeout", "HAProxy reaches its servers in time", Network, `No answer to the connection attempt (503, sC): the machine is down, a firewall drops the packets, or the server's queue is full.`),
		page("haproxy-server-timeout", "HAProxy's servers answer in time", Upstreams, `The server took the request and was slower than timeout server (504, sH). Find out what it waits for; a longer limit only makes visitors wait longer.`),
		page("haproxy-bad-response", "HAProxy accepts the servers' answers", Upstreams, `The server's answer broke HTTP's rules or its headers did not fit (502, PH), or it closed before it had answered (SH). "show errors" on the admin socket shows the
offending bytes.`),
		page("haproxy-queue-timeout", "Requests do not wait in HAProxy's queue", Upstreams, `All servers are at their maxconn and the request waited too long for its turn (503, sQ). The app is slow or too small for the traffic, or maxconn is set too low.`),
		page("haproxy-socket-in-chroot", "HAProxy finds sockets inside its chroot", Platform, `HAProxy lives in a chroot (/var/lib/haproxy on Debian): a socket in the configuration is looked for inside it. Use TCP, or give the app a socket in there.`),
	}
}

func otherGatewayPages() []Check {
	return []Check{
		page("varnish-backend-unhealthy", "Varnish's probes succeed", Upstreams, `Varnish's probe of the backend failed, so it answers 503 without asking. varnishlog -i Backend_health shows what the probe got; a probe that asks for a page which
redirects or needs a login fails although the site works.`),
		page("varnish-backend-fetch-failed", "Varnish gets its pages from the backend", Upstreams, `Varnish could not fetch the page ("Guru Meditation", 503): FetchError in varnishlog says why: refused, too slow, closed, headers too large.
Varnish writes no log file by default: varnishlog -d shows the last requests.`),
		page("caddy-no-upstreams", "Caddy has an upstream that works", Upstreams, `Caddy marked all upstreams down after failures or health checks: 503 "no upstreams available". The dial errors before it in its log name the reason.`),
		page("traefik-bad-gateway-silent", "Traefik reaches its services", Upstreams, `Traefik answers "Bad Gateway" and logs the reason only at level DEBUG. A wrong port or network in the container's labels (loadbalancer.server.port,
traefik.docker.network) is the usual one.`),
	}
}

func containerPages() []Check {
	return []Check{
		page("docker-container-exited", "The app's container runs", Upstreams, `The app's container has stopped, restarts in a loop, or is paused. docker ps -a shows its exit code (137 killed, mostly for memory; 139 crashed; 1 its own error),
docker logs NAME its last words.`),
		page("docker-wrong-port-or-network", "Gateway and app containers meet", Upstreams, `Inside a network of containers the app is reached by its service name and its own port, not by the port published on the host, and only when both are in one network.
"host not found in upstream" at nginx's start means that the name was not known there. docker inspect shows both networks.`),
	}
}

func cloudflarePages() []Check {
	return []Check{
		page("cloudflare-502-504", "Cloudflare passes on what the origin answers", CDN, `A page with Cloudflare's design that marks the host as failing passes on the 502 or 504 of your own server: look here. A bare page that says only "cloudflare" comes
from Cloudflare itself. If the request is in your access log with 502, it is yours.`),
		page("cloudflare-520-empty-or-malformed", "Cloudflare understands the origin's answers", CDN, `Your server answered Cloudflare with nothing, garbage, or headers too large: a crash, a reset, a firewall that drops, or too many cookies.`),
		page("cloudflare-521-origin-refused", "The origin accepts Cloudflare's connections", CDN, `Your server refused Cloudflare: nothing listens on the port its SSL mode uses (80 for Flexible, 443 for Full), or a firewall or fail2ban rejects its addresses.`),
		page("cloudflare-522-connect-timeout", "Cloudflare reaches the origin in time", CDN, `Your server did not answer Cloudflare's connection: a firewall drops its addresses, the machine is overloaded, or the DNS record points elsewhere.`),
		page("cloudflare-523-unreachable", "There is a way to the origin's address", CDN, `Cloudflare finds no way to the address in its DNS record: compare it with this server's own public address.`),
		page("cloudflare-524-slow-origin", "The origin answers within Cloudflare's time", CDN, `Your server took longer than Cloudflare waits, 100 to 120 seconds. Move such work into the background; here it shows as 499 after that time.`),
		page("cloudflare-525-526-ssl-mode", "The origin's certificate fits Cloudflare's mode", CDN, `525: the TLS handshake with your server failed. 526: its certificate is not valid and the mode is Full (strict): expired, self-signed or for another
name. Renew it or install an Origin CA certificate; do not go back to Flexible.`),
		page("cloudflare-530-dns-or-tunnel", "Cloudflare's tunnel or DNS name for the origin works", CDN, `530 carries a second number: 1016 the origin's name does not resolve, 1033 no cloudflared is connected. systemctl status cloudflared, and its log.`),
	}
}
