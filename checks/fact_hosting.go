package checks

import (
	"context"

	"fix502/sysinfo"
)

func panelFact() Check {
	return Check{
		ID: "panel", Title: "The hosting panel", Topic: Server,
		Means: `Which hosting panel manages this machine, and where in its menu its own error report is. A panel writes the configurations itself: change a
setting there, not in the file, or the panel undoes it at its next run.`,
		Run: func(_ context.Context, f *sysinfo.Facts) ([]Finding, error) {
			var out []Finding
			for _, p := range f.Panels() {
				out = append(out, Finding{Status: Pass, Summary: p.Name + " manages this machine; its error report: " + reportIn(p.Name), Evidence: []Evidence{{Source: p.File, Text: "is here"}}})
			}
			return out, nil
		},
	}
}

// reportIn is where a panel or a cloud shows its own errors, in the words of its menu.
func reportIn(name string) string {
	where, ok := map[string]string{
		"cPanel": "Metrics → Errors; as root in WHM: Server Status → Service Status", "Plesk": "Websites & Domains → the site → Logs",
		"DirectAdmin": "System Info & Files → Site Summary / Statistics / Logs → Error Log", "ISPConfig": "Monitor → System State → Show Overview, and System-Log",
		"aaPanel": "Website → the site → Logs → Error log", "CloudPanel": "Sites → the site → Logs", "Webmin": "System → System Logs",
		"CyberPanel": "Logs → Error Logs", "HestiaCP": "Web → the domain → View Logs", "VestaCP": "Web → the domain → View Logs",
		"AWS": "EC2 → Instances → Status checks; EC2 → Target Groups → Targets", "Google Cloud": "Compute Engine → VM instances → the machine → Observability",
		"Azure": "Virtual machines → the machine → Resource health; Application gateways → Backend health", "DigitalOcean": "Droplets → the machine → Graphs",
		"Hetzner": "Servers → the machine → Graphs; status.hetzner.com", "Vultr": "Products → the machine → Usage Graphs", "Linode": "Linodes → the machine → Analytics",
	}[name]
	if !ok {
		return "its status page, and the machine's graphs in its console"
	}
	return where
}

func cloudFact() Check {
	return Check{
		ID: "cloud", Title: "The cloud this machine lives in", Topic: Server,
		Means: `Which provider this machine runs at, as its firmware says, and where the provider's console tells of crashes, limits, maintenance, and targets that its
load balancer has taken out. Those the machine itself cannot see.`,
		Run: func(_ context.Context, f *sysinfo.Facts) ([]Finding, error) {
			name, file := f.Cloud()
			if name == "" {
				return nil, nil
			}
			b, err := f.Host.Root.ReadFile(file)
			if err != nil {
				return nil, err
			}
			return []Finding{{Status: Pass, Summary: "this machine runs at " + name + "; its report: " + reportIn(name), Evidence: []Evidence{{Source: file, Text: string(b)}}}}, nil
		},
	}
}
