package wizard

import "fix502/checks"

func logSteps() []Task {
	return []Task{
		{ID: "which-logs", Topic: checks.Logs, Title: "Which logs there are",
			Why:    "The gateway's log says that the connection failed. Why is in a second log, of PHP-FPM, the app or the service, and most people never open it.",
			Checks: []checks.ID{"logs-readable", "logs"},
			Ways: []Way{
				{"nginx", "Where its logs are, as its configuration says; one site may have its own.", "nginx -T 2>/dev/null | grep -E '^[[:space:]]*(error|access)_log'"},
				{"Apache", "Debian keeps them in /var/log/apache2, Red Hat in /var/log/httpd.", "grep -rhi errorlog /etc/apache2 /etc/httpd 2>/dev/null"},
				{"PHP-FPM", "Its own log, then each pool's; catch_workers_output = yes brings what PHP prints as well.", "grep -rhE '^(error_log|slowlog|php_admin_value.error_log)' /etc/php /etc/php-fpm* 2>/dev/null"},
				{"No file at all", "Then it goes to the journal, or in a container to its output (docker logs NAME).", "journalctl -u nginx -u 'php*fpm*' --since -1h --no-pager"},
			},
			Works: "You have seen the line of one failed request in the gateway's log and the line of the same second in the other log."},
		{ID: "what-changed", Topic: checks.Logs, Title: "What changed lately", Checks: []checks.ID{"changes"},
			Why: "Most outages follow a change: an upgrade, an edit, a plugin, a reboot. What changed just before the first failure is the first suspect.",
			Ways: []Way{
				{"In a shell", "Files in /etc that were written within a day.", "find /etc -type f -mmin -1440 -printf '%TY-%Tm-%Td %TH:%TM %p\\n' 2>/dev/null | sort | tail -n 20"},
				{"In a shell", "Packages of the last days.", "grep -hE ' (install|upgrade|remove) ' /var/log/dpkg.log* 2>/dev/null | sort | tail -n 20"},
			},
			Works: "You know of every change of the hour before the first failure, and who made it."},
		{ID: "log-502", Topic: checks.Logs, Title: "What they say about the 502", Log: true,
			Why:    "One word of the line decides: refused (111), no such file (2), permission (13), timed out (110), reset (104). “While connecting” is before, “while reading” is after the request was handed over.",
			Checks: []checks.ID{"upstream-returned-5xx", "upstream-premature-close", "error-page-masks-status"},
			Ways: []Way{
				{"In a shell", "The latest lines that count. Lines of level notice or about clients that went away do not.", "grep -E 'upstream|connect\\(\\)|no live' /var/log/nginx/error.log | tail -n 20"},
				{"fix502", "Paste one line, or hand over the whole file: it says what it means and where to look next.", "fix502 explain /var/log/nginx/error.log"},
			},
			Works: "After the fix no new line of this kind appears while you load the page five times."},
		{ID: "log-php", Topic: checks.Logs, Title: "PHP-FPM's log", Checks: []checks.ID{"fpm-log", "php-fatal-500", "php-max-execution-time", "php-extension-missing", "opcache-preload-failure"},
			Why: "It names the pool, the worker and how it ended: a signal (11 is a crash, 9 a kill), a time limit, or a limit of workers.",
			Ways: []Way{
				{"In a shell", "Warnings and errors of all versions.", "grep -hE 'WARNING|ERROR|ALERT' /var/log/php*fpm*.log | tail -n 20"},
				{"In a shell", "Fatal errors of PHP itself go to the gateway's log as “PHP message:”; they end in 500, not in 502.", "grep -h 'PHP Fatal' /var/log/nginx/error.log | tail -n 5"},
			},
			Works: "No worker ends by a signal any more."},
		{ID: "log-app", Topic: checks.Logs, Title: "The app's, WordPress's and the database's log", Checks: []checks.ID{"app-log", "mysql-down", "mysql-too-many-connections", "database-unreachable", "database-login-refused", "database-connections-full"},
			Why: "The last program of the path knows most: an exception at start, a lost database, a plugin that runs out of memory.",
			Ways: []Way{
				{"An app with a unit", "Its last words; replace NAME.", "journalctl -u NAME -n 50 --no-pager"},
				{"WordPress", "In wp-config.php, above “stop editing”: define('WP_DEBUG', true); define('WP_DEBUG_LOG', true); define('WP_DEBUG_DISPLAY', false); then load the page and read the file. Switch it off afterwards.", "tail -n 50 wp-content/debug.log"},
				{"MySQL, MariaDB", "Crashes, full tables, too many connections.", "journalctl -u mariadb -u mysql --since -24h --no-pager | tail -n 30"},
			},
			Works: "The app's log shows the request that you just made, and no error beside it."},
	}
}

func cdnSteps() []Task {
	return []Task{
		{ID: "cdn", Topic: checks.CDN, Title: "Which CDN answers",
			Why: "A CDN in front sends 502 and 520 to 530 itself when it cannot reach this server, for reasons this server never sees.",
			Checks: []checks.ID{"cdn", "cloudflare-521-origin-refused", "cloudflare-522-connect-timeout", "cloudflare-523-unreachable", "cloudflare-524-slow-origin",
				"cloudflare-520-empty-or-malformed", "cloudflare-530-dns-or-tunnel", "cloudflare-502-504"},
			Ways: []Way{
				{"In a shell", "Server: cloudflare, X-Served-By, X-Amz-Cf-Id, X-Sucuri-ID tell who is in front; replace the address.", "curl -sI https://shop.example.com/"},
			},
			Works: "You know which company's dashboard to open, or that nobody stands in front."},
		{ID: "origin", Topic: checks.CDN, Title: "The origin, asked directly",
			Why:    "If this server answers well when asked directly and badly through the CDN, the break is between the two; if it fails both ways, it is here.",
			Checks: []checks.ID{"origin-direct"},
			Ways: []Way{
				{"In a shell, here", "Replace the name twice. 200 here and 502 outside: look at the CDN. 502 here: leave the CDN alone.", "curl -sk -o /dev/null -w '%{http_code}\\n' --resolve shop.example.com:443:127.0.0.1 https://shop.example.com/"},
			},
			Works: "Both ways give the same answer."},
		{ID: "pause", Topic: checks.CDN, Title: "Pause the CDN", Front: true,
			Why: "Visitors then reach this server without anybody in between. If the site works, the CDN or its settings were the cause.",
			Ways: []Way{
				{"Cloudflare", "Choose the site → Overview → at the lower right “Advanced Actions” → Pause Cloudflare on Site. It takes a minute or two. While paused, the server's own address and certificate are visible: end the pause when you know.", ""},
				{"Cloudflare, one name only", "DNS → Records → the name → Edit → Proxy status: DNS only (grey cloud).", ""},
				{"Sucuri, Imperva", "There is no pause: set the A record at the DNS provider to this server's own address for the test.", ""},
				{"CloudFront", "Ask the origin directly instead (the step above); switching a distribution off takes long.", ""},
			},
			Works: "The answer's header no longer names the CDN, and the page either works (CDN) or still fails (this server)."},
		{ID: "waf", Topic: checks.CDN, Title: "Firewalls for web requests",
			Why:    "A rule that takes a good request for an attack blocks it. Most answer 403 or 406; some close the connection, and that becomes a 502.",
			Checks: []checks.ID{"modsecurity-blocks", "waf", "rate-limited-503", "maintenance-503"},
			Ways: []Way{
				{"ModSecurity", "Which rule blocked what. Switch off that one rule for that one path, not the firewall.", "grep -h ModSecurity /var/log/nginx/error.log /var/log/apache2/error.log 2>/dev/null | tail -n 10"},
				{"cPanel", "Security → ModSecurity: off for this one domain, load the page, on again.", ""},
				{"Plesk", "Websites & Domains → the site → Web Application Firewall → Detection only, load the page, back to On.", ""},
				{"Wordfence", "Wordfence → Firewall → Learning Mode for the test; Tools → Live Traffic shows what was blocked.", ""},
				{"Sucuri", "Dashboard → Firewall → Audit Trails; allow your own address for the test.", ""},
			},
			Works: "The same request passes with the rule off and fails with it on: then that rule is the cause. If nothing changes, put it back on."},
	}
}
