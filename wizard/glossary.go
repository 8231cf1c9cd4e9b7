package wizard

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Term is a word of the trade and what it means, in one line.
type Term struct {
	Word  string
	Means string
	Also  []string // other forms it is found by
}

// Glossary is every word that a page may use without explaining it, by the alphabet.
func Glossary() []Term {
	return []Term{
		{"499", "nginx's own status for a visitor who went away before the answer came", nil},
		{"500", "the app ran and failed: an error in its own code; the way to it is fine", nil},
		{"502", "the gateway got no proper answer from the program behind it", []string{"Bad Gateway"}},
		{"503", "somebody refuses for now: maintenance, a limit, or no server left; Apache says it where nginx says 502", []string{"Service Unavailable"}},
		{"504", "the gateway waited as long as it may, and no answer came", []string{"Gateway Timeout"}},
		{"520", "Cloudflare's status for an answer of your server that it cannot use; 521 to 526 are its others for the way to you", []string{"521", "522", "523", "524", "525", "526", "530"}},
		{"A record", "the entry in DNS that says which IPv4 address a name has (AAAA: which IPv6 address)", []string{"AAAA"}},
		{"access log", "the gateway's file with one line per request: who asked for what, and the status it got", nil},
		{"ACL", "extra rights on a file beside owner and group; getfacl shows them", nil},
		{"AJP", "the protocol that Tomcat speaks with Apache, usually on port 8009", nil},
		{"AppArmor", "a kernel lock that lets a program use only what its profile lists, whatever the file rights say", nil},
		{"backend", "another word for upstream: the program behind the gateway that makes the page", []string{"backends"}},
		{"backlog", "the queue in the kernel where new connections wait until the program takes them; when it is full, the next is refused", nil},
		{"backup server", "an upstream that gets requests only when all others are down", nil},
		{"balancer", "a gateway that spreads requests over several upstreams", []string{"load balancer"}},
		{"buffer", "memory in which the gateway keeps an answer's headers; a larger header does not fit and becomes a 502", []string{"buffers"}},
		{"cache", "a store of finished answers, so that the same page is not made twice", []string{"caches", "caching", "object cache"}},
		{"CDN", "a network of servers between visitors and your server (Cloudflare, Fastly …) that caches pages and can answer 502 itself", nil},
		{"certbot", "the program that fetches free certificates and renews them", nil},
		{"certificate", "what proves a server's name in TLS; it has names, an issuer and an end date", []string{"certificates"}},
		{"cgroup", "the kernel's box around a service, with its own limits for memory and processes", nil},
		{"chroot", "a folder that a program sees as its whole disk", nil},
		{"conntrack", "the firewall's table of known connections; when it is full, new ones are dropped", nil},
		{"cookie", "a small note that a site leaves in the browser and gets back with each request", []string{"cookies"}},
		{"core dump", "what a crashed program leaves behind, for those who can read it", nil},
		{"crash loop", "a service that dies right after each start and is started again and again", []string{"crash-looping"}},
		{"cron", "the clock that starts programs at set times; a systemd timer does the same", []string{"timer"}},
		{"default site", "the site a gateway shows for names that none of its sites has", []string{"default_server"}},
		{"descriptor", "the kernel's number for an open file or connection; every process may have only so many", []string{"descriptors", "file descriptors"}},
		{"directive", "one setting in a gateway's configuration: a name, its value, a semicolon in nginx", []string{"directives"}},
		{"DNS", "the phone book that turns a name such as shop.example.com into an address", nil},
		{"drop-in", "a small file in NAME.service.d that changes a unit without touching the package's own file", []string{"drop-ins"}},
		{"ephemeral port", "the port at the near end of a connection that goes out; there are some 28,000, and they can run out", []string{"ephemeral ports", "time_wait"}},
		{"errno", "the kernel's number for why a call failed: 2 no such file, 13 permission denied, 111 connection refused, 110 timed out", nil},
		{"error log", "the gateway's file with what went wrong; for a 502 it names the reason", nil},
		{"exit code", "the number a program ends with: 0 is well, 127 not found, 137 killed, 139 crashed", []string{"exit status"}},
		{"fail2ban", "a program that reads logs and locks out addresses that misbehave", nil},
		{"FastCGI", "the protocol in which a gateway hands pages to PHP-FPM", []string{"fastcgi_pass"}},
		{"gateway", "the server that takes the visitor's request and passes it on: nginx, Apache, HAProxy, Caddy, Varnish", []string{"gateways", "reverse proxy"}},
		{"gRPC", "a way for programs to call each other over HTTP/2", nil},
		{"gunicorn", "a server for Python apps with workers of its own", []string{"uvicorn"}},
		{"harakiri", "uWSGI's time limit for one request: who takes longer is killed", nil},
		{"header", "a line before an answer's or a request's content, such as Set-Cookie", []string{"headers"}},
		{"health check", "the question a balancer asks every few seconds to learn whether an upstream lives; who fails it gets no requests", []string{"health checks"}},
		{"hop", "one step of a request's way: browser to gateway, gateway to PHP-FPM, app to database", []string{"hops"}},
		{"Host header", "the site's name that a browser sends along; the gateway picks the site by it", nil},
		{"hosts file", "/etc/hosts: names with fixed addresses, asked before DNS", []string{"/etc/hosts"}},
		{"htaccess", "Apache's settings in a site's own folder, read at each request", []string{".htaccess"}},
		{"HTTP/2", "the newer form of http, many requests over one connection; h2c is it without TLS", []string{"h2c"}},
		{"include", "a line that pulls another file into the configuration at this place", []string{"includes"}},
		{"inode", "one slot for one file; a disk can run out of them while it still has room", []string{"inodes"}},
		{"JIT", "PHP's way to make machine code of a script while it runs", nil},
		{"journal", "systemd's log of all services; journalctl -u NAME shows one", []string{"journalctl"}},
		{"keepalive", "a connection that stays open for the next request; if the far end closes it first, that request fails", []string{"keep-alive"}},
		{"Layer 4", "HAProxy's word for a check or an error of the connection itself (TCP)", []string{"L4CON", "L4TOUT"}},
		{"Layer 7", "HAProxy's word for a check or an error of what was said over a connection (HTTP)", []string{"L7STS", "L7TOUT", "L7RSP"}},
		{"limit_req", "nginx's limit for how many requests per second one visitor may make; limit_conn counts connections", []string{"limit_conn"}},
		{"listener", "a program that waits for connections on a port or socket", []string{"listens", "listening"}},
		{"load average", "how many tasks run or wait to run; above the number of processors, tasks wait", nil},
		{"lock wait", "a query that waits because another one holds the row or table", []string{"lock waits"}},
		{"loopback", "127.0.0.1 or [::1]: this machine talking to itself; nobody outside can reach it", []string{"127.0.0.1", "localhost"}},
		{"masked", "a unit that systemd refuses to start until it is unmasked", nil},
		{"max_execution_time", "how long one PHP script may run, in seconds", nil},
		{"maxconn", "how many connections HAProxy gives a server at once; the others wait in its queue", nil},
		{"memory_limit", "how much memory one PHP script may take; more is a fatal error", nil},
		{"mod_php", "PHP inside Apache, without PHP-FPM", nil},
		{"ModSecurity", "a firewall for web requests inside the gateway; it can block a good request by mistake", []string{"WAF"}},
		{"mount", "a disk or network folder that is attached to a path", []string{"mounts"}},
		{"NAT", "a router that puts its own address in the place of those behind it", nil},
		{"nftables", "the kernel's firewall rules; nft list ruleset shows them", []string{"iptables", "nft"}},
		{"node", "a server for JavaScript apps", []string{"Node.js"}},
		{"NOSRV", "HAProxy's log has this where no server was left to take the request", nil},
		{"ondemand", "pool mode of PHP-FPM: workers start when a request comes; dynamic keeps some ready, static all", []string{"dynamic", "static"}},
		{"OOM", "out of memory: the kernel kills the largest program to save the rest", []string{"OOM kill", "OOM kills", "oom-kill"}},
		{"OPcache", "PHP's store of compiled pages; without it every request compiles again", nil},
		{"origin", "your own server, as the CDN sees it", nil},
		{"permission", "who may read, write or use a file: owner, group and others, each with r, w and x", []string{"permissions"}},
		{"PHP-FPM", "the service that runs PHP for the web server, in pools of workers", nil},
		{"PID", "the number of a running process", nil},
		{"pm.max_children", "how many PHP workers a pool may have at once; when all are busy, requests wait", []string{"max_children"}},
		{"pool", "a group of PHP workers with its own user, socket and limits", []string{"pools"}},
		{"port", "the number at which a program listens on an address: 80 for http, 443 for https", []string{"ports"}},
		{"prefork", "Apache's mode with one process for each request", nil},
		{"pressure", "the kernel's measure (PSI) of how much time tasks lose waiting for processor, memory or disk", []string{"PSI"}},
		{"ProxyErrorOverride", "Apache's directive that shows its own error page in the place of the app's", nil},
		{"ProxyPass", "Apache's directive that hands a path to an upstream", nil},
		{"proxy_pass", "nginx's directive that hands a request to an HTTP upstream", nil},
		{"ProxyPassReverse", "Apache's directive that corrects redirects which the app sends", nil},
		{"PSS", "a process's own share of memory, what it shares with others counted in parts", nil},
		{"quota", "how much a user or a site may store", nil},
		{"Ray ID", "Cloudflare's number for one request; its support finds the request by it", nil},
		{"real_ip", "nginx's module that takes the visitor's address out of a header, because behind a CDN all come from its addresses", []string{"set_real_ip_from"}},
		{"redirect", "an answer that sends the browser to another address (301, 302)", []string{"redirects"}},
		{"reload", "a service reads its configuration again without dropping requests; a restart drops them", nil},
		{"request_terminate_timeout", "PHP-FPM's time limit for one request; the worker is killed when it is over", nil},
		{"resolver", "the server that answers DNS questions for this machine", []string{"resolvers"}},
		{"runtime directory", "a folder under /run that systemd makes when a service starts and takes away when it stops", []string{"RuntimeDirectory"}},
		{"sandbox", "systemd's walls around a service: ProtectSystem, ProtectHome, PrivateTmp, PrivateNetwork", []string{"ProtectSystem", "ProtectHome", "PrivateTmp", "PrivateNetwork"}},
		{"segfault", "a program crashed because it touched memory that is not its own: a bug in it or in an extension", []string{"SIGSEGV", "signal 11"}},
		{"SELinux", "a kernel lock that decides by labels what a program may do, whatever the file rights say", nil},
		{"SetHandler", "Apache's directive that hands files of a kind to PHP-FPM", nil},
		{"show stat", "the command by which HAProxy tells the state of its servers over its stats socket", []string{"stats socket"}},
		{"SIGKILL", "the signal that ends a program at once; it cannot clean up", []string{"signal 9"}},
		{"slow log", "PHP-FPM's or a database's list of what took too long, with the place in the code", []string{"slowlog"}},
		{"SNI", "the site's name that is sent at the start of a TLS connection, so that the right certificate comes back", nil},
		{"socket", "where two programs meet: a file such as /run/php/php8.2-fpm.sock, or an address with a port", []string{"sockets", "unix socket"}},
		{"socket activation", "systemd holds the socket and starts the service when somebody connects", []string{"socket unit"}},
		{"SSL mode", "Cloudflare's setting for whether it talks http or https to your server", nil},
		{"start limit", "how often systemd starts a service that dies before it gives up", nil},
		{"state file", "a file by which a program remembers something over a restart", []string{"PID file", "pidfile"}},
		{"swap", "disk used as memory when memory runs out: much slower", nil},
		{"systemd", "the program that starts and watches all services; systemctl talks to it", []string{"systemctl"}},
		{"TCP", "the kind of connection that has an address and a port", nil},
		{"TLS", "the encryption behind https", []string{"SSL"}},
		{"timeout", "how long somebody waits before giving up; a gateway that gives up answers 504", []string{"timeouts"}},
		{"tmpfs", "a disk in memory: empty after each boot, /run is one", nil},
		{"traceback", "the list of calls in which an app failed; its last line says why", nil},
		{"TTL", "how long others may keep an answer of DNS before they ask again", nil},
		{"umask", "which rights a program leaves out when it makes a file", nil},
		{"unit", "one service as systemd knows it, such as php8.2-fpm.service", []string{"units"}},
		{"upstream", "the program behind the gateway that makes the page: PHP-FPM, node, gunicorn, another server", []string{"upstreams"}},
		{"uwsgi", "the protocol, and the server, that many Python apps use", []string{"uWSGI"}},
		{"vhost", "one site's block in the configuration: server in nginx, VirtualHost in Apache", []string{"virtual host", "VirtualHost"}},
		{"VCL", "Varnish's configuration language", nil},
		{"VPN", "a tunnel through which all of a machine's traffic goes", nil},
		{"WordPress plugin", "a part that adds to WordPress; a broken one can take the whole site down", []string{"plugin", "plugins", "theme", "themes"}},
		{"worker", "one process that serves requests, one at a time in PHP-FPM", []string{"workers"}},
		{"worker user", "the account the gateway's workers run as, often www-data: it needs the right to use the socket", []string{"www-data"}},
		{"worker_connections", "how many connections one nginx worker may hold, those to the app counted as well", nil},
		{"X-Accel-Redirect", "a header by which an app tells nginx to send a file itself", nil},
	}
}

// Terms are the words of the glossary that a text uses, in the order of their first use.
func Terms(text string) []Term {
	type found struct {
		Term
		at int
	}
	var out []found
	low := strings.ToLower(text)
	for _, t := range Glossary() {
		at := -1
		for _, w := range append([]string{t.Word}, t.Also...) {
			if i := wordAt(low, strings.ToLower(w), "_-/"); i >= 0 && (at < 0 || i < at) {
				at = i
			}
		}
		if at >= 0 {
			out = append(out, found{t, at})
		}
	}
	slices.SortStableFunc(out, func(a, b found) int { return cmp.Compare(a.at, b.at) })
	terms := make([]Term, len(out))
	for i, f := range out {
		terms[i] = f.Term
	}
	return terms
}

// Lookup are the words that have a text in them or in what they mean.
func Lookup(text string) []Term {
	var out []Term
	text = strings.ToLower(strings.TrimSpace(text))
	for _, t := range Glossary() {
		if strings.Contains(strings.ToLower(t.Word+" "+strings.Join(t.Also, " ")+" "+t.Means), text) {
			out = append(out, t)
		}
	}
	return out
}

// wordAt is where a word stands in a text as a word of its own: with no letter, digit or character of joins beside it.
func wordAt(text, word, joins string) int {
	inside := func(r rune) bool {
		return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(joins, r))
	}
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return -1
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[i+len(word):])
		if !inside(before) && !inside(after) {
			return i
		}
		from = i + len(word)
	}
}

// Text is all that a page says, for looking its words up.
func (p Page) Text() string {
	var b strings.Builder
	for _, part := range slices.Concat(p.Found, p.Fix) {
		b.WriteString(part.Source + " " + part.Text + "\n")
	}
	return p.Title + "\n" + b.String()
}
