package checks

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

var (
	localeRefused = whenAsked(`unsupported locale setting|cannot change locale|[Ss]etting locale failed|locale::facet::_S_create_c_locale|could not set the locale`)
	localeSet     = whenAsked(`(?:^|[\s"'=])(LC_ALL|LC_CTYPE|LC_MESSAGES|LANG)=["']?([A-Za-z][\w.@-]*)`)
	zoneRefused   = whenAsked(`(?:No time zone found with key |UnknownTimeZoneError: |Invalid time zone specified: |Invalid identifier: |[Uu]nknown time ?zone:? ?)['"]?([A-Za-z]+/[\w/+-]+)`)
)

// localeUnknown: the app's environment names a locale that this machine never made (locale-gen(8)). C.UTF-8 is a part of every glibc since 2.35, and of
// Debian's long before.
func localeUnknown(ctx context.Context, f *sysinfo.Facts, _ *live, u sysinfo.Unit, found *Finding) bool {
	said := saidNow(ctx, f, u, localeRefused)
	w, ok := inEnvironment(f, u, localeSet)
	if said == nil || !ok || strings.HasPrefix(w.match[2], "C") {
		return false
	}
	r, name := f.Host.Root, w.match[2]
	found.Where, found.Confidence = w.place, 0.95
	found.Summary += fmt.Sprintf("; %s names the locale %s, which this machine does not have", w.match[1], name)
	found.Evidence = append(found.Evidence, lineOf(r, w.place))
	x := Fix{Title: "Make the locale that the app asks for", Risk: Low}
	const list = "/etc/locale.gen"
	offered := regexp.MustCompile(`(?m)^#? *` + regexp.QuoteMeta(name) + ` `)
	b, err := r.ReadFile(list)
	if err == nil && offered.Match(b) && (r.Exists("/usr/sbin/locale-gen") || r.Exists("/sbin/locale-gen")) {
		x.Undo = fmt.Sprintf("sed -i 's/^%s /# &/' %s && locale-gen", name, list)
		found.Fix = x.Do("Choose it among those that are made, and make it", "sed -i 's/^# *%s /%s /' %s && locale-gen", name, name, list)
		return true
	}
	line := configLine(r, w.place)
	if strings.Count(line, name) != 1 {
		found.Fix = x.Tell("Make it (locale-gen %s, of the package locales), or name C.UTF-8 at %s, which is everywhere", name, w.place)
		return true
	}
	x.Title, x.Undo = "Name a locale that is there", setLine(r, w.place, line)
	x = x.Do("C.UTF-8 is a part of the system; dates and sorting are plain in it", "%s", replace(r, w.place, name, "C.UTF-8"))
	if w.unit && u.Manager == "" {
		x.Undo += "; systemctl daemon-reload"
		x = daemonReload(x)
	}
	found.Fix = x.Tell("To have %s: install the package locales, then locale-gen %s", name, name)
	return true
}

// zoneUnknown: the app's environment names a time zone that the tables of this machine do not have.
func zoneUnknown(ctx context.Context, f *sysinfo.Facts, _ *live, u sysinfo.Unit, found *Finding) bool {
	said := saidNow(ctx, f, u, zoneRefused)
	if said == nil {
		return false
	}
	const tables = "/usr/share/zoneinfo"
	r, name := f.Host.Root, zoneRefused.FindStringSubmatch(said.Text)[1]
	w, ok := inEnvironment(f, u, regexp.MustCompile(`(?:^|[\s"'=])\w+=["']?(`+regexp.QuoteMeta(name)+`)(?:["'\s]|$)`))
	if !r.Exists(tables) {
		found.Summary += "; the tables of time zones (" + tables + ") are not there"
		found.Fix = Fix{Title: "Install the tables of time zones", Risk: Low}.Do("They are a package of the system", "apt-get install --reinstall -y tzdata")
		return true
	}
	if !ok || r.Exists(path.Join(tables, name)) {
		return false
	}
	found.Where, found.Confidence = w.place, 0.95
	found.Summary += fmt.Sprintf("; there is no time zone %s in %s", name, tables)
	found.Evidence = append(found.Evidence, lineOf(r, w.place))
	names, _ := r.ReadDir(path.Join(tables, path.Dir(name))) // a region that is none has none
	near := spelling.Closest(path.Base(name), names)
	x := Fix{Title: "Name a time zone that is there", Risk: Low}
	line := configLine(r, w.place)
	if near == "" || strings.Count(line, name) != 1 {
		found.Fix = x.Tell("Correct %s at %s: timedatectl list-timezones has all of them", name, w.place)
		return true
	}
	right := path.Join(path.Dir(name), near)
	x.Undo = setLine(r, w.place, line)
	x = x.Do("Its name is "+right, "%s", replace(r, w.place, name, right))
	if w.unit && u.Manager == "" {
		x.Undo += "; systemctl daemon-reload"
		x = daemonReload(x)
	}
	found.Fix = x
	return true
}

// elsewhereInstalled says where a Python module lies that the app does not find: an upgrade of Python leaves what pip installed with the version before.
func elsewhereInstalled(r sysinfo.Root, module string) string {
	top, _, _ := strings.Cut(module, ".")
	for _, dir := range []string{"/usr/local/lib/python3*/dist-packages/", "/usr/local/lib/python3*/site-packages/", "/usr/lib/python3*/site-packages/"} {
		if found, err := r.Glob(dir + top); err == nil && len(found) > 0 {
			return " (it was installed for another Python: " + found[0] + ")"
		}
	}
	return ""
}
