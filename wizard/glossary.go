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
		{"A record", "the entry in DNS that says which IPv4 address a name has (AAAA: which IPv6 address)", []string{"AAAA"}},
		{"access log", "the gateway's file with one line per request: who asked for what, and the status it got", nil},
		{"ACL", "extra rights on a file beside owner and group; getfacl shows them", nil},
		{"AJP", "the protocol that Tomcat speaks with Apache, usually on port 8009", nil},
		{"AppArmor", "a kernel lock that lets a program use only what its profile lists, whatever the file rights say", nil},
		{"backend", "another word for upstream: the program behind the gateway that makes the page", []string{"backends"}},
		{"backlog", "the queue in the kernel where new connections wait until the program takes them; when it is full, the next is refused", nil},
		{"balancer", "a gateway that spreads requests over several upstreams", []string{"load balancer"}},
		{"buffer", "memory in which the gateway keeps an answer's headers; a larger header does not fit and becomes a 502", []string{"buffers"}},
		{"CDN", "a network of servers between visitors and your server (Cloudflare, Fastly …) that caches pages and can answer 502 itself", nil},
		{"cgroup", "the kernel's box around a service, with its own limits for memory and processes", nil},
		{"chroot", "a folder that a program sees as its whole disk", nil},
		{"conntrack", "the firewall's table of known connections; when it is full, new ones are dropped", nil},
		{"core dump", "what a crashed program leaves behind, for those who can read it", nil},
		{"crash loop", "a service that dies right after each start and is started again and again", []string{"crash-looping"}},
		{"default site", "the site a gateway shows for names that none of its sites has", []string{"default_server"}},
		{"descriptor", "the kernel's number for an open file or connection; every process may have only so many", []string{"descriptors", "file descriptors"}},
		{"directive", "one setting in a gateway's configuration: a name, its value, a semicolon in nginx", []string{"directives"}},
		{"DNS", "the phone book that turns a name such as shop.example.com into an address", nil},
		{"drop-in", "a small file in NAME.service.d that changes a unit without touching the package's own file", []string{"drop-ins"}},
		{"errno", "the kernel's number for why a call failed: 2 no such file, 13 permission denied, 111 connection refused, 110 timed out", nil},
		{"error log", "the gateway's file with what went wrong; for a 502 it names the reason", nil},
		{"FastCGI", "the protocol in which a gateway hands pages to PHP-FPM", []string{"fastcgi_pass"}},
		{"gateway", "the server that takes the visitor's request and passes it on: nginx, Apache, HAProxy, Caddy, Varnish", []string{"gateways", "reverse proxy"}},
		{"harakiri", "uWSGI's time limit for one request: who takes longer is killed", nil},
		{"health check", "the question a balancer asks every few seconds to learn whether an upstream lives; who fails it gets no requests", []string{"health checks"}},
		{"hop", "one step of a request's way: browser to gateway, gateway to PHP-FPM, app to database", []string{"hops"}},
		{"Host header", "the site's name that a browser sends along; the gateway picks the site by it", nil},
		{"include", "a line that pulls another file into the configuration at this place", []string{"includes"}},
		{"inode", "one slot for one file; a disk can run out of them while it still has room", []string{"inodes"}},
		{"journal", "systemd's log of all services; journalctl -u NAME shows one", []string{"journalctl"}},
		{"keepalive", "a connection that stays open for the next request; if the far end closes it first, that request fails", []string{"keep-alive"}},
		{"Layer 4", "HAProxy's word for a check or an error of the connection itself (TCP)", []string{"L4CON", "L4TOUT"}},
		{"Layer 7", "HAProxy's word for a check or an error of what was said over a connection (HTTP)", []string{"L7STS", "L7TOUT", "L7RSP"}},
		{"listener", "a program that waits for connections on a port or socket", []string{"listens", "listening"}},
		{"load average", "how many tasks run or wait to run; above the number of processors, tasks wait", nil},
		{"lock wait", "a query that waits because another one holds the row or table", []string{"lock waits"}},
		{"loopback", "127.0.0.1 or [::1]: this machine talking to itself; nobody outside can reach it", []string{"127.0.0.1", "localhost"}},
		{"masked", "a unit that systemd refuses to start until it is unmasked", nil},
		{"ModSecurity", "a firewall for web requests inside the gateway; it can block a good request by mistake", []string{"WAF"}},
		{"mount", "a disk or network folder that is attached to a path", []string{"mounts"}},
		{"nftables", "the kernel's firewall rules; nft list ruleset shows them", []string{"iptables", "nft"}},
		{"NOSRV", "HAProxy's log has this where no server was left to take the request", nil},
		{"OOM", "out of memory: the kernel kills the largest program to save the rest", []string{"OOM kill", "OOM kills", "oom-kill"}},
		{"OPcache", "PHP's store of compiled pages; without it every request compiles again", nil},
		{"origin", "your own server, as the CDN sees it", nil},
		{"PHP-FPM", "the service that runs PHP for the web server, in pools of workers", nil},
		{"PID", "the number of a running process", nil},
		{"pm.max_children", "how many PHP workers a pool may have at once; when all are busy, requests wait", []string{"max_children"}},
		{"pool", "a group of PHP workers with its own user, socket and limits", []string{"pools"}},
		{"port", "the number at which a program listens on an address: 80 for http, 443 for https", []string{"ports"}},
		{"pressure", "the kernel's measure (PSI) of how much time tasks lose waiting for processor, memory or disk", []string{"PSI"}},
		{"ProxyPass", "Apache's directive that hands a path to an upstream", nil},
		{"proxy_pass", "nginx's directive that hands a request to an HTTP upstream", nil},
		{"PSS", "a process's own share of memory, what it shares with others counted in parts", nil},
		{"Ray ID", "Cloudflare's number for one request; its support finds the request by it", nil},
		{"reload", "a service reads its configuration again without dropping requests; a restart drops them", nil},
		{"resolver", "the server that answers DNS questions for this machine", []string{"resolvers"}},
		{"segfault", "a program crashed because it touched memory that is not its own: a bug in it or in an extension", []string{"SIGSEGV", "signal 11"}},
		{"SELinux", "a kernel lock that decides by labels what a program may do, whatever the file rights say", nil},
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
		{"TLS", "the encryption behind https", []string{"SSL"}},
		{"timeout", "how long somebody waits before giving up; a gateway that gives up answers 504", []string{"timeouts"}},
		{"unit", "one service as systemd knows it, such as php8.2-fpm.service", []string{"units"}},
		{"upstream", "the program behind the gateway that makes the page: PHP-FPM, node, gunicorn, another server", []string{"upstreams"}},
		{"uwsgi", "the protocol, and the server, that many Python apps use", []string{"uWSGI"}},
		{"vhost", "one site's block in the configuration: server in nginx, VirtualHost in Apache", []string{"virtual host", "VirtualHost"}},
		{"VCL", "Varnish's configuration language", nil},
		{"worker", "one process that serves requests, one at a time in PHP-FPM", []string{"workers"}},
		{"worker user", "the account the gateway's workers run as, often www-data: it needs the right to use the socket", []string{"www-data"}},
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
