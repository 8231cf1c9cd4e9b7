package checks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fix502/sysinfo"
)

func preventMonitoring() Check {
	return prevention(Check{
		ID: "prevention-monitoring", Title: "Somebody is told when it breaks",
		Means: `Whether a program here measures the machine (node_exporter, netdata, monit, Zabbix, Datadog, New Relic …) or a service outside asks the page regularly
(UptimeRobot, Pingdom, StatusCake … in the access log). First step: a service outside that asks every minute and writes to your phone on any 5xx.`,
	}, func(ctx context.Context, f *sysinfo.Facts) (string, string, []Evidence) {
		var names []string
		var ev []Evidence
		procs, _ := f.Procs(ctx) // unreadable: files may tell
		agents := map[string]string{"node_exporter": "node_exporter", "prometheus-node": "node_exporter", "netdata": "netdata", "monit": "monit", "zabbix_agentd": "Zabbix", "zabbix_agent2": "Zabbix",
			"telegraf": "Telegraf", "newrelic-infra": "New Relic", "datadog-agent": "Datadog", "munin-node": "Munin", "collectd": "collectd", "nrpe": "Nagios", "icinga2": "Icinga", "check_mk_agent": "Checkmk", "amazon-cloudwat": "CloudWatch"}
		seen := map[string]bool{}
		for _, p := range procs {
			if n := agents[p.Name]; n != "" && !seen[n] {
				seen[n] = true
				names, ev = append(names, n), append(ev, Evidence{Source: "ps", Text: fmt.Sprintf("%s runs since %s (pid %d)", p.Name, p.Start.Format(time.DateOnly), p.PID)})
			}
		}
		for _, s := range f.Sites(ctx) {
			if probe, e := uptimeProbe(s); probe != "" && !seen[probe] {
				seen[probe] = true
				names, ev = append(names, probe), append(ev, e)
			}
		}
		if len(names) > 0 {
			return "watching: " + strings.Join(names, ", "), "", ev
		}
		return "", "nothing here watches, and no uptime service asks the page; first step: one that asks every minute and writes to your phone", nil
	})
}

// uptimeProbe is the service that asks a site regularly, by the name it gives itself.
func uptimeProbe(s *sysinfo.Site) (string, Evidence) {
	for path, text := range accessTails(s) {
		for _, name := range []string{"UptimeRobot", "Pingdom", "StatusCake", "Site24x7", "Uptime-Kuma", "BetterUptime", "Better Uptime", "HetrixTools", "updown.io", "Freshping", "Blackbox Exporter", "ELB-HealthChecker", "GoogleHC", "Consul Health Check"} {
			if strings.Contains(text, name) {
				return name, Evidence{Source: path, Text: name + " asks this site"}
			}
		}
	}
	return "", Evidence{}
}

func preventScaling() Check {
	return prevention(Check{
		ID: "prevention-auto-scaling", Title: "More machines when more people come",
		Means: `Whether this machine looks like one of many that come and go: made by cloud-init, asked by a load balancer's health check. Where groups are set up only
the provider's console tells. First step: keep the app free of local state; then a group with a target of half its processor's time.`,
	}, func(ctx context.Context, f *sysinfo.Facts) (string, string, []Evidence) {
		cloud, file := f.Cloud()
		var ev []Evidence
		for _, s := range f.Sites(ctx) {
			if by, e := uptimeProbe(s); by == "ELB-HealthChecker" || by == "GoogleHC" {
				return "a load balancer's health check asks this machine", "", []Evidence{e}
			}
		}
		if t, ok := firstThere(f, []thing{{"the ECS agent", "/etc/ecs/ecs.config"}, {"CodeDeploy's agent", "/opt/codedeploy-agent/bin/codedeploy-agent"}, {"kubelet", "/var/lib/kubelet/config.yaml"}}); ok {
			return t.name + " is here: others decide how many of these machines there are", "", []Evidence{{Source: t.file, Text: "is here"}}
		}
		if cloud != "" {
			return "", fmt.Sprintf("one machine at %s, and no balancer asks it; its console can add others when it is busy", cloud), append(ev, Evidence{Source: file, Text: cloud})
		}
		return "", "", nil // a machine of one's own does not multiply
	})
}
