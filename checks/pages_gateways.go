package checks

func apachePages() []Check {
	return []Check{
		page("apache-proxy-timeout", "Apache waits long enough for its backends", Platform, `Apache gave up waiting for the backend. With mod_proxy_http that is a 502 (AH01102 with code 70007), with mod_proxy_fcgi a 504 (AH01075 polling).
The worker's own timeout= wins over ProxyTimeout, which wins over Timeout. Find out why the backend is slow first.`),
		page("apache-balancer-worker-error", "Apache's balancer has a member that works", Upstreams, `All members of a balancer are in error state (AH01170, AH00959): Apache answers 503 without asking. It is an echo of the connection failures before it;
mend the members. After a failure a member is left alone for retry= seconds, 60 by default.`),
		page("apache-keepalive-reuse", "Apache does not use connections the backend has closed", Platform, `Apache sent a request on an idle connection that the backend was just closing: a rare, random 502 (AH01102 with 104 or 20014). Set ttl= on the worker
below the backend's keep-alive time, or raise the backend's.`),
		page("apache-proxypass-wrong-target", "ProxyPass names the right backend", Platform, `ProxyPass or SetHandler names a wrong scheme, port or path: 503 when nobody is there, 500 with AH01144 for a scheme that does not exist. The first ProxyPass that
matches counts, in the order of the file. Correct the line; ProxyPassReverse belongs beside it with the same address.`),
		page("apache-proxy-module-missing", "Apache has the proxy modules it needs", Platform, `The module for the backend's protocol is not loaded: AH01144 "No protocol handler was valid", a 500. On Debian: a2enmod proxy_fcgi setenvif (or proxy_http,
proxy_uwsgi), then restart Apache.`),
		page("apache-uds-worker-collision", "Apache's socket workers have names of their own", Platform, `Two handlers use different sockets under the same made-up host, fcgi://localhost: Apache takes them for one, and pages of one site go to the PHP of another.
Give each a host of its own: "proxy:unix:/run/php/a.sock|fcgi://site-a".`),
		page("apache-bad-backend-header", "Apache accepts the backend's headers", Upstreams, `The backend's headers broke the rules, or one was longer than ResponseFieldSize (8192 bytes): AH01106, AH10124, AH02429. The "(28)No space left on device" beside
AH10124 means that buffer, not the disk. Mend the header in the app; responsefieldsize= on the ProxyPass gives it room.`),
		page("apache-maxrequestworkers", "Apache has workers to spare", Server, `All of Apache's own workers are busy (AH00161, AH00484): new visitors wait in the kernel's queue until somebody in front gives up. A slow backend that holds them is the
usual reason; raise MaxRequestWorkers only as far as the memory goes.`),
		page("apache-child-crash", "No child of Apache crashes", Upstreams, `A child of Apache died (AH00051, AH00052): a module crashed, mod_php mostly. The visitor got no answer at all, and a gateway in front made a 502 of it. The line is in
the main error log, not in the site's. As with PHP-FPM: the extension, the JIT, or libraries upgraded under a running server.`),
		page("mod-fcgid-failures", "mod_fcgid's programs answer", Upstreams, `mod_fcgid waited too long (FcgidIOTimeout), had no free slot (FcgidMaxProcesses, a 503), or its program ended before it had answered ("End of script output before
headers", a 500). The program's own words stand beside it in the log.`),
		page("ajp-failure", "Tomcat answers over AJP", Upstreams, `Apache and Tomcat do not meet over AJP: nobody listens (AH00896), or the answer broke off (AH00992, AH00878). Since Tomcat 8.5.51 AJP listens on loopback only and wants a
shared secret: set secret= on both sides, or use HTTP instead.`),
	}
}

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
