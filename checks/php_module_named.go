package checks

import (
	"context"
	"strings"

	"fix502/sysinfo"
)

var undefinedName = whenAsked(`Call to undefined function \\?([a-z0-9_]+)\(|Class ["']\\?(\w+)["'] not found`)

// moduleOf are modules by the beginning of a function's or a class's name, where it is another word than the module's own.
var moduleOf = map[string]string{"token": "tokenizer", "finfo": "fileinfo", "mime": "fileinfo", "socket": "sockets", "cal": "calendar", "sem": "sysvsem", "shm": "sysvshm", "msg": "sysvmsg",
	"phardata": "phar", "xsltprocessor": "xsl", "textdomain": "gettext", "bindtextdomain": "gettext", "ngettext": "gettext", "json": "json", "simplexmlelement": "simplexml", "sqlite3": "sqlite3"}

// moduleNamed is the module whose name an undefined function begins with (ctype_alpha) or a class has, where it is installed for the
// PHP that serves the site. Of what is not installed nobody knows by the name alone whether it is PHP's or the site's own.
func moduleNamed(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, text string) string {
	m := undefinedName.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	word, _, _ := strings.Cut(strings.ToLower(m[1]+m[2]), "_")
	if other := moduleOf[word]; other != "" {
		word = other
	}
	for _, p := range fpmOf(ctx, f, s) {
		if p.Number != "" && p.Layout == "debian" && f.Host.Root.Exists("/etc/php/"+p.Number+"/mods-available/"+word+".ini") {
			links, _ := f.Host.Root.Glob(p.IniDir + "/*-" + word + ".ini") // none is what is asked
			if len(links) == 0 {
				return word
			}
		}
	}
	return ""
}
