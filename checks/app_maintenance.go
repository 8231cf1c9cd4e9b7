package checks

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"

	"fix502/sysinfo"
)

var (
	// closedSetting is a variable that switches an app to maintenance, in an environment file.
	closedSetting = whenAsked(`^\s*(?:export\s+)?(\w*(?i:MAINTENANCE|MAINT_MODE|UNDER_CONSTRUCTION)\w*)=(["']?)(\w+)(["']?)\s*$`)
	saysClosed    = whenAsked(`(?i)maintenance|back soon|be right back`)
)

// openWords are what switches off what another word switched on.
var openWords = map[string]string{"on": "off", "true": "false", "1": "0", "yes": "no", "enabled": "disabled", "On": "Off", "True": "False", "Yes": "No", "ON": "OFF", "TRUE": "FALSE", "YES": "NO"}

// closedBySetting: the app answers that it is in maintenance, and a variable of its environment files says so, too.
func closedBySetting(f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) bool {
	a := l.answer
	if u.Name == "" || a.Status != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" && !saysClosed.Match(a.Body) {
		return false
	}
	for _, s := range settingFiles(f, u) {
		b, err := f.Host.Root.ReadFile(s.name)
		if err != nil || len(b) > 64<<10 || !onlyRoots(f.Host.Root, s.name) {
			continue
		}
		for n, line := range bytes.Split(b, []byte("\n")) {
			m := closedSetting.FindStringSubmatch(string(line))
			if m == nil || openWords[m[3]] == "" {
				continue
			}
			at := sysinfo.Place{File: s.name, Line: n + 1}
			off := m[1] + "=" + m[2] + openWords[m[3]] + m[4]
			found.Where = at
			found.Summary += fmt.Sprintf(": %s says %s", s.name, strings.TrimSpace(string(line)))
			found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
			x := Fix{Title: "Switch the app on again", Risk: Low, Undo: setLine(f.Host.Root, at, string(line)) + "; " + u.Command("restart")}
			x = x.Tell("Make sure that nobody is at work on the site right now").Do("Switch it off", "%s", setLine(f.Host.Root, at, off))
			found.Fix = x.Do("The app has its environment from its start", "%s && sleep 2", anew(u))
			return true
		}
	}
	return false
}
