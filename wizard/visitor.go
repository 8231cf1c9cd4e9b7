package wizard

import (
	"fix502/checks"
	"fix502/checks/visit"
)

// VisitorTasks are the six steps of somebody who only wants to see the page.
func VisitorTasks() []Task {
	return []Task{
		{ID: "refresh", Topic: visit.Topic, Title: "Ask again", Checks: []checks.ID{"visit-repeat", "visit-gateway"},
			Why: "Many failures last a minute: a server that restarts, a short hiccup. fix502 asks for the page itself and counts.",
			Ways: []Way{
				{"Windows, Linux", "Wait a minute, then Ctrl+F5: the page is fetched anew, past the cache.", ""},
				{"Mac", "Cmd+Shift+R in Chrome, Edge and Firefox; Option+Cmd+R in Safari.", ""},
				{"Phone", "Pull the page down, or the round arrow beside the address.", ""},
				{"A form you have sent", "Do not send an order or a payment again before you know whether it went through.", ""},
			},
			Works: "The page comes, and comes again. If it fails for more than 15 minutes, waiting does not help: write to the owner."},
		{ID: "connection", Topic: visit.Topic, Title: "Our own connection", Checks: []checks.ID{"visit-connection", "visit-local"},
			Why: "If other pages fail as well, or a proxy, VPN or hosts line stands in between, the 502 is ours alone.",
			Ways: []Way{
				{"In a browser", "Open wikipedia.org and google.com. If they fail, restart the router and look for a login page of the Wi-Fi.", ""},
				{"VPN", "Switch it off and load the page again.", ""},
				{"Proxy, Windows", "Settings → Network & internet → Proxy: “Use a proxy server” off.", ""},
				{"Proxy, Mac", "System Settings → Wi-Fi → Details → Proxies: all off.", ""},
				{"Proxy, Linux", "What programs are told; then Settings → Network → Network Proxy: Off.", "env | grep -i _proxy"},
				{"Old DNS answer, Windows", "As administrator.", "ipconfig /flushdns"},
				{"Old DNS answer, Mac", "Asks for the password.", "sudo dscacheutil -flushcache; sudo killall -HUP mDNSResponder"},
				{"Old DNS answer, Linux", "Where systemd-resolved is in use.", "resolvectl flush-caches"},
			},
			Works: "Other pages load at once; this one alone does not: then it is not our connection."},
		{ID: "cache", Topic: visit.Topic, Title: "Cache and cookies",
			Why: "A stored error page, or a cookie that has grown too large, can bring the 502 for one browser only.",
			Ways: []Way{
				{"Quickest", "Open the page in a private window: Ctrl+Shift+N (Chrome, Edge), Ctrl+Shift+P (Firefox), Cmd+Shift+N (Safari). If it works there, it is the cache or a cookie.", ""},
				{"Chrome, Edge", "Ctrl+Shift+Delete (Mac: Cmd+Shift+Delete) → Time range: All time → Cookies and Cached images and files → Delete. For one site only: the sign left of the address → Cookies and site data → Manage.", ""},
				{"Firefox", "Ctrl+Shift+Delete → Everything → Cookies and Temporary cached files → Clear. For one site: the lock → Clear cookies and site data.", ""},
				{"Safari", "Safari → Settings → Privacy → Manage Website Data → the site → Remove.", ""},
				{"iPhone", "Settings → Apps → Safari → Clear History and Website Data.", ""},
				{"Android, Chrome", "⋮ → Delete browsing data.", ""},
			},
			Works: "The page loads in the ordinary window. You will have to log in again."},
		{ID: "browser", Topic: visit.Topic, Title: "Another browser",
			Why: "Extensions (ad blockers, VPNs, security software) can change or reroute requests.",
			Ways: []Way{
				{"Try", "The same address in Firefox, Chrome, Edge or Safari, whichever you do not use now.", ""},
				{"If it works there", "Switch the first browser's extensions off one by one: chrome://extensions, edge://extensions, about:addons, Safari → Settings → Extensions.", ""},
			},
			Works: "It works in one browser and not in the other: it is that browser. It fails in both: it is not."},
		{ID: "device", Topic: visit.Topic, Title: "Another device, another network",
			Why: "A phone with mobile data takes another way, with another resolver, and no setting of this machine.",
			Ways: []Way{
				{"Phone", "Switch Wi-Fi off, so that it uses mobile data, and open the page.", ""},
				{"If it works there", "It is this network: restart the router, or ask who runs it (office, school) about a proxy or filter.", ""},
			},
			Works: "It fails there as well: then it is the site, and only its owner can help."},
		{ID: "everyone", Topic: visit.Topic, Title: "Is it down for everyone?",
			Why: "If people elsewhere see the same, nothing on your side can help.",
			Ways: []Way{
				{"In a browser", "downforeveryoneorjustme.com or isitup.org: type the address.", ""},
				{"Status page", "Large services have one: search for “NAME status”. Cloudflare's is cloudflarestatus.com.", ""},
				{"Then", "Send the owner the ready message (summary page): it holds what they need, and more than “it does not work”.", ""},
			},
			Works: "Down for everyone: tell the owner and wait. Only for you: go back to the steps above."},
	}
}
