package wizard

import "fix502/checks"

func serverSteps() []Task {
	return []Task{
		{ID: "load", Topic: checks.Server, Title: "Processor, load and pressure",
			Why:    "An overloaded machine answers too late: the gateway stops waiting and sends 502 or 504, although every program runs.",
			Checks: []checks.ID{"cpu", "host-overloaded", "io-hang"},
			Ways: []Way{
				{"In a shell", "The three numbers are the load of the last 1, 5 and 15 minutes. Above the number of processors (nproc), work is waiting.", "uptime; nproc"},
				{"In a shell", "Who uses the processor now. A backup, a cron job or one site is often alone at the top.", "ps -eo pid,user,pcpu,pmem,etime,args --sort=-pcpu | head -n 12"},
			}, Menu: func(m checks.Menu) string { return m.Graph },
			Works: "Load stays below the number of processors, and pages answer in their usual time."},
		{ID: "memory", Topic: checks.Server, Title: "Memory, swap and kills",
			Why:    "When memory runs out, the kernel kills the largest process. That is mostly PHP, the app or the database, in the middle of a request.",
			Checks: []checks.ID{"memory", "oom-killed"},
			Ways: []Way{
				{"In a shell", "Look at “available”, not at “free”. Swap that is nearly used up makes everything slow.", "free -m"},
				{"In a shell", "Each line is one process that the kernel killed, with its name and time.", "journalctl -k --since -24h --no-pager | grep -i -e 'out of memory' -e 'oom-kill'"},
			}, Menu: func(m checks.Menu) string { return m.Graph },
			Works: "No new kill for a day, and some hundred MiB available in busy hours."},
		{ID: "disk", Topic: checks.Server, Title: "Disk space, inodes, read-only mounts",
			Why:    "With a full disk PHP cannot write sessions, the database stops, and nginx cannot keep a large answer. Many small files can use up the inodes while space is left.",
			Checks: []checks.ID{"disk-full", "disk-space", "inodes-exhausted", "read-only-mount", "nginx-temp-dir-permission"},
			Ways: []Way{
				{"In a shell", "Use% and IUse% at 100 are full. Look at /, /var, /tmp and /run.", "df -h; df -i"},
				{"In a shell", "The largest folders. Old logs and backups go first; a log that a program still writes is emptied with truncate -s 0, not deleted.", "du -xh --max-depth=2 /var 2>/dev/null | sort -h | tail -n 15"},
				{"cPanel", "Files → Disk Usage; the quota of one account can be full on a server with room.", ""},
			},
			Works: "At least a tenth of the space and of the inodes is free, and stays free overnight."},
		{ID: "uptime", Topic: checks.Server, Title: "Uptime and reboots",
			Why:    "After a reboot everything that was only started by hand is missing: a service that is not enabled, a folder under /run, a socket's rights.",
			Checks: []checks.ID{"uptime", "unit-not-enabled-after-reboot", "run-dir-missing", "runtime-directory-removed"},
			Ways: []Way{
				{"In a shell", "When the machine started, and the boots before.", "uptime -s; last -x reboot | head -n 5"},
				{"In a shell", "What is not started at boot although it should be.", "systemctl list-unit-files --state=disabled --type=service --no-pager"},
			},
			Works: "Reboot once in a quiet hour: the site answers without anybody's help."},
		{ID: "limits", Topic: checks.Server, Title: "Descriptors, connections and ports",
			Why:    "Each request takes open files and connections on both sides. When a limit is reached, new connections fail at once, in waves.",
			Checks: []checks.ID{"fd-limit", "worker-connections", "conntrack-full", "ephemeral-ports-exhausted", "limits", "proxy-bind-failed"},
			Ways: []Way{
				{"In a shell", "“Too many open files” in the web server's log names the limit of open files.", "grep -c 'Too many open files' /var/log/nginx/error.log"},
				{"In a shell", "Connections by state. Tens of thousands in TIME-WAIT to one upstream: switch keepalive on.", "ss -s"},
			},
			Works: "The messages stop, and the numbers stay below three quarters of their limits."},
		{ID: "services", Topic: checks.Server, Title: "Services: running, failed, starting for ever",
			Why: "The gateway needs somebody to hand requests to. “Active” alone proves little: a unit may be starting again every few seconds.",
			Checks: []checks.ID{"services", "nginx-workers", "fpm-not-running", "start-limit-hit", "fpm-emergency-restart-loop", "docker-container-exited",
				"gunicorn-boot-failure", "node-crash", "ruby-java-worker-death", "apache-child-crash"},
			Ways: []Way{
				{"In a shell", "Everything that has failed, then why the last one did.", "systemctl --failed --no-pager"},
				{"In a shell", "The restarts of a unit: a number that grows while you watch is a crash loop.", "systemctl show -p NRestarts,ActiveState,SubState nginx"},
				{"WHM", "Server Status → Service Status: every service with a red mark is down.", ""},
				{"Plesk", "Tools & Settings → Services Management.", ""},
				{"DirectAdmin", "System Info & Files → Service Monitor.", ""},
			},
			Works: "Every service of the path is running since the same minute for ten minutes."},
		{ID: "workers", Topic: checks.Server, Title: "PHP workers and their queue",
			Why:    "Each PHP page takes one worker for its whole time. When all are busy requests queue, and when the queue is full they fail. More workers help only when memory allows, and never when all of them wait for one slow thing.",
			Checks: []checks.ID{"fpm-workers", "fpm-workers-exhausted", "fpm-process-max", "listen-backlog-full-unix", "listen-backlog-full-tcp", "apache-maxrequestworkers"},
			Ways: []Way{
				{"In a shell", "Each line is a moment at which the limit was reached, with the pool's name.", "grep -h max_children /var/log/php*fpm*.log"},
				{"In a shell", "How large one worker is, in KiB. Memory to spare divided by this is the number of workers that fit.", "ps -C php-fpm8.2 -o rss,args --sort=-rss | head"},
			}, Menu: func(m checks.Menu) string { return m.Workers },
			Works: "In a busy hour the queue stays at 0 and no new line about max_children is written."},
		{ID: "panel", Topic: checks.Server, Title: "The panel's own error report", Checks: []checks.ID{"panel", "cloud"},
			Why: "Hosting panels and clouds know of crashes, limits and maintenance that the server itself does not see.",
			Ways: []Way{
				{"Any provider", "Their status page, asked for by name: “PROVIDER status”.", ""},
			}, Menu: func(m checks.Menu) string { return m.Report },
			Works: "The report is empty since the moment the site came back."},
	}
}
