package wizard

import "fix502/checks"

func platformSteps() []Task {
	p := checks.Platform
	return []Task{
		{ID: "wp-plugins", Topic: p, Title: "WordPress: plugins and themes", Checks: []checks.ID{"wordpress", "wordpress-recent-change"},
			Why: "A plugin that loops, waits for its maker's server or eats all memory stalls PHP on every page.",
			Ways: []Way{
				{"Without all plugins", "Rename their folder, and load the page.", "mv -nT /var/www/html/wp-content/plugins /var/www/html/wp-content/plugins.off"},
				{"And back, whatever came of it", "All plugins are inactive now. Activate them one by one under Plugins → Installed Plugins, loading the page after each.", "mv -nT /var/www/html/wp-content/plugins.off /var/www/html/wp-content/plugins"},
				{"Which changed last", "The newest are the first suspects.", "ls -lt /var/www/html/wp-content/plugins | head"},
				{"With WP-CLI", "What is active. “plugin deactivate NAME” in place of “plugin list” switches one off.", "runuser -u www-data -- wp --path=/var/www/html --skip-plugins --skip-themes plugin list --status=active"},
				{"Without a shell", "By FTP or a file manager: the same, rename wp-content/plugins to plugins.off, load the page, rename it back.", ""},
				{"The theme", "Rename its folder under wp-content/themes: WordPress takes a default theme, if one is installed.", ""},
			},
			Works: "With the one plugin off the page answers, with it on it fails: ask its maker, or go back one version."},
		{ID: "wp-memory", Topic: p, Title: "WordPress: memory limit", Checks: []checks.ID{"wordpress-memory"},
			Why: "WordPress may allow itself less memory than PHP would, or want more than PHP allows. The page then ends in a fatal error (500), or in the middle.",
			Ways: []Way{
				{"wp-config.php", "Above the line “stop editing”. WordPress raises PHP's memory_limit to it, unless the pool fixes that with php_admin_value.", "define('WP_MEMORY_LIMIT', '256M');"},
				{"In a browser", "Tools → Site Health → Info → Server shows the limit that is in force.", ""},
				{"In a shell", "Times the number of workers it must fit into the machine.", "php -r 'echo ini_get(\"memory_limit\"), PHP_EOL;'"},
			},
			Works: "No “Allowed memory size … exhausted” in the log."},
		{ID: "htaccess", Topic: p, Title: "WordPress: .htaccess", Checks: []checks.ID{"htaccess"},
			Why: "A broken rule, or a loop of redirects, in .htaccess stops Apache and LiteSpeed from answering. nginx does not read the file.",
			Ways: []Way{
				{"By FTP or in a shell", "In the site's folder; then load the page.", "mv .htaccess .htaccess_old"},
				{"In WordPress", "If the page works now: Settings → Permalinks → Save Changes writes a good file. Copy your own rules back one by one.", ""},
			},
			Works: "The page answers with the new file in place."},
		{ID: "nginx-config", Topic: p, Title: "nginx: configuration tested and loaded", Checks: []checks.ID{"config-test-fails", "stale-config-not-reloaded"},
			Why: "An error in any file keeps nginx from starting or reloading; a change that was never loaded has no effect.",
			Ways: []Way{
				{"In a shell", "Says the file and the line of what it does not like.", "nginx -t"},
				{"Then", "Only when the test passed. A reload loses no request.", "systemctl reload nginx"},
			},
			Works: "The test passes, and the workers are younger than the newest file."},
		{ID: "nginx-timeouts", Topic: p, Title: "nginx: time limits against PHP's", Checks: []checks.ID{"nginx-timeouts"},
			Why: "Three limits meet: nginx's fastcgi_connect_timeout, fastcgi_send_timeout and fastcgi_read_timeout, the pool's request_terminate_timeout, and PHP's max_execution_time. When nginx gives up first, visitors see 504; when the pool kills first, 502.",
			Ways: []Way{
				{"In a shell", "What is set; nginx's default is 60 s each.", "nginx -T 2>/dev/null | grep -E '(fastcgi|proxy)_(connect|send|read)_timeout'; grep -rhE '^(request_terminate_timeout|max_execution_time)' /etc/php 2>/dev/null"},
				{"What to do", "Give the one slow page (an import, an export) its own location with a longer read timeout, a little above PHP's limits. Leave the connect timeout short. Longer limits never help against “refused”.", ""},
			},
			Works: "The slow page ends with a result, and other pages stay fast."},
		{ID: "buffers", Topic: p, Title: "nginx: buffers for headers", Checks: []checks.ID{"upstream-header-too-big"},
			Why: "Answers with many or large cookies can be larger than the buffer for one header; nginx then refuses them. Often only people who are logged in are hit.",
			Ways: []Way{
				{"In a shell", "Only if this line is there, buffers are the cause.", "grep -c 'too big header' /var/log/nginx/error.log"},
				{"What to do", "In that location: fastcgi_buffer_size 32k; fastcgi_buffers 16 16k; with proxy_pass the proxy_ family. The family must fit the pass. Ask the app for smaller cookies, too.", ""},
			},
			Works: "The line stops; a person who is logged in sees the page."},
		{ID: "fpm-config", Topic: p, Title: "PHP-FPM: configuration and pool limits", Checks: []checks.ID{"fpm-pool-config-error", "fpm-pool"},
			Why: "One wrong line in any pool keeps the whole service from starting. pm.max_children and pm.max_spare_servers bound what a site can take.",
			Ways: []Way{
				{"In a shell", "Use your version's name. “Test is successful” is what you want.", "php-fpm8.2 -t"},
				{"Before raising pm.max_children", "Workers × memory of one worker must fit beside the database. If all of them hang on one slow query, more workers hang as well.", "ps -C php-fpm8.2 -o rss= | awk '{s+=$1} END {print s/NR/1024 \" MiB each, \" NR \" processes\"}'"},
				{"Then", "Test first; a reload keeps the socket.", "php-fpm8.2 -t && systemctl reload php8.2-fpm"},
			},
			Works: "The service is active, and the pool's workers are there."},
		{ID: "apache-keepalive", Topic: p, Title: "Apache: idle connections", Checks: []checks.ID{"apache-keepalive-reuse", "apache-balancer-worker-error"},
			Why: "Apache keeps connections to the backend and uses them again. If the backend closes them earlier, the next request meets a closed door.",
			Ways: []Way{
				{"What to do", "Let the backend keep idle connections longer than Apache does: ProxyPass … ttl=4 here, and five seconds or more there. disablereuse=on is the slow, safe way.", ""},
				{"In a shell", "The line that belongs to it.", "grep -h -e AH01102 -e AH00992 /var/log/apache2/error.log /var/log/httpd/error_log 2>/dev/null | tail -n 5"},
			},
			Works: "An hour without a 502 that was answered within a few milliseconds."},
		{ID: "apache-override", Topic: p, Title: "Apache: ProxyErrorOverride", Checks: []checks.ID{"apache-error-override"},
			Why: "Switched on, Apache replaces the backend's own error page and with it the reason.",
			Ways: []Way{
				{"In a shell", "Is it on, and where.", "grep -rn -i ProxyErrorOverride /etc/apache2 /etc/httpd 2>/dev/null"},
				{"What to do", "Switch it Off while you search, reload, read the real error, switch it back.", "apachectl configtest && systemctl reload apache2"},
			},
			Works: "You have seen the backend's own words."},
		{ID: "apache-pass", Topic: p, Title: "Apache: ProxyPass and its modules", Checks: []checks.ID{"apache-proxy-module-missing"},
			Why: "ProxyPass and ProxyPassReverse must name the same, living backend; each kind of address needs its module.",
			Ways: []Way{
				{"In a shell", "Pairs must have the same address and port, and end in a slash both or neither.", "grep -rnE 'ProxyPass|SetHandler' /etc/apache2/sites-enabled /etc/httpd/conf.d 2>/dev/null"},
				{"In a shell", "http:// needs proxy_http, fcgi:// needs proxy_fcgi, ws:// needs proxy_wstunnel.", "apachectl -M 2>/dev/null | grep proxy"},
			},
			Works: "curl to the backend's address gives the page, and so does the site."},
		{ID: "other-gateways", Topic: p, Title: "HAProxy, Caddy, Varnish, Traefik", Checks: []checks.ID{"haproxy-all-servers-down", "varnish-backend-unhealthy", "varnish-backend-fetch-failed", "caddy-no-upstreams", "traefik-bad-gateway-silent"},
			Why: "These gateways take a backend out when its health check fails, even if pages would work.",
			Ways: []Way{
				{"HAProxy", "Tests the file; then each server's state. The socket's path is in the line “stats socket”.", "haproxy -c -f /etc/haproxy/haproxy.cfg; echo 'show servers state' | socat - /run/haproxy/admin.sock"},
				{"Varnish", "“Sick” backends get no requests.", "varnishadm backend.list"},
				{"Caddy", "Tests the file; the journal has one line for each failed request.", "caddy validate --config /etc/caddy/Caddyfile; journalctl -u caddy -n 20 --no-pager"},
				{"Traefik", "Dashboard → HTTP → Services: servers in red.", ""},
			},
			Works: "Every backend is up, by the gateway's own word."},
		{ID: "cf-page", Topic: p, Title: "Cloudflare: whose 502 page is it", Front: true, Checks: []checks.ID{"public-page"},
			Why: "Cloudflare's page shows three pictures: You, Cloudflare, Host. The one with the cross is the one to look at.",
			Ways: []Way{
				{"Cross at “Host”, text “Host Error”", "Cloudflare works; it could not get an answer from this server. Look at this server's list first, then at Cloudflare's settings for it: DNS → Records (the right address?) and SSL/TLS.", ""},
				{"A bare page “502 Bad Gateway” with “cloudflare” below", "Something within Cloudflare: cloudflarestatus.com, and the Ray ID for their support.", ""},
				{"A page with “nginx” or your own design", "The origin made it. Cloudflare only handed it on.", ""},
			},
			Works: "You know on which side of Cloudflare the break is."},
		{ID: "cf-ssl", Topic: p, Title: "Cloudflare: TLS mode", Checks: []checks.ID{"origin-tls", "cloudflare-525-526-ssl-mode"},
			Why: "Flexible asks this server by plain HTTP: if it redirects to HTTPS, that is a loop. Full needs any certificate, Full (strict) a valid one.",
			Ways: []Way{
				{"Cloudflare", "SSL/TLS → Overview → Configure. Choose Full (strict) with a valid certificate here; SSL/TLS → Origin Server → Create Certificate makes one that Cloudflare trusts.", ""},
				{"In a shell, here", "Does port 443 answer, and does port 80 redirect? Replace the name.", "curl -skI -H 'Host: shop.example.com' https://127.0.0.1/ | head -n 3; curl -sI -H 'Host: shop.example.com' http://127.0.0.1/ | head -n 3"},
			},
			Works: "No 525, 526 or redirect loop."},
		{ID: "cf-waf", Topic: p, Title: "Cloudflare: its firewall", Front: true,
			Why: "A strict rule can block good requests, or the app's own calls to itself through the public name.",
			Ways: []Way{
				{"Cloudflare", "Security → Events: filter by the path or your address; the row names the rule. Then Security → Security rules: make an exception for that path.", ""},
			},
			Works: "The event list stays empty while you use the site."},
	}
}
