package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

var (
	pluginMissing = whenAsked(`UNABLE to load uWSGI plugin: \S*?([\w.-]+)_plugin\.so`)
	pluginLine    = whenAsked(`^\s*plugins?\s*[=:]\s*(.*)$`)
	pluginFlag    = whenAsked(`--plugins?[= ](\S+)`)
)

// uwsgiPlugin: uWSGI runs without the plugin for the app's language, and so without the app: it answers no request at all.
// Debian's uWSGI has each language in a plugin of its own, and an upgrade of Python renames it.
func uwsgiPlugin(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	u := appUnit(ctx, f, l)
	if u.Name == "" || !strings.Contains(u.Exec, "uwsgi") {
		return nil
	}
	lines, err := f.Words(ctx, u) // Debian's uWSGI has a log for each of its apps
	if err != nil {
		return nil
	}
	var none, missing, early *sysinfo.JournalLine // plugins are loaded before uWSGI says that it starts
	for i := range lines {
		switch text := lines[i].Text; {
		case strings.Contains(text, "*** Starting uWSGI"):
			none, missing, early = nil, early, nil
		case strings.Contains(text, "unavailable modifier requested: 0"):
			none = &lines[i]
		case pluginMissing.MatchString(text):
			early = &lines[i]
		}
	}
	if none == nil {
		return uwsgiModifier(ctx, f, l, u, lines)
	}
	found := &Finding{Confidence: 0.96, Where: execPlace(f, u), Summary: "uWSGI runs without the plugin for the app's language, and answers nothing",
		Evidence: []Evidence{{Source: none.Source, Text: strings.TrimSpace(none.Text), Time: none.Time}, passLine(l)}}
	wrong := ""
	if missing != nil {
		wrong = pluginMissing.FindStringSubmatch(missing.Text)[1]
		found.Summary = fmt.Sprintf("uWSGI has no plugin %s here: it runs without the app, and answers nothing", wrong)
		found.Evidence = append([]Evidence{{Source: missing.Source, Text: strings.TrimSpace(missing.Text), Time: missing.Time}}, found.Evidence...)
	}
	setPlugin(f, l, u, found, wrong)
	return found
}

// setPlugin names the plugin that is here where a wrong one is named, or none.
func setPlugin(f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding, wrong string) {
	x := Fix{Title: "Name the plugin that is here", Risk: Low}
	right := pluginHere(f, l, u, wrong)
	if right == "" {
		found.Fix = x.Tell("Install uWSGI's plugin for the app's language (uwsgi-plugin-python3 for Python), and name it in the app's file: plugins = python3")
		return
	}
	root := f.Host.Root
	key := "plugins"
	for _, file := range uwsgiFiles(f, l, u) {
		if w, ok := lastLineWith(f, file, pluginLine, "#", ";"); ok && wrong != "" && strings.Contains(w.match[1], wrong) {
			found.Where = w.place
			found.Evidence = append(found.Evidence, lineOf(root, w.place))
			x.Undo = setLine(root, w.place, configLine(root, w.place))
			x = x.Do("Name "+right, "%s", replace(root, w.place, wrong, right))
			found.Fix = x.Do("Start the app with it", "%s && sleep 2", anew(u))
			return
		}
	}
	if w, ok := inCommand(f, u, pluginFlag); ok && wrong != "" && strings.Contains(w.match[1], wrong) {
		found.Where = w.place
		x.Undo = setLine(root, w.place, configLine(root, w.place))
		x = asKept(u, daemonReload(x.Do("Name "+right, "%s", replace(root, w.place, w.match[0], strings.Replace(w.match[0], wrong, right, 1)))))
		found.Fix = x.Do("Start the app with it", "%s && sleep 2", anew(u))
		return
	}
	if w, ok := inCommand(f, u, pluginFlag); ok {
		key = strings.TrimLeft(strings.FieldsFunc(w.match[0], func(r rune) bool { return r == '=' || r == ' ' })[0], "-")
	}
	var at sysinfo.Place
	x, at = uwsgiSet(f, l, u, x, "Load "+right, key, right)
	if at.Known() {
		found.Where = at
	}
	found.Fix = x.Do("Start the app with it", "%s && sleep 2", anew(u))
}

var pythonish = whenAsked(`(?m)^\s*(wsgi-file|module|wsgi|mount|virtualenv|venv|home|pyhome|python-path)\s*[=:]|--(wsgi|module|wsgi-file|virtualenv|venv)\b`)

// pluginHere is the installed plugin that is meant: of the same language as the wrong one, or of the app's own.
func pluginHere(f *sysinfo.Facts, l *live, u sysinfo.Unit, wrong string) string {
	language := strings.TrimRight(wrong, "0123456789.")
	if wrong == "" {
		text := u.Exec
		for _, file := range uwsgiFiles(f, l, u) {
			b, _ := f.Host.Root.ReadFile(file) // uwsgiFiles has seen it
			text += "\n" + string(b)
		}
		if pythonish.MatchString(text) {
			language = "python"
		}
	}
	if language == "" {
		return ""
	}
	best := ""
	for _, dir := range []string{"/usr/lib/uwsgi/plugins", "/usr/lib64/uwsgi", "/usr/lib/uwsgi"} {
		names, _ := f.Host.Root.ReadDir(dir) // not here: elsewhere
		for _, name := range names {
			plugin, ok := strings.CutSuffix(path.Base(name), "_plugin.so")
			if ok && plugin != wrong && strings.TrimRight(plugin, "0123456789.") == language && (best == "" || len(plugin) < len(best)) {
				best = plugin // python3 outlives python311
			}
		}
	}
	return best
}
