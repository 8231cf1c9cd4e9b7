package wizard

import "fix502/checks"

// prevention is one row of what keeps the next 502 away.
type prevention struct {
	id, title, why, first, command, works string
	live                                  []checks.ID
}

func preventionRows() []prevention {
	return []prevention{
		{"load-balancing", "Load balancing", "One server that is ill or busy takes the whole site with it.",
			"Two small app servers behind one gateway: an upstream block with two server lines is enough to begin with.", "nginx -T 2>/dev/null | grep -A6 -E '^[[:space:]]*upstream '", "Stop one of the two: nobody notices.", []checks.ID{"prevention-load-balancing"}},
		{"caching", "Caching", "Every page that comes from a cache needs no worker: browser, gateway, objects (Redis), compiled PHP (OPcache).",
			"Switch OPcache on, give pictures and styles an expires of a month, and put a page cache before WordPress.", "php -i 2>/dev/null | grep -m1 'opcache.enable '; nginx -T 2>/dev/null | grep -cE 'expires|fastcgi_cache |proxy_cache '", "The second load of a page costs no PHP worker.", []checks.ID{"prevention-caching"}},
		{"audits", "Regular audits", "Old plugins, an old PHP and packages without updates are where crashes come from.",
			"Once a month: versions, plugins nobody uses, limits against memory.", "php -v | head -n 1; apt list --upgradable 2>/dev/null | wc -l", "Nothing here is past its end of support.", []checks.ID{"prevention-audits"}},
		{"failover", "Failover", "Without a second place, every breakdown waits for a person.",
			"A backup server line in the upstream with a static page, and Restart=on-failure for each service of the path.", "systemctl show -p Restart nginx 'php*-fpm' mariadb", "Stop the main server for a minute: visitors see a page, not a 502.", []checks.ID{"prevention-failover"}},
		{"cdn-tuning", "CDN tuning", "The CDN's limits for time and size must fit the app's; otherwise it gives up although all is well here.",
			"Compare: Cloudflare waits 100 s for an answer. Work that takes longer belongs into a queue. Let it cache what never changes.", "", "No 524 and no 520 in a month of the CDN's statistics.", []checks.ID{"prevention-cdn"}},
		{"monitoring", "Monitoring", "Visitors should not be the ones who tell you.",
			"A service that asks the page every minute and writes to your phone on any 5xx (UptimeRobot, Pingdom, your own). On the server: a timer that runs fix502 diagnose --json.", "systemctl list-timers --no-pager | head", "Stop the app for two minutes: the message arrives.", []checks.ID{"prevention-monitoring"}},
		{"auto-scaling", "Auto-scaling", "A campaign brings in ten minutes what usually comes in a day.",
			"AWS: EC2 → Auto Scaling Groups with a target of 50 % CPU; Azure: Virtual machine scale sets; Google: managed instance groups. First make the app free of local state.", "", "A load test at three times the usual traffic brings new machines and no 502.", []checks.ID{"prevention-auto-scaling"}},
	}
}

func preventionSteps() []Task {
	var out []Task
	for _, r := range preventionRows() {
		s := Task{ID: r.id, Topic: checks.Prevention, Title: r.title, Why: r.why, Checks: r.live, Works: r.works, Ways: []Way{{"First step", r.first, ""}}}
		if r.command != "" {
			s.Ways = append(s.Ways, Way{"What is there now", "Only looks.", r.command})
		}
		out = append(out, s)
	}
	return out
}
