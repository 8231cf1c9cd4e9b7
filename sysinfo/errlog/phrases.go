package errlog

import (
	"slices"
	"strings"
)

// A phrase is what gives a line away when its format does not: tables of them are all there is to know of most
// programs. The row that stands first wins.
type phrase struct {
	text   string // four bytes or more
	kind   Kind
	source Source
	also   string               // must be in the line too
	read   func(*Event, string) // takes the numbers and names out, and may say the kind more closely
}

// nginxText marks the beginning of a message of nginx inside a line whose head is lost.
const nginxText Kind = 255

func (p *phrase) fits(s string) bool { return p.also == "" || strings.Contains(s, p.also) }

func allPhrases() []phrase {
	return slices.Concat(shellPhrases(), workerPhrases(), rubyPhrases(), kernelPhrases(), systemdPhrases(), containerPhrases(),
		apachePhrases(), gatewayPhrases(), envoyPhrases(), litespeedPhrases(), iisPhrases(), dotnetPhrases(), nginxPhrases(), goPhrases(), otherPhrases(), clientPhrases(),
		databasePhrases(), javaPhrases(), nodePhrases(), pythonPhrases(), crashPhrases(), lastPhrases(), pagePhrases(), quietPhrases())
}

// nginxPhrases begin a message of nginx's own, wherever in a line it stands.
func nginxPhrases() []phrase {
	rows := []phrase{{"IP address '", Notice, Database, "could not be resolved", nil}} // MySQL about its clients
	for _, text := range [...]string{
		"connect() to ", "connect() failed", "upstream timed out", "upstream prematurely closed", "upstream sent ",
		"upstream SSL certificate", "upstream server temporarily disabled", "no live upstreams", "recv() failed",
		"readv() failed", "writev() failed", "sendfile() failed", "send() failed", "recvmsg() failed", "SSL_do_handshake() failed", "peer closed connection in SSL handshake",
		"host not found in upstream", "no resolver defined to resolve", "no port in upstream", "invalid port in upstream", "invalid host in upstream", "invalid URL prefix in",
		"client intended to send too large body", "FastCGI sent in stderr", "an upstream response is buffered",
		"a client request body is buffered", "limiting requests, excess", "limiting connections by zone", "socket() failed (", "accept4() failed (",
		"client prematurely closed", "conflicting server name", "access forbidden by rule", "directory index of",
		"SSL_read() failed", "SSL_write() failed", "SSL_shutdown() failed",
	} {
		rows = append(rows, phrase{text: text, kind: nginxText})
	}
	return append(append(rows, nginxModules()...),
		phrase{text: "worker_connections are not enough", kind: NoWorkerConnections, source: Nginx},
		phrase{text: " could not be resolved", kind: ResolveFailed, source: Nginx, read: resolvedName},
		phrase{text: ") while connecting to upstream", kind: ConnectFailed, source: Nginx, read: cutOff},
		phrase{text: ") while reading response header from upstream", kind: ReadReset, source: Nginx, read: cutOff},
		phrase{text: "too big header while reading response header", kind: HeaderTooBig, source: Nginx},
		phrase{text: "closed connection while reading response header from upstream", kind: PrematureClose, source: Nginx},
		phrase{text: "wrong version number) while SSL handshaking to upstream", kind: TLSWrongVersion, source: Nginx},
	)
}

// nginxModules: OpenResty's Lua, Tengine's and NGINX Plus's health checks, and Kong's and APISIX's on top of them.
func nginxModules() []phrase {
	return []phrase{
		{"lua tcp socket connect timed out", ConnectTimeout, Nginx, "", nil},
		{"lua tcp socket read timed out", ReadTimeout, Nginx, "", nil},
		{"lua tcp socket write timed out", SendTimeout, Nginx, "", nil},
		{"BIO_new_file(", CertUnreadable, Nginx, "", nil},
		{"PEM_read_bio", CertUnreadable, Nginx, "", nil},
		{"key values mismatch", CertUnreadable, Nginx, "", nil},
		{"[emerg] ", ConfigError, Nginx, "", emerg},
		{"invalid PID number", UnitStopped, Nginx, "", pidFile},
		{"init_by_lua error", ConfigError, Nginx, "", nil},
		{"lua entry thread aborted", AppError, Nginx, "", nil},
		{"check time out with peer", ServerDisabled, Nginx, "", nil},
		{"disable check peer", ServerDisabled, Nginx, "", nil},
		{"check protocol ", ServerDisabled, Nginx, "error with peer", nil},
		{"enable check peer", Healthy, Nginx, "", nil},
		{"peer is unhealthy while", ServerDisabled, Nginx, "", nil},
		{"peer is healthy while", Healthy, Nginx, "", nil},
		{"is turned down after", ServerDisabled, Nginx, "peer ", nil},
		{"is turned up after", Healthy, Nginx, "peer ", nil},
		{"unhealthy TCP increment", ServerDisabled, Nginx, "", nil},
		{"unhealthy HTTP increment", ServerDisabled, Nginx, "", nil},
		{"unhealthy TIMEOUT increment", ServerDisabled, Nginx, "", nil},
		{"failed to pick a server", NoLiveUpstreams, Nginx, "", nil},
		{"failed to find valid upstream server", NoLiveUpstreams, Nginx, "", nil},
		{"dns resolver domain: ", ResolveFailed, Nginx, "", nil},
		{"failed to parse domain: ", ResolveFailed, Nginx, "", nil},
		{"all upstream nodes is unhealthy", NoLiveUpstreams, Nginx, "", nil},
		{"failed to get health check target status", ServerDisabled, Nginx, "", nil},
		{"all upstream nodes unhealthy", NoLiveUpstreams, Nginx, "", nil},
		{"upstream rejected request with error", HTTP2Frame, Nginx, "", nil},
		{"upstream sent goaway with error", HTTP2Frame, Nginx, "", nil},
	}
}

// emerg reads nginx's message out of what another program says of it.
func emerg(ev *Event, s string) {
	nginxLevel(ev, s[strings.Index(s, "[emerg] "):])
	if ev.Kind == Unknown {
		ev.Kind = ConfigError
	}
}

func pidFile(ev *Event, _ string) { ev.Name = "nginx.service" }

// cutOff reads a line whose beginning is lost: the errno is still there.
func cutOff(ev *Event, s string) {
	if i := fieldsStart(s); i >= 0 {
		readFields(ev, s[i:])
		s = s[:i]
	}
	ev.Errno = errnoOf("(" + s)
	if ev.Errno == 0 {
		ev.Errno = errnoText(s)
	}
	if i := strings.LastIndex(s, " while "); i >= 0 {
		ev.Action = s[i+len(" while "):]
	}
	if _, quoted, ok := strings.Cut(s, ` upstream "`); ok && ev.Upstream.Address == "" {
		ev.Upstream = ReadUpstream(quoted)
	}
	if path, _, ok := strings.Cut(s, ".sock failed ("); ok && ev.Upstream.Address == "" {
		ev.Upstream = ReadUpstream("unix:" + strings.TrimPrefix(lastWord(path), "unix:") + ".sock")
	}
	if ev.Kind == ConnectFailed {
		ev.Kind = connectKind(ev, ev.Upstream.Path() != "" || strings.Contains(s, ".sock"))
	} else {
		ev.Kind = received(ev)
	}
}

func resolvedName(ev *Event, s string) {
	s, _, _ = strings.Cut(s, " could not be resolved")
	ev.Name = lastWord(s)
}
