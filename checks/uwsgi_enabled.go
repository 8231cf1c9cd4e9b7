package checks

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// uwsgiEnds is what uWSGI, or the app, says before it gives up at its start (core/uwsgi.c, core/init.c).
var uwsgiEnds = whenAsked(`GAME OVER|Listen queue size is greater|^(?:\w+\.)*\w*(?:Error|Exception)\b|(?i)unable to |cannot |no such file|permission denied`)

// uwsgiPlugins is where Debian's packages put the plugins.
const uwsgiPlugins = "/usr/lib/uwsgi/plugins"

// uwsgiEnabled is an app of Debian's uwsgi service that is linked into apps-enabled and does not run. The service is an init script, which says
// "failed" of all its apps together: the reason stands in the app's own log (/usr/share/uwsgi/conf/default.ini).
func uwsgiEnabled(ctx context.Context, f *sysinfo.Facts, l *live, out *Finding) bool {
	const enabled = "/etc/uwsgi/apps-enabled"
	file := cmp.Or(uwsgiByName(f, l, enabled), vassalOf(f.Host.Root, l, enabled))
	u, ok := f.Unit(ctx, "uwsgi.service")
	if file == "" || !ok || !u.SysV() {
		return false
	}
	name := strings.TrimSuffix(path.Base(file), path.Ext(file))
	out.Where = sysinfo.Place{File: realFile(f.Host.Root, file)}
	out.Summary = fmt.Sprintf("uwsgi does not run the app %s", name)
	out.Evidence = append(out.Evidence, unitSays(u))
	if u.Active == "inactive" {
		out.Fix = startUnit(u)
		return true
	}
	last := uwsgiLastWord(f, "/var/log/uwsgi/app/"+name+".log")
	if last.Text != "" {
		out.Summary += ": " + last.Text
		out.Evidence = append(out.Evidence, last)
	}
	if enabledQueue(f, out, name, last) || nameEnabledPlugin(f, l, out, name) {
		return true
	}
	out.Fix = Fix{Title: "Repair the app, then start uwsgi", Risk: Medium}.
		Tell("Read what it says of its last start, in /var/log/uwsgi/app/%s.log, and correct %s or the app", name, out.Where.File).
		Do("Start uwsgi again; without the repair it fails again", "systemctl restart uwsgi && sleep 2")
	mendEnabled(ctx, f, l, u, out, name)
	return true
}

// mendEnabled looks for the line that the app's log complains of, as for any other uWSGI.
func mendEnabled(ctx context.Context, f *sysinfo.Facts, l *live, keeper sysinfo.Unit, out *Finding, name string) {
	app := vassal(f, keeper, out.Where.File)
	app.LogFile = "/var/log/uwsgi/app/" + name + ".log"
	app.Exec += " --daemonize " + app.LogFile
	if app.User == "" {
		app.User, app.Group = "www-data", "www-data" // the package's default.ini
	}
	a := absence{f: f, l: l, app: sysinfo.App{Unit: app}, found: out}
	if !a.settings(ctx) {
		explainDown(ctx, f, l, app, out)
	}
}

// nameEnabledPlugin names the plugin that is here in the place of one that is not: uWSGI looks for it before it opens the log, and says nothing there.
func nameEnabledPlugin(f *sysinfo.Facts, l *live, out *Finding, name string) bool {
	w, ok := lastLineWith(f, out.Where.File, pluginLine, "#", ";")
	if !ok || !f.Host.Root.Exists(uwsgiPlugins) {
		return false
	}
	for _, wrong := range strings.FieldsFunc(w.match[1], func(r rune) bool { return r == ',' || r == ' ' }) {
		right := pluginHere(f, l, sysinfo.Unit{}, wrong)
		if right == "" || f.Host.Root.Exists(path.Join(uwsgiPlugins, wrong+"_plugin.so")) {
			continue
		}
		out.Where = w.place
		out.Summary = fmt.Sprintf("uwsgi has no plugin %s here, and does not run the app %s", wrong, name)
		out.Evidence = append(out.Evidence, lineOf(f.Host.Root, w.place))
		out.Fix = Fix{Title: "Name the plugin that is here", Risk: Low, Undo: setLine(f.Host.Root, w.place, configLine(f.Host.Root, w.place))}.
			Do("Name "+right, "%s", replace(f.Host.Root, w.place, wrong, right)).
			Do("Start uwsgi with it", "systemctl restart uwsgi && sleep 2")
		return true
	}
	return false
}

// uwsgiLastWord is the reason that an app's log gives at the end of its last start.
func uwsgiLastWord(f *sysinfo.Facts, log string) (last Evidence) {
	text, _ := f.Host.Root.Tail(log, 16<<10) // without it there is still the app's file
	for line := range strings.Lines(text) {
		_, said, dated := strings.Cut(strings.TrimSpace(line), " - ")
		if !dated {
			said = strings.TrimSpace(line)
		}
		if strings.Contains(said, "*** Starting uWSGI") {
			last = Evidence{}
		} else if uwsgiEnds.MatchString(said) && (last.Text == "" || !strings.Contains(said, "GAME OVER")) {
			last = Evidence{Source: log, Text: strings.Trim(said, "* ")}
		}
	}
	return last
}
