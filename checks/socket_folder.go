package checks

import (
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// folderFix opens one folder for searching, to the gateway's user alone where others keep their files in it too.
func folderFix(d sysinfo.Info, who string) Fix {
	if inside(d.Path, "/run/user") { // a person's own, with her keys and buses in it, and made anew at her login (pam_systemd(8))
		return Fix{Title: "Let " + who + " pass through " + d.Path, Risk: Medium, Workaround: true, Undo: fmt.Sprintf("setfacl -x u:%s %s", sh(who), sh(d.Path))}.
			Do("Allow passing through, not listing, for the gateway's user only, until the folder is made anew", "setfacl -m u:%s:x %s", sh(who), sh(d.Path)).
			Tell("Better: let the app make its socket in a folder of its own outside of /run/user, or listen on a port of 127.0.0.1, and name that in the gateway's line")
	}
	later := "Better in the long run: let the app create its socket under /run (RuntimeDirectory= in its unit) instead of a folder that is closed"
	if strings.HasPrefix(d.Path, "/run/") || strings.HasPrefix(d.Path, "/var/run/") {
		later = "If it is closed again after a boot or restart, the line that creates it is wrong: look in /etc/tmpfiles.d and at RuntimeDirectoryMode= of the unit"
		if d.UID == 0 {
			return Fix{Title: "Let " + who + " enter " + d.Path, Risk: Low, Undo: fmt.Sprintf("chmod %04o %s", d.Mode.Perm(), sh(d.Path))}.
				Do("Give folders of root's under /run the mode they are meant to have", "chmod 0755 %s", sh(d.Path)).Tell("%s", later)
		}
	} // an app's own may be closed for the sockets in it, which are often open to all who get there
	return Fix{Title: "Let " + who + " pass through " + d.Path, Risk: Low, Undo: fmt.Sprintf("setfacl -x u:%s %s || chmod o-x %s", sh(who), sh(d.Path), sh(d.Path))}.
		Do("Allow passing through, not listing, for the gateway's user only", "setfacl -m u:%s:x %s || chmod o+x %s", sh(who), sh(d.Path), sh(d.Path)).Tell("%s", later)
}
