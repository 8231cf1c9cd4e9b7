package sysinfo

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo/nginx"
)

// Nginx is what the nginx checks need of a Gateway beyond what every gateway has.
type Nginx struct {
	Config *nginx.Config
	Build  nginx.Build
	Binary string // path of the program
}

// Gateways are the web servers and proxies here, running ones first.
func (f *Facts) Gateways(ctx context.Context) ([]*Gateway, error) {
	return f.gateways.get(func() ([]*Gateway, error) {
		procs, err := f.Procs(ctx)
		if err != nil && !f.Host.Files {
			return nil, err
		}
		var out []*Gateway
		for _, p := range procs {
			if strings.HasPrefix(p.Cmd, "nginx: master process") {
				out = append(out, f.runningNginx(ctx, p, procs))
			}
		}
		if len(out) == 0 {
			if g := f.stoppedNginx(ctx); g != nil {
				out = append(out, g)
			}
		}
		for _, g := range out {
			f.resolveHops(ctx, g)
		}
		return out, nil
	})
}

// runningNginx reads the nginx whose master is p: its own -c and -p, in its own root.
func (f *Facts) runningNginx(ctx context.Context, p Proc, procs []Proc) *Gateway {
	g := &Gateway{Kind: "nginx", PID: p.PID, Root: f.Host.Root, Started: p.Start, Unit: f.UnitOf(p.PID), Creds: Creds{UID: -1, GID: -1}}
	f.ownRoot(g)
	title := strings.Fields(strings.TrimPrefix(p.Cmd, "nginx: master process"))
	n := &Nginx{Binary: "/usr/sbin/nginx"}
	if len(title) > 0 && strings.HasPrefix(title[0], "/") {
		n.Binary = title[0]
	}
	n.Build = f.nginxBuild(ctx, g, n.Binary)
	for i := 0; i+1 < len(title); i++ {
		switch title[i] {
		case "-c":
			n.Build.ConfPath = title[i+1]
		case "-p":
			n.Build.Prefix = title[i+1]
		}
	}
	if !path.IsAbs(n.Build.ConfPath) {
		n.Build.ConfPath = path.Join(n.Build.Prefix, n.Build.ConfPath)
	}
	f.nginxWorkers(g, p, procs)
	f.readNginx(ctx, g, n)
	return g
}

// nginxWorkers notes the workers that take requests, when the oldest of them started and with which ids.
func (f *Facts) nginxWorkers(g *Gateway, master Proc, procs []Proc) {
	for _, w := range procs {
		if w.PPID != master.PID || !strings.HasPrefix(w.Cmd, "nginx: worker process") || strings.Contains(w.Cmd, "shutting down") {
			continue
		}
		if len(g.Workers) == 0 {
			g.Loaded = w.Start
			if c, err := f.CredsOf(w.PID); err == nil {
				g.Creds = c
			}
		}
		g.Workers = append(g.Workers, w.PID)
	}
}

// ownRoot looks at a process's own root and network, where they are not ours. A private /tmp is a root of its
// own too, but not a container: its paths are the machine's.
func (f *Facts) ownRoot(g *Gateway) {
	pid := fmt.Sprint(g.PID)
	own, err := f.Host.Root.Readlink("/proc/self/ns/mnt")
	theirs, err2 := f.Host.Root.Readlink("/proc/" + pid + "/ns/mnt")
	if err == nil && err2 == nil && own != theirs && f.Host.Root.real() {
		root := OpenRoot("/proc/" + pid + "/root")
		here, err := f.Host.Root.Stat("/")
		there, err2 := root.Stat("/.")
		if err2 == nil {
			g.Root = root
			g.Foreign = err == nil && (here.Dev != there.Dev || here.Ino != there.Ino)
		}
	}
	mine, theirs := f.NetOf(f.self()), f.NetOf(g.PID)
	if mine != "" && theirs != "" && mine != theirs {
		g.Net = g.PID
	}
}

// self is a process of our own network: ourselves.
func (f *Facts) self() int {
	s, err := f.Host.Root.Readlink("/proc/self")
	if err != nil {
		return 0
	}
	var pid int
	_, _ = fmt.Sscan(s, &pid) // a recorded machine has no self, and no other networks
	return pid
}

// stoppedNginx is an nginx that is installed and does not run; nil when there is none.
func (f *Facts) stoppedNginx(ctx context.Context) *Gateway {
	g := &Gateway{Kind: "nginx", Root: f.Host.Root, Creds: Creds{UID: -1, GID: -1}}
	n := &Nginx{Binary: "/usr/sbin/nginx"}
	n.Build = f.nginxBuild(ctx, g, n.Binary)
	if !f.Host.Root.Exists(n.Build.ConfPath) {
		return nil
	}
	if u, ok := f.Unit(ctx, "nginx.service"); ok && u.Load != "not-found" {
		g.Unit = u.Name
	}
	f.readNginx(ctx, g, n)
	return g
}

// nginxBuild asks the program for the paths that were compiled in: `nginx -V` opens no configuration.
func (f *Facts) nginxBuild(ctx context.Context, g *Gateway, binary string) nginx.Build {
	b := nginx.Build{ConfPath: "/etc/nginx/nginx.conf", Prefix: "/usr/share/nginx"}
	for _, p := range []string{"/etc/nginx/nginx.conf", "/usr/local/openresty/nginx/conf/nginx.conf", "/usr/local/nginx/conf/nginx.conf", "/opt/nginx/conf/nginx.conf"} {
		if g.Root.Exists(p) {
			b.ConfPath = p
			break
		}
	}
	if g.Foreign || f.Host.Files {
		return b
	}
	out, err := f.Host.Run(ctx, binary, "-V")
	if err != nil || out.Exit != 0 {
		return b
	}
	built := nginx.ParseVersion(append(out.Stderr, out.Stdout...))
	if built.ConfPath == "" {
		built.ConfPath = b.ConfPath
	}
	return built
}

// readNginx reads the configuration and draws the map: sites and hops.
func (f *Facts) readNginx(ctx context.Context, g *Gateway, n *Nginx) {
	n.Config = nginx.ParseAs(g.Root, n.Build)
	g.Extra, g.Version, g.Config = n, n.Build.Version, n.Config.Path
	g.User, _, _ = n.Config.User()
	if g.Creds.UID < 0 {
		if u, err := readUsers(g.Root); err == nil {
			if c, ok := u.Creds(g.User); ok {
				g.Creds = c
			}
		}
	}
	for _, p := range n.Config.Problems {
		g.Problems = append(g.Problems, Problem{Place{p.File, p.Line}, p.Text})
	}
	for _, name := range n.Config.Files {
		if i, err := g.Root.Stat(name); err == nil && i.ModTime.After(g.Edited) {
			g.Edited, g.EditedFile = i.ModTime, name
		}
	}
	for _, l := range n.Config.ErrorLogs() {
		g.Logs = append(g.Logs, logFile("error", l))
	}
	for _, s := range n.Config.Servers() {
		g.Sites = append(g.Sites, nginxSite(g, s))
	}
}

func logFile(kind string, l nginx.Log) LogFile {
	p := l.Path
	if l.Sink != nginx.ToFile {
		p = string(l.Sink) + ":" + l.Path
	}
	return LogFile{Path: p, Kind: kind, Where: Place(l.Place), Format: l.Layout}
}

func nginxSite(g *Gateway, s *nginx.Server) *Site {
	site := &Site{Gateway: g, Name: siteName(s), Names: s.Names, Where: Place(s.Block.Place), Root: s.Root(s.Block).Value(), Extra: s}
	for _, l := range s.Listens {
		a, _ := netip.ParseAddr(l.Host)
		site.Listen = append(site.Listen, Listen{Addr: netip.AddrPortFrom(a, uint16(l.Port)), Unix: l.Unix, TLS: l.SSL, Default: l.Default})
	}
	for _, l := range s.ErrorLogs(s.Block) {
		site.Logs = append(site.Logs, logFile("error", l))
	}
	for _, l := range s.AccessLogs(s.Block) {
		site.Logs = append(site.Logs, logFile("access", l))
	}
	for _, p := range s.Passes {
		for _, l := range p.ErrorLogs() {
			if lf := logFile("error", l); !slices.Contains(site.Logs, lf) {
				site.Logs = append(site.Logs, lf)
			}
		}
		for _, t := range p.Targets() {
			site.Hops = append(site.Hops, nginxHop(site, p, t))
		}
	}
	return site
}

// siteName is the first name a visitor could type.
func siteName(s *nginx.Server) string {
	for _, n := range s.Names {
		if n != "" && n != "_" && !strings.HasPrefix(n, "~") {
			return strings.TrimPrefix(strings.TrimPrefix(n, "*."), ".")
		}
	}
	for _, l := range s.Listens {
		if l.Port != 0 && l.Port != 80 && l.Port != 443 {
			return fmt.Sprintf("localhost:%d", l.Port)
		}
	}
	return "localhost"
}

func nginxHop(s *Site, p *nginx.Pass, t nginx.Target) *Hop {
	h := &Hop{Site: s, From: "nginx", To: peerKind(p.Scheme), Scheme: p.Scheme, Unix: t.Path, Host: t.Host, Port: t.Port,
		Variable: t.Variable || t.Unknown != "", Pass: Place(p.Place), Where: Place(t.Place), Raw: t.Address(), Extra: NginxHop{p, t}}
	if !h.Where.Known() {
		h.Where = h.Pass
	}
	if h.Host == "" && h.Unix == "" {
		h.Host = t.Unknown
	}
	h.Location = "server"
	if p.Location != nil {
		h.Location = p.Location.String()
	}
	if t.Upstream != nil {
		h.Block = t.Upstream.Name
	}
	if t.Peer != nil {
		h.Backup, h.Down = t.Peer.Backup, t.Peer.Down
	}
	h.Settings = nginxSettings(p)
	return h
}

// NginxHop is a hop as nginx's configuration has it.
type NginxHop struct {
	Pass   *nginx.Pass
	Target nginx.Target
}

func nginxSettings(p *nginx.Pass) Settings {
	var s Settings
	get := func(name string) (time.Duration, Place) {
		set := p.Get(name)
		d, _ := set.Duration()
		return d, Place(set.Place)
	}
	s.Connect, s.ConnectWhere = get("connect_timeout")
	s.Send, _ = get("send_timeout")
	s.Read, s.ReadWhere = get("read_timeout")
	size := p.Get("buffer_size")
	n, _ := size.Bytes()
	s.BufferSize, s.BufferWhere = int(n), Place(size.Place)
	return s
}

// peerKind names the other end by the protocol it should speak.
func peerKind(scheme string) string {
	switch scheme {
	case "fastcgi":
		return "php-fpm"
	case "http", "https":
		return "app"
	case "grpc", "grpcs":
		return "grpc app"
	}
	return scheme + " app"
}

// resolveHops gives every hop its addresses: literals as they are, names by the hosts file and, unless offline,
// by DNS, each name once.
func (f *Facts) resolveHops(ctx context.Context, g *Gateway) {
	hosts := readHosts(g.Root)
	known := map[string][]netip.Addr{}
	for _, s := range g.Sites {
		for _, h := range s.Hops {
			if h.Unix != "" || h.Host == "" || strings.Contains(h.Host, "$") {
				continue
			}
			addrs, ok := known[h.Host]
			if !ok {
				addrs = f.lookup(ctx, h.Host, hosts)
				known[h.Host] = addrs
			}
			h.Addrs = addrs
		}
	}
}

func (f *Facts) lookup(ctx context.Context, name string, hosts map[string][]netip.Addr) []netip.Addr {
	if a, err := netip.ParseAddr(name); err == nil {
		return []netip.Addr{a}
	}
	if a := hosts[strings.ToLower(name)]; len(a) > 0 {
		return a
	}
	if name == "localhost" {
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}
	}
	if f.Offline || f.Host.Files {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	addrs, err := f.Host.Resolve(ctx, name)
	if err != nil {
		return nil // upstream-dns says why
	}
	return addrs
}

// readHosts reads /etc/hosts: hosts(5).
func readHosts(r Root) map[string][]netip.Addr {
	out := map[string][]netip.Addr{}
	b, err := r.ReadFile("/etc/hosts")
	if err != nil {
		return out
	}
	for line := range strings.Lines(string(b)) {
		line, _, _ = strings.Cut(line, "#")
		w := strings.Fields(line)
		if len(w) < 2 {
			continue
		}
		a, err := netip.ParseAddr(w[0])
		if err != nil {
			continue
		}
		for _, n := range w[1:] {
			n = strings.ToLower(n)
			out[n] = append(out[n], a)
		}
	}
	return out
}

// maxSites is how many sites one run asks; more are judged from their configuration and logs alone.
const maxSites = 40

// Sites are the sites this run is about: the one of the URL, or else all that can fail, the ones with failures
// in the logs first.
func (f *Facts) Sites(ctx context.Context) []*Site {
	gateways, err := f.Gateways(ctx)
	if err != nil {
		return nil
	}
	if s := f.Target(ctx); s != nil {
		return f.chain(ctx, []*Site{s}, 0)
	}
	var out []*Site
	for _, g := range gateways {
		out = append(out, g.Sites...)
	}
	if len(out) > maxSites {
		out = f.noisiest(ctx, out)
	}
	return out
}

// maxTiers bounds how many gateways one request is followed through: a loop has no end.
const maxTiers = 5

// chain adds the sites of inner gateways that a site's requests are passed to.
func (f *Facts) chain(ctx context.Context, sites []*Site, tier int) []*Site {
	if tier == maxTiers {
		return sites
	}
	last := sites[len(sites)-1]
	for _, h := range last.Hops {
		if in := f.Inner(ctx, h); in != nil && !slices.Contains(sites, in) {
			sites = f.chain(ctx, append(sites, in), tier+1)
		}
	}
	return sites
}

// Inner is the site of a gateway on this machine that is at the other end of a hop, nil when an app is.
func (f *Facts) Inner(ctx context.Context, h *Hop) *Site {
	gateways, err := f.Gateways(ctx)
	if err != nil || h.Unix != "" || len(h.Addrs) == 0 {
		return nil
	}
	if !h.Addrs[0].IsLoopback() {
		if r := f.Reach(ctx, h); !r.Local {
			return nil
		}
	}
	for _, g := range gateways {
		n, ok := g.Extra.(*Nginx)
		if !ok || g.Net != h.Site.Gateway.Net {
			continue
		}
		srv, _ := n.Config.Match(h.Scheme, h.Addrs[0].String(), h.Port, h.sends())
		for _, s := range g.Sites {
			if srv != nil && s.Extra == any(srv) {
				return s
			}
		}
	}
	return nil
}

// sends is the Host header that a hop's gateway puts on.
func (h *Hop) sends() string {
	x, ok := h.Extra.(NginxHop)
	if !ok {
		return h.Host
	}
	switch v := x.Pass.Header("Host").Value(); {
	case strings.Contains(v, "$proxy_host") || v == "":
		if h.Block != "" {
			return h.Block
		}
		return h.Host
	case strings.Contains(v, "$"):
		return h.Site.Name
	default:
		return v
	}
}

// Target is the site that answers the URL, nil without a URL or when no gateway here would answer it.
func (f *Facts) Target(ctx context.Context) *Site {
	if f.URL == "" {
		return nil
	}
	u, err := url.Parse(f.URL)
	if err != nil || u.Hostname() == "" {
		return nil
	}
	gateways, err := f.Gateways(ctx)
	if err != nil {
		return nil
	}
	port := 0
	if p := u.Port(); p != "" {
		port, _ = net.LookupPort("tcp", p)
	}
	for _, g := range gateways {
		n, ok := g.Extra.(*Nginx)
		if !ok {
			continue
		}
		srv, _ := n.Config.Match(u.Scheme, "", port, u.Host)
		for _, s := range g.Sites {
			if s.Extra == any(srv) && srv != nil {
				return s
			}
		}
	}
	return nil
}

// Serves says that at least one gateway was found here.
func (f *Facts) Serves(ctx context.Context) bool {
	g, err := f.Gateways(ctx)
	return err == nil && len(g) > 0
}
