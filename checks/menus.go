package checks

import "slices"

// Menu is where a hosting panel or a cloud's console shows what its machine does not say of itself, in the words of its own menu. Empty: it has no such place.
type Menu struct {
	Of      string // "cPanel", "AWS"
	Cloud   bool
	Report  string // its own error report
	Graph   string // processor and memory over time
	Workers string // how many PHP workers a site may have
	Common  bool   // worth a line where none was found on this machine: it may manage it from outside
}

// Menus are those that are known.
var Menus = []Menu{
	{Of: "cPanel", Common: true, Report: "Metrics → Errors; as root in WHM: Server Status → Service Status",
		Graph:   "Metrics → Resource Usage (or “CPU and Concurrent Connection Usage”): “Faults” above zero means the plan's limit was hit",
		Workers: "Metrics → Resource Usage → “Entry Processes”: at its limit, the plan has no worker left. As root in WHM: Software → MultiPHP Manager → PHP-FPM Settings: Max Children"},
	{Of: "Plesk", Common: true, Report: "Websites & Domains → the site → Logs; tick “Error” and nginx and Apache both",
		Graph: "Monitoring: a curve of memory that grows until it drops to nothing is a kill", Workers: "Websites & Domains → the site → PHP Settings → pm.max_children"},
	{Of: "DirectAdmin", Common: true, Report: "System Info & Files → Site Summary / Statistics / Logs → Error Log", Graph: "System Info & Files → System Information",
		Workers: "no menu; pm.max_children of its template, /usr/local/directadmin/data/templates/php-fpm.conf, as a copy in the folder custom beside it"},
	{Of: "ISPConfig", Report: "Monitor → System State → Show Overview, and System-Log", Graph: "Monitor → Server State → Show Server Load, and Show Memory usage",
		Workers: "Sites → the site → Options → PHP-FPM pm.max_children"},
	{Of: "aaPanel", Report: "Website → the site → Logs → Error log", Graph: "Monitor", Workers: "App Store → PHP → Setting → Performance: max_children"},
	{Of: "CloudPanel", Report: "Sites → the site → Logs", Graph: "Admin Area → Dashboard", Workers: "no menu; pm.max_children of the site's file in /etc/php/VERSION/fpm/pool.d"},
	{Of: "Webmin", Report: "System → System Logs", Graph: "Dashboard", Workers: "in Virtualmin: Web Configuration → PHP Options → sub-processes"},
	{Of: "CyberPanel", Report: "Logs → Error Logs", Graph: "Server Status → Top Processes",
		Workers: "Websites → List Websites → Manage → vHost Conf: maxConns and PHP_LSAPI_CHILDREN, both the same number"},
	{Of: "HestiaCP", Report: "Web → the domain → View Logs", Graph: "Server Settings → Task Monitor",
		Workers: "Web → the domain → Edit → Advanced Options → Backend Template PHP-FPM; its pm.max_children stands in /usr/local/hestia/data/templates/web/php-fpm"},
	{Of: "VestaCP", Report: "Web → the domain → View Logs", Graph: "Graphs", Workers: "Web → the domain → Edit → Backend Template; its pm.max_children stands in /usr/local/vesta/data/templates/web/php-fpm"},
	{Of: "AWS", Cloud: true, Common: true, Report: "EC2 → Instances → Status checks: both must have passed. Behind a load balancer: EC2 → Target Groups → Targets, column “Health status details”",
		Graph: "EC2 → Instances → tick the machine → Monitoring: CPU utilization, and CPU credit balance on t2 to t4 (at zero it is slowed down)"},
	{Of: "Google Cloud", Cloud: true, Common: true, Report: "Network services → Load balancing → the backend's health", Graph: "Compute Engine → VM instances → the machine → Observability"},
	{Of: "Azure", Cloud: true, Common: true, Report: "Virtual machines → the machine → Resource health; Application gateways → Backend health", Graph: "Virtual machines → the machine → Metrics"},
	{Of: "DigitalOcean", Cloud: true, Common: true, Report: "the banner on top of Droplets → the machine tells of maintenance", Graph: "Droplets → the machine → Graphs"},
	{Of: "Hetzner", Cloud: true, Report: "status.hetzner.com", Graph: "Servers → the machine → Graphs"},
	{Of: "Vultr", Cloud: true, Report: "Products → the machine: the banner on top", Graph: "Products → the machine → Usage Graphs"},
	{Of: "Linode", Cloud: true, Report: "Linodes → the machine: the banner on top", Graph: "Linodes → the machine → Analytics"},
}

// menuOf is that of a panel or a cloud by its name.
func menuOf(name string) Menu {
	if i := slices.IndexFunc(Menus, func(m Menu) bool { return m.Of == name }); i >= 0 {
		return Menus[i]
	}
	return Menu{Of: name, Report: "its status page", Graph: "the machine's graphs in its console"}
}

// places are a menu's as evidence, but for the report.
func (m Menu) places() []Evidence {
	out := []Evidence{{Source: "its graph", Text: m.Graph}}
	if m.Workers != "" {
		out = append(out, Evidence{Source: "its PHP workers", Text: m.Workers})
	}
	return out
}
