package checks

import (
	"fmt"
	"net/http"
	"path"
	"strings"

	"fix502/sysinfo"
)

var (
	// closedSetting is a variable that switches an app to maintenance, in an environment file or in a unit: not one that says who may come in
	// meanwhile, or what visitors read.
	closedSetting = whenAsked(`(?i)(?:^|[\s"'=,])(\w*(?:MAINTENANCE|MAINT|UNDER_CONSTRUCTION)(?:_MODE|_ENABLED|_ACTIVE|_ON)?=["']?)(on|off|true|false|1|0|yes|no|enabled|disabled)(?:["'\s,]|$)`)
	saysClosed    = whenAsked(`(?i)maintenance|back soon|be right back`)
)

// openWords are what switches off what another word switched on.
var openWords = map[string]string{"on": "off", "true": "false", "1": "0", "yes": "no", "enabled": "disabled"}

// closedBySetting: the app answers that it is in maintenance, and a variable of its environment says so, too.
func closedBySetting(f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) bool {
	a, root := l.answer, f.Host.Root
	if u.Name == "" || a.Status != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" && !saysClosed.Match(a.Body) {
		return false
	}
	w, ok := inEnvironment(f, u, closedSetting)
	if !ok && scriptFolder(u) != "" {
		w, ok = lastLineWith(f, path.Join("/", scriptFolder(u), ".env"), closedSetting, "#")
	}
	if !ok || openWords[strings.ToLower(w.match[2])] == "" {
		return false
	}
	on, off := w.match[1]+w.match[2], w.match[1]+openWords[strings.ToLower(w.match[2])]
	plain := strings.NewReplacer(`"`, "", "'", "").Replace(on)
	found.Where = w.place
	found.Summary += fmt.Sprintf(": %s says %s", w.place.File, plain)
	found.Evidence = append(found.Evidence, Evidence{Source: w.place.String(), Text: plain})
	x := Fix{Title: "Switch the app on again", Risk: Low}
	x = x.Tell("Make sure that nobody is at work on the site right now")
	if !onlyRoots(root, w.place.File) {
		found.Fix = x.Tell("Set it to %s at %s, then restart %s", openWords[strings.ToLower(w.match[2])], w.place, unitWord(u.Name))
		return true
	}
	x = x.Do("Switch it off", "%s", replace(root, w.place, on, off))
	x.Undo = replace(root, w.place, off, on) + "; "
	if w.unit {
		x = daemonReload(x)
		x.Undo += "systemctl daemon-reload; "
	}
	x.Undo += u.Command("restart")
	found.Fix = asKept(u, x.Do("The app has its environment from its start", "%s && sleep 2", anew(u)))
	return true
}
