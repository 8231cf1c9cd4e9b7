package wizard

import "fix502/checks"

func upstreamSteps() []Task {
	return []Task{
		{ID: "address", Topic: checks.Upstreams, Title: "Socket or port: there, right, listening",
			Why: "The gateway's configuration names one address, the program listens on another or on none. This is the most common cause of all.",
			Checks: []checks.ID{"socket-path-mismatch", "php-version-upgraded", "fpm-transport-mismatch", "upstream-port-nothing-listening", "bind-address-mismatch",
				"localhost-ipv6-mismatch", "docker-localhost-upstream", "docker-wrong-port-or-network", "socket-file-deleted", "fpm-stale-socket", "private-tmp-socket",
				"no-live-upstreams", "haproxy-socket-in-chroot", "apache-proxypass-wrong-target", "apache-uds-worker-collision"},
			Ways: []Way{
				{"nginx", "What it asks for.", "nginx -T 2>/dev/null | grep -E '(fastcgi|proxy|uwsgi)_pass|^[[:space:]]*server .*;'"},
				{"In a shell", "Who listens where. Both lists must hold the same path or port.", "ss -ltnp; ss -lxp | grep -e php -e sock"},
				{"PHP-FPM", "What its pools say.", "grep -rn '^listen' /etc/php/*/fpm/pool.d /etc/php-fpm.d 2>/dev/null"},
			},
			Works: "The page answers, and the path or port in the gateway's file is one of those that ss prints."},
		{ID: "rights", Topic: checks.Upstreams, Title: "The gateway may use the socket",
			Why:    "A socket is a file. The gateway's worker user needs write permission on it and search permission on every folder above. Opening it to everybody (mode 0666, 777) is a hole, not a fix.",
			Checks: []checks.ID{"socket-permission", "selinux-denied", "apparmor-denied", "systemd-sandbox", "allowed-clients-denied"},
			Ways: []Way{
				{"In a shell", "Each line is one part of the way, with its owner and rights. Replace the path.", "namei -l /run/php/php8.2-fpm.sock"},
				{"PHP-FPM", "In the pool's file: listen.owner and listen.group name the gateway's user (www-data, nginx), listen.mode = 0660.", ""},
				{"Red Hat family", "Denials by SELinux since today.", "ausearch -m avc -ts today 2>/dev/null | tail"},
			},
			Works: "No new line with (13: Permission denied)."},
		{ID: "protocol", Topic: checks.Upstreams, Title: "Both speak the same language",
			Why: "fastcgi_pass to an HTTP server, proxy_pass to PHP-FPM, http to a TLS port: the connection works and the answer makes no sense.",
			Checks: []checks.ID{"upstream-protocol-mismatch", "upstream-tls-handshake", "upstream-tls-verify", "http2-h2c-to-backend", "upstream-invalid-header",
				"upstream-conflicting-length-headers", "fcgi-empty-stdout", "ajp-failure", "uwsgi-buffer-size", "uwsgi-limit-post", "apache-bad-backend-header", "haproxy-bad-response"},
			Ways: []Way{
				{"In a shell", "An HTTP server answers with a status line; PHP-FPM answers nothing or closes. Replace the port.", "curl -sv -m 3 http://127.0.0.1:9000/ 2>&1 | head -n 12"},
			},
			Works: "The gateway's log no longer says invalid header, wrong version number, or prematurely closed."},
		{ID: "crashes", Topic: checks.Upstreams, Title: "Crashes and restarts",
			Why: "A worker that dies takes its request with it. The gateway only sees the connection close.",
			Checks: []checks.ID{"fpm-worker-segfault", "fpm-request-terminate-timeout", "fpm-reload-killed-master", "fpm-reload-inflight", "app-worker-timeout-kill",
				"uwsgi-harakiri", "uwsgi-worker-crash", "uwsgi-app-exception-empty-response", "mod-fcgid-failures", "lsphp-unstartable", "mid-body-failure"},
			Ways: []Way{
				{"In a shell", "Signal 11 is a crash of PHP or of an extension, 9 was sent by somebody: the kernel, a time limit.", "grep -h 'exited on signal' /var/log/php*fpm*.log | tail -n 10"},
				{"In a shell", "Did it begin with an update? Compare the times.", "grep -hE ' (upgrade|install) ' /var/log/dpkg.log | tail -n 20"},
				{"If PHP-FPM is down", "Start it once, and read why it ended before you call it done. Your version's name may differ.", "systemctl restart php8.2-fpm && systemctl --no-pager status php8.2-fpm"},
			},
			Works: "A day without a worker that ended by a signal."},
		{ID: "slow", Topic: checks.Upstreams, Title: "Slow: queries, other people's APIs",
			Why: "A page that waits for the database or for another company's server keeps its worker. The gateway gives up first (504, sometimes 502).",
			Checks: []checks.ID{"upstream-read-timeout", "mysql-slow", "database-locked", "cache-unusable", "external-api-slow", "php-session-lock", "apache-proxy-timeout", "haproxy-server-timeout",
				"haproxy-queue-timeout", "haproxy-connect-timeout"},
			Ways: []Way{
				{"PHP-FPM", "In the pool's file: request_slowlog_timeout = 5s and slowlog = /var/log/php-slow.log, then reload. The log shows the very line of PHP that waits.", "tail -n 40 /var/log/php-slow.log"},
				{"MySQL, MariaDB", "What runs now, longest first. Many in “Waiting for … lock” wait for one other.", "mysql -e \"SELECT id,time,state,LEFT(info,80) q FROM information_schema.processlist WHERE command<>'Sleep' ORDER BY time DESC LIMIT 10\""},
				{"Somebody's API", "Time it from this server; the app should wait a few seconds at the most and go on without it. Replace the address.", "curl -s -o /dev/null -w '%{time_total}\\n' -m 20 https://api.example.com/"},
			},
			Works: "The slow log stays empty, and the page answers well below the gateway's time limit."},
	}
}

func networkSteps() []Task {
	return []Task{
		{ID: "dns", Topic: checks.Network, Title: "The name leads here",
			Why:    "After a move, some resolvers still hand out the old address; nginx itself keeps the address of an upstream from when it was started.",
			Checks: []checks.ID{"dns", "upstream-dns", "no-resolver", "stale-dns-cached-ip"},
			Ways: []Way{
				{"In a shell", "The same question to two resolvers, and this machine's own addresses. Replace the name.", "dig +short shop.example.com @1.1.1.1; dig +short shop.example.com @8.8.8.8; ip -br addr"},
				{"In a browser", "dnschecker.org shows the answer from many countries.", ""},
				{"Upstreams by name", "nginx looks a name up at start only. After its address changed: reload, or use a variable with resolver.", "nginx -t && systemctl reload nginx"},
			},
			Works: "Every resolver gives the address of this server, or of the CDN in front of it."},
		{ID: "chain", Topic: checks.Network, Title: "The chain of proxies",
			Why:    "With several gateways behind each other each one sees only its neighbour. The break is at the last one that still gets the request.",
			Checks: []checks.ID{"proxy-loop", "network-unreachable", "upstream-keepalive-race", "haproxy-connect-refused"},
			Ways: []Way{
				{"On each gateway", "Ask the next one by hand, with the site's name; replace address and name. The first that fails is the neighbour of the break.", "curl -s -o /dev/null -w '%{http_code} %{time_total}\\n' -H 'Host: shop.example.com' http://10.0.0.5/"},
				{"Load balancer", "Its list of targets: a target that is “unhealthy” was taken out by its health check. Ask that very path by hand.", ""},
			},
			Works: "Each gateway gets 200 from the next one."},
		{ID: "firewall", Topic: checks.Network, Title: "Firewalls and block lists",
			Why:    "A rule or fail2ban that blocks the balancer, the CDN or loopback cuts the path. Without an answer it looks like a timeout, with one like “refused”.",
			Checks: []checks.ID{"firewall-blocks-upstream", "fail2ban-banned-proxy", "access-rules"},
			Ways: []Way{
				{"In a shell", "Every rule that drops or rejects.", "nft list ruleset 2>/dev/null | grep -nE 'drop|reject'; iptables-save 2>/dev/null | grep -E 'DROP|REJECT'"},
				{"fail2ban", "Banned addresses of each jail; the CDN's or the balancer's must not be among them. To free one: fail2ban-client unban ADDRESS", "fail2ban-client status"},
				{"CSF", "Replace the address; csf -dr ADDRESS takes it off the list, csf -a puts it on the good one.", "csf -g 203.0.113.9"},
				{"Cloudflare's addresses", "The list to allow, from the source.", "curl -s https://www.cloudflare.com/ips-v4"},
				{"Cloud", "AWS: Security Groups and Network ACLs; Azure: Network security group; the port of the upstream must be open from the gateway's group.", ""},
			},
			Works: "The gateway reaches the upstream's port: nc -vz ADDRESS PORT says open."},
		{ID: "certificate", Topic: checks.Network, Title: "The origin's certificate",
			Why:    "A CDN in strict mode, or a gateway that verifies, refuses an expired certificate or one for another name.",
			Checks: []checks.ID{"origin-certificate"},
			Ways: []Way{
				{"In a shell", "Names and dates of what this server presents. Replace the name.", "echo | openssl s_client -connect 127.0.0.1:443 -servername shop.example.com 2>/dev/null | openssl x509 -noout -subject -dates -ext subjectAltName"},
			},
			Works: "The name is in the list and notAfter lies ahead."},
	}
}
