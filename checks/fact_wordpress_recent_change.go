package checks

import (
	"context"
	"fmt"
	"path"
	"time"

	"fix502/sysinfo"
)

// shortlyBefore is how long before the first failure a change is worth a look.
const shortlyBefore = 2 * time.Hour

func wordPressRecentChange() Check {
	return Check{
		ID: "wordpress-recent-change", Title: "Nothing in WordPress changed just before it broke", Topic: Platform,
		Means: `A plugin, a theme or WordPress itself was changed in the two hours before the first failure in the logs. That proves nothing, but it is the
first thing to try: rename the folder, load the page, and rename it back if nothing changed. WordPress leaves out a plugin whose folder is gone.`,
		Run: perWordPress(func(ctx context.Context, f *sysinfo.Facts, w *sysinfo.WordPress) *Finding {
			first := firstFailure(ctx, f, w.Site)
			if first.IsZero() {
				return pass(fmt.Sprintf("%s: no failure in the logs that a change could have brought", w.Site))
			}
			before := func(t time.Time) bool { return !t.After(first) && first.Sub(t) <= shortlyBefore }
			if before(w.Core) {
				found := changedBefore(w, "WordPress "+w.Version, w.Dir+"/wp-includes/version.php", w.Core, first)
				found.Fix = Fix{Title: "Compare WordPress's own files with its maker's", Risk: Low}.
					Tell("With WP-CLI, in %s: wp core verify-checksums; a file that differs was changed or not written to its end", w.Dir)
				return found
			}
			for _, e := range w.Extras { // the newest first
				if before(e.Changed) {
					found := changedBefore(w, e.Kind+" "+e.Name+" "+e.Version, e.Dir, e.Changed, first)
					found.Fix = tryWithout(e)
					return found
				}
			}
			return pass(fmt.Sprintf("%s: no plugin, theme or core file changed in the two hours before the first failure at %s", w.Site, first.Format("15:04:05")))
		}),
	}
}

func changedBefore(w *sysinfo.WordPress, what, at string, changed, first time.Time) *Finding {
	return &Finding{Status: Warn, Where: sysinfo.Place{File: at},
		Summary: fmt.Sprintf("%s: %s was changed at %s, the first failure is of %s", w.Site, what, changed.Format("2006-01-02 15:04:05"), first.Format("15:04:05")),
		Evidence: []Evidence{{Source: "ls -l " + at, Text: "changed " + changed.Format("2006-01-02 15:04:05"), Time: changed},
			{Source: "the logs", Text: "first failure " + first.Format("2006-01-02 15:04:05"), Time: first}}}
}

// guardPlugins are plugins that keep somebody out: a firewall, a second factor, a limit for logins, pages for members.
var guardPlugins = whenAsked(`(?i)secur|wordfence|sucuri|firewall|\bwaf\b|shield|cerber|ithemes|loginizer|limit-login|two-factor|2fa|captcha|antispam|defender|malcare|ninja|protect|password|member|private|restrict|access|auth|sso|paywall|coming-soon|maintenance`)

// tryWithout is the rename test.
func tryWithout(e sysinfo.Extension) Fix {
	if guardPlugins.MatchString(path.Base(e.Dir)) {
		return Fix{Title: "See what changed in this " + e.Kind, Risk: Low}.
			Tell("%s keeps visitors out of what is not theirs, so it is not renamed for a try: go back one version, or ask its maker", e.Name)
	}
	return Fix{Title: "Try without this " + e.Kind, Risk: Medium, Workaround: true, Undo: fmt.Sprintf("mv -nT %s %s", sh(e.Dir+".off"), sh(e.Dir))}.
		Do("Rename it, so that WordPress leaves it out", "mv -nT %s %s", sh(e.Dir), sh(e.Dir+".off")).
		Tell("Load the page that failed. If it works now, this %s was it: ask its maker, or go back one version", e.Kind).
		Tell("If nothing changed, undo it: mv -nT %s %s", sh(e.Dir+".off"), sh(e.Dir))
}
