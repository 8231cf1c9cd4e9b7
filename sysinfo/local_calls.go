package sysinfo

import (
	"cmp"
	"context"
	"path"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo/late"
)

// A LocalCall is a port of this machine that an app is told to ask, by its own code or by a variable of its environment.
type LocalCall struct {
	Port  int
	Where Place
}

// localAddress is such a port as code and settings write it: http://127.0.0.1:7671/, ('localhost', 11211), host: '127.0.0.1', port: 6379, and
// connect(6379, '127.0.0.1') as Node has it.
var localAddress = late.New(`(?:127\.0\.0\.1|localhost|\[::1\])['"]?\s*[:,]\s*(?:['"]?port['"]?\s*(?:=>|[:=])\s*)?(\d{2,5})\b|\b(?:connect|createConnection)\(\s*(\d{2,5})\s*,\s*['"](?:127\.0\.0\.1|localhost|::1)['"]`)

// insteadOf is a variable before such an address, which stands there for the case that nobody sets it.
var insteadOf = late.New(`(?:\benviron(?:\.get)?[\[(]|\b(?:get)?env\(|process\.env[.\[]|\$_(?:ENV|SERVER)\[)\s*['"]?(\w+)['"]?\s*[\])]?\s*(?:,|\|\||\?\?|\?:|\bor\b)\s*['"]?(?:\w+://)?$`)

// maxLocalCalls bounds what one app may name.
const maxLocalCalls = 20

// LocalCalls are the ports of this machine that the page named by a path, of a site's PHP, or else the service behind a hop, is told to ask.
func (f *Facts) LocalCalls(ctx context.Context, h *Hop, page string) []LocalCall {
	if h.Site.Gateway.Foreign {
		return nil
	}
	var out []LocalCall
	if h.Scheme == "fastcgi" {
		for _, c := range f.pageCode(ctx, h.Site, page) {
			out = append(out, c.localCalls(nil)...)
		}
		return out
	}
	u := f.unitBehind(ctx, h)
	if u.Name == "" || u.Contained() {
		return nil
	}
	set, whole := f.environmentOf(u) // what could not be read names nothing
	for _, one := range set {
		for _, c := range (codeText{text: one.text, bare: one.text}).localCalls(nil) {
			out = append(out, LocalCall{c.Port, one.at})
		}
	}
	slices.SortFunc(out, func(a, b LocalCall) int {
		return cmp.Or(strings.Compare(a.Where.File, b.Where.File), cmp.Compare(a.Where.Line, b.Where.Line), cmp.Compare(a.Port, b.Port))
	})
	if !whole {
		set = nil
	}
	for _, c := range f.codeOfUnit(ctx, u) {
		out = append(out, c.localCalls(set)...)
	}
	return out
}

// codeOfUnit is the code that a service is started with, as far as its user's own files may be read for him.
func (f *Facts) codeOfUnit(ctx context.Context, u Unit) []codeText {
	users, err := f.Users(ctx)
	if err != nil {
		return nil
	}
	who, known := f.unitUser(ctx, &Store{Unit: u.Name}, users)
	if !known {
		return nil
	}
	return f.Host.Root.codeOf(unitScripts(u), 0, who)
}

// pageCode is the code of the page that a site's PHP runs for a path, and of its first page, which most paths lead to.
func (f *Facts) pageCode(ctx context.Context, s *Site, page string) []codeText {
	who, known := f.codeReader(ctx, s)
	if !known || s.Root == "" || strings.Contains(s.Root, "$") {
		return nil
	}
	files := []string{path.Join(s.Root, "index.php")}
	page = withoutQuery(page)
	if file := path.Join(s.Root, path.Clean("/"+page)); strings.HasSuffix(file, ".php") {
		files = slices.Compact(append([]string{file}, files...))
	}
	return f.Host.Root.codeOf(files, 1, who)
}

// localCalls are the ports that a text names outside of its comments, where no variable tells another address; without a list of those
// that are set, any may.
func (c codeText) localCalls(set map[string]placed) []LocalCall {
	var out []LocalCall
	for _, m := range localAddress.FindAllStringSubmatchIndex(c.text, maxLocalCalls) {
		n := 2
		if m[n] < 0 {
			n = 4
		}
		port, err := strconv.Atoi(c.text[m[n]:m[n+1]])
		if err != nil || port > 65535 || c.comment(m[0]) {
			continue
		}
		v := insteadOf.FindStringSubmatch(c.text[strings.LastIndexByte(c.text[:m[0]], '\n')+1 : m[0]])
		if v == nil || set != nil && set[v[1]].text == "" {
			out = append(out, LocalCall{port, c.place(m[0])})
		}
	}
	return out
}

// comment says that a place is in a comment: it is blank, and no string is open there on its line.
func (c codeText) comment(at int) bool {
	line := c.bare[strings.LastIndexByte(c.bare[:at], '\n')+1 : at]
	quotes := strings.Count(line, "'") + strings.Count(line, `"`) + strings.Count(line, "`")
	return c.bare[at] == ' ' && quotes%2 == 0
}
