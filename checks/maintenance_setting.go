package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// selfClosings are the settings by which applications close themselves with a 503, and their own command that opens them again (Nextcloud and
// ownCloud: admin manual, "occ maintenance commands"; Joomla: CLI, "site:up").
func selfClosings() []selfClosing {
	return []selfClosing{
		{"Nextcloud", "config/config.php", closedCloud, "occ", "maintenance:mode --off", "maintenance:mode --on"},
		{"Joomla", "configuration.php", closedJoomla, "cli/joomla.php", "site:up", "site:down"},
	}
}

type selfClosing struct {
	app, file string
	line      pattern
	tool      string
	open      string
	shut      string
}

var (
	closedCloud  = whenAsked(`^\s*['"]maintenance['"]\s*=>\s*true\b`)
	closedJoomla = whenAsked(`^\s*public\s+\$offline\s*=\s*(?:true|1|'1'|"1")\s*;`)
)

// closedInSettings finds such a line in the settings of a site that answers 503.
func closedInSettings(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	if s.Root == "" || strings.Contains(s.Root, "$") {
		return nil
	}
	for _, c := range selfClosings() {
		tool := path.Join(s.Root, c.tool)
		if !s.Gateway.Root.Exists(tool) {
			continue
		}
		for at, line := range linesIn(s.Gateway.Root, path.Join(s.Root, c.file)) {
			if c.line.MatchString(line) {
				return c.finding(ctx, f, s, at, tool)
			}
		}
	}
	return nil
}

func (c selfClosing) finding(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, at sysinfo.Place, tool string) *Finding {
	found := &Finding{Status: Fail, Confidence: 0.97, Where: at, Summary: fmt.Sprintf("%s is in maintenance: %s says so", c.app, at),
		Evidence: []Evidence{lineOf(s.Gateway.Root, at), {Source: "GET /", Text: "503"}}}
	x := Fix{Title: "Finish the update, then open the site", Risk: Low}.Tell("Make sure that no update or backup is running right now (ps aux | grep -e occ -e joomla)")
	who := ""
	if i, err := s.Gateway.Root.Stat(at.File); err == nil {
		if users, err := f.Users(ctx); err == nil {
			who = users.Name(i.UID)
			if _, known := users.Creds(who); !known {
				who = ""
			}
		}
	}
	if who == "" || who == "root" || s.Gateway.Foreign || !f.Host.Root.Exists("/usr/bin/php") { // its code is its user's, and nothing for root to run
		found.Fix = x.Tell("Open it with its own command, as the user whose %s is: php %s %s", at.File, tool, c.open)
		return found
	}
	// its code may be anybody's by now: without a terminal it cannot type root's next command (ioctl_tty(2), TIOCSTI)
	run := fmt.Sprintf("setsid -w runuser -u %s -- /usr/bin/php %s ", sh(who), sh(tool))
	x.Undo = run + c.shut
	found.Fix = x.Do("Open it, by its own command and as its own user", "%s%s", run, c.open)
	return found
}
