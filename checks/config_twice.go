package checks

import (
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/nginx"
)

// goneBefore says that of a directive that stands twice the first is the wrong one, for it names a file or folder that is not there
// and the second one that is. The place is the first one's then.
func (t *confError) goneBefore(g *sysinfo.Gateway, line string) bool {
	n, ok := g.Extra.(*sysinfo.Nginx)
	words := strings.Fields(strings.TrimSuffix(withoutComment(line), ";"))
	if !ok || len(words) != 2 || !strings.HasPrefix(words[1], "/") || !g.Root.Exists(words[1]) {
		return false
	}
	own := ownOfBlock(n.Config.Main, nginx.Place(t.place), words[0])
	if len(own) != 2 || !strings.HasPrefix(own[0].Value(), "/") || strings.Contains(own[0].Value(), "$") || g.Root.Exists(own[0].Value()) {
		return false
	}
	if at := own[0].Place; at != t.place && alone(configLine(g.Root, at)) {
		t.place, t.evidence = at, append(t.evidence, lineOf(g.Root, at))
		return true
	}
	return false
}

// ownOfBlock are the settings of a name in the very block that has one of them at a place.
func ownOfBlock(b *nginx.Block, at nginx.Place, name string) []nginx.Setting {
	if own := b.Own(name); slices.ContainsFunc(own, func(s nginx.Setting) bool { return s.Place == at }) {
		return own
	}
	for _, in := range b.Blocks {
		if own := ownOfBlock(in, at, name); own != nil {
			return own
		}
	}
	return nil
}

// manyTimes are the directives of http that may stand there more than once.
var manyTimes = []string{"include", "log_format", "access_log", "error_log", "add_header", "add_trailer", "proxy_set_header", "fastcgi_param", "uwsgi_param", "scgi_param", "grpc_set_header", "set_real_ip_from", "limit_req", "limit_req_zone",
	"limit_conn", "limit_conn_zone", "allow", "deny", "error_page", "expires", "proxy_hide_header", "proxy_pass_header", "fastcgi_hide_header", "fastcgi_pass_header", "proxy_cache_path", "fastcgi_cache_path", "uwsgi_cache_path", "scgi_cache_path",
	"ssl_certificate", "ssl_certificate_key", "ssl_conf_command", "proxy_cache_valid", "fastcgi_cache_valid", "fastcgi_no_cache", "upstream_conf", "js_import", "js_set", "perl_modules", "auth_basic_user_file"}

// saidAbove are the numbers of the lines in a block that say what the block around it says in another file already, where it may be
// said once only; differs when one of them says something else.
func (t *confError) saidAbove(g *sysinfo.Gateway, word string, end int) (same []int, differs bool) {
	n, ok := g.Extra.(*sysinfo.Nginx)
	above := (*nginx.Block)(nil)
	if ok {
		above = n.Config.Main.Find(word)
	}
	if above == nil {
		return nil, false
	}
	depth := 0
	for at, raw := range linesIn(g.Root, t.place.File) {
		if at.Line <= t.place.Line || at.Line >= end {
			continue
		}
		line := strings.TrimSpace(raw)
		name := firstWord(withoutComment(line))
		if depth == 0 && alone(line) && !slices.Contains(manyTimes, name) {
			for _, s := range above.Own(name) {
				if s.Place.File == at.File {
					continue
				}
				same = append(same, at.Line)
				differs = differs || guards(line) || strings.Join(strings.Fields(configLine(g.Root, s.Place)), " ") != strings.Join(strings.Fields(line), " ")
				break
			}
		}
		depth += braces(line)
	}
	return same, differs
}
