package checks

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
)

var quotedName = regexp.MustCompile(`Invalid command '([^']+)'`)

// repairApache corrects the line, where a command can know how.
func (t *confError) repairApache(g *sysinfo.Gateway, a *sysinfo.Apache, x Fix, line string) Fix {
	name := ""
	if m := quotedName.FindStringSubmatch(t.text); m != nil {
		name = m[1]
	}
	module := apache.Brings(name)
	off := commentOut(g.Root, t.place)
	switch {
	case module != "" && !a.Config.Has(module):
		return enableModule(g, a, x, withHandlers(g, a, module)...)
	case name != "" && t.place.Known():
		if meant := apache.Meant(name); meant != "" {
			return x.Do(fmt.Sprintf("Correct the slip: %s is %s", name, meant), "%s", replace(g.Root, t.place, name, meant))
		}
		return x.Do(fmt.Sprintf("Take the line out (or install the module that brings %s)", name), "%s", off)
	case logFolder.MatchString(t.text):
		dir := path.Clean(logFolder.FindStringSubmatch(t.text)[1])
		x.Undo = "rmdir " + sh(dir)
		return x.Do("Make the folder again", "mkdir -p %s", sh(dir))
	case strings.HasPrefix(strings.ToLower(line), "include ") && containsAny(t.text, "Could not open configuration file", "No matches for the wildcard"):
		return x.Do("Let Apache start without the file", "%s", replace(g.Root, t.place, line[:len("include")], "IncludeOptional"))
	case strings.HasPrefix(t.text, "Cannot load ") && strings.HasPrefix(strings.ToLower(line), "loadmodule"):
		return x.Do("Take the module out: its file is not there, or does not fit this Apache", "%s", off)
	case strings.Contains(t.text, "bad user name") && strings.HasPrefix(line, "User "):
		return x.Do("Let Apache run as a user that exists here", "%s", setLine(g.Root, t.place, "User www-data"))
	case strings.Contains(t.text, "SSLCertificate"):
		return x.Tell("Put the file back, or let it be issued again (certbot certificates lists what is there); or name another one at %s", t.place)
	case t.place.Known():
		return x.Tell("Correct %s", t.place)
	}
	return x.Tell("Correct what %s complains about", keeperOf(g).test)
}

// withHandlers adds to mod_proxy what speaks the protocols that the sites use.
func withHandlers(g *sysinfo.Gateway, a *sysinfo.Apache, module string) []string {
	out := []string{module}
	for _, h := range allHops(g) {
		if x, ok := h.Extra.(sysinfo.ApacheHop); ok && module == "proxy_module" {
			if need := apache.Handlers[x.Target.Scheme]; need != "" && !a.Config.Has(need) && !slices.Contains(out, need) {
				out = append(out, need)
			}
		}
	}
	return out
}

// enableModule loads modules the way this machine does it.
func enableModule(g *sysinfo.Gateway, a *sysinfo.Apache, x Fix, modules ...string) Fix {
	var short []string
	debian := a.Debian
	for _, m := range modules {
		name := strings.TrimSuffix(m, "_module")
		short = append(short, name)
		debian = debian && g.Root.Exists("/etc/apache2/mods-available/"+name+".load")
	}
	if debian {
		x.Undo = "a2dismod -f " + strings.Join(short, " ")
		return x.Do("Switch it on", "a2enmod %s", strings.Join(short, " "))
	}
	for i, m := range modules {
		x = x.Tell("Load the module: a line 'LoadModule %s modules/mod_%s.so' (RHEL: in /etc/httpd/conf.modules.d; cPanel: EasyApache 4 installs it)", m, short[i])
	}
	return x
}

// apacheSpeak changes a line to the program's own protocol.
func apacheSpeak(ctx context.Context, f *sysinfo.Facts, l *live, a *sysinfo.Apache, has string) Fix {
	h, _, _ := l.apacheHop()
	want := map[string]string{"http": "http", "https": "https", "fastcgi": "fcgi", "uwsgi": "uwsgi", "http2": "h2c"}[has]
	if want == "" {
		return Fix{Title: "Ask another address: this is no web application", Risk: Low}.Tell("%s is %s. Correct %s to the address on which your app listens (ss -ltnp)", l.Address(), has, l.Where)
	}
	root, was := l.Site.Gateway.Root, h.Target.Scheme+"://"
	x := Fix{Title: "Speak " + has + " to " + l.Address(), Risk: Low, Undo: replace(root, l.Where, want+"://", was)}
	x = x.Do("Correct "+l.Where.String(), "%s", replace(root, l.Where, was, want+"://"))
	if module := apache.Handlers[want]; !a.Config.Has(module) {
		undo := x.Undo
		x = enableModule(l.Site.Gateway, a, x, module)
		x.Undo = undo
	}
	if has == "https" {
		x = x.Tell("SSLProxyEngine On belongs into the site, and mod_ssl has to be loaded")
	}
	return reload(ctx, f, l.Site.Gateway, x)
}
