package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

var socketVersion = whenAsked(`php-?(\d)\.?(\d)`)

// upgraded is the PHP version in a socket's path, when no such PHP-FPM is installed to run.
func upgraded(ctx context.Context, f *sysinfo.Facts, l *live) string {
	m := socketVersion.FindStringSubmatch(l.Unix)
	if m == nil {
		return ""
	}
	version := m[1] + "." + m[2]
	all, _ := f.FPM(ctx) // none installed: then none of that version either
	for _, p := range all {
		if (p.Number == version || p.Number == m[1]+m[2]) && p.Binary != "" {
			return ""
		}
	}
	if len(all) == 0 || !wasInstalled(f, version) {
		return ""
	}
	return version
}

// wasInstalled looks for what a removed PHP leaves behind.
func wasInstalled(f *sysinfo.Facts, version string) bool {
	for _, name := range []string{"/etc/php/" + version, "/var/lib/php/modules/" + version, "/etc/php" + strings.ReplaceAll(version, ".", "")} {
		if f.Host.Root.Exists(name) {
			return true
		}
	}
	return upgradeLine(f, version).Text != ""
}

// upgradeLine is the package manager's line about that version.
func upgradeLine(f *sysinfo.Facts, version string) Evidence {
	for _, log := range []string{"/var/log/dpkg.log", "/var/log/dpkg.log.1", "/var/log/apt/history.log", "/var/log/dnf.rpm.log", "/var/log/apk.log"} {
		var at sysinfo.Place
		last := ""
		for p, line := range linesIn(f.Host.Root, log) {
			low := strings.ToLower(line)
			if strings.Contains(line, "php"+version) && (strings.Contains(low, "remove") || strings.Contains(low, "purge") || strings.Contains(low, "upgrade")) {
				at, last = p, strings.TrimSpace(line)
			}
		}
		if last != "" {
			return Evidence{Source: at.String(), Text: last}
		}
	}
	return Evidence{}
}

// phpVersionUpgraded: the path names a PHP version that is no longer here.
func phpVersionUpgraded() Check {
	return Check{
		ID: "php-version-upgraded", Title: "Sites use a PHP version that is installed", Topic: Platform,
		Means: `An upgrade replaced the old PHP by a new one, and the site's configuration still names the old version's socket. The new PHP-FPM runs
and listens under its own name. Point the site to the new socket, and make sure that every extension the site needs is installed for the
new version as well, or the 502 turns into a 500.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if l.Unix == "" || !stranded(ctx, f, l) {
				return nil
			}
			version := upgraded(ctx, f, l)
			c, ok := nearest(ctx, f, l)
			if version == "" || !ok {
				return nil
			}
			found := mismatch(ctx, f, l, c, fmt.Sprintf("the site asks for PHP %s, which is not installed any more; %s took its place", version, c.fpm.Name()))
			if e := upgradeLine(f, version); e.Text != "" {
				found.Evidence = append(found.Evidence, e)
			}
			found.Fix = found.Fix.Tell("Compare the extensions: %s -m must list what the site used before (mysqli, gd, mbstring …); install what is missing as php%s-NAME", path.Base(c.fpm.Binary), c.fpm.Number)
			return found
		}),
	}
}
