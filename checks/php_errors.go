package checks

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// phpError is a check on errors of PHP code: a 500 for visitors, never a 502. It is the cause only of what the page
// that was asked for shows at this moment; elsewhere it is worth a warning.
func phpError(kinds []errlog.Kind, judge func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken) *Finding) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
		line, ok := says(ctx, f, s, kinds...)
		if !ok {
			return nil
		}
		found := judge(ctx, f, s, line)
		if found == nil {
			return nil
		}
		found.Status = Warn
		if first := f.Answers(ctx, s); line.now && len(first) > 0 && first[0].Status == 500 && line.URI == first[0].Question.URI {
			found.Status = Fail
		}
		found.Evidence = append([]Evidence{quoteLine(line.LogLine)}, found.Evidence...)
		if _, at := phpSays(line.Text); at.Known() && !found.Where.Known() {
			found.Where = at
		}
		return found
	})
}

var phpFatalLine = regexp.MustCompile(`PHP (?:Fatal|Parse) error: +(.+?) in (/[^:"]+?)(?::| on line )(\d+)`)

// phpSays is the error of a line and the place in the code that it names.
func phpSays(text string) (string, sysinfo.Place) {
	m := phpFatalLine.FindStringSubmatch(text)
	if m == nil {
		return "", sysinfo.Place{}
	}
	n, _ := strconv.Atoi(m[3])
	return strings.TrimPrefix(m[1], "Uncaught "), sysinfo.Place{File: m[2], Line: n}
}

// phpFatal500: the page's own code fails; visitors see 500.
func phpFatal500() Check {
	return Check{
		ID: "php-fatal-500", Title: "The site's PHP code runs", Topic: Platform,
		After: []ID{"mysql-down", "mysql-too-many-connections", "php-extension-missing", "php-max-execution-time"},
		Means: `PHP's own errors, an uncaught exception, a missing function, not enough memory by memory_limit, are a 500 for visitors, never a 502: PHP
did answer. The line names file and line of the code. A plugin or theme that was updated lately is the usual reason; a white page without
text means that errors are not displayed, and that is right on a public site.`,
		Run: phpError([]errlog.Kind{errlog.PHPFatal, errlog.PHPMemory}, func(_ context.Context, _ *sysinfo.Facts, _ *sysinfo.Site, line spoken) *Finding {
			x := Fix{Title: "Mend the code that the line names", Risk: Low}.Tell("The line names file and line. If it lies in wp-content/plugins/NAME or themes/NAME: rename that folder, look whether the page works, rename it back, and update or replace it")
			if line.Kind == errlog.PHPMemory {
				x = Fix{Title: "Find what needs so much memory, or allow it more", Risk: Low}.Tell("Allowed memory size is memory_limit of php.ini or the pool; in WordPress define('WP_MEMORY_LIMIT', '256M') in wp-config.php, above the line 'stop editing'. Times pm.max_children it must still fit the machine")
			}
			found := &Finding{Confidence: 0.9, Summary: "PHP code fails with a fatal error: visitors see 500, not 502", Fix: x}
			if says, _ := phpSays(line.Text); says != "" {
				found.Summary = fmt.Sprintf("PHP code fails, and visitors see 500, not 502: %s", shorten(says))
			}
			return found
		}),
	}
}

// phpMaxExecutionTime: PHP ends a script that computes for too long.
func phpMaxExecutionTime() Check {
	return Check{
		ID: "php-max-execution-time", Title: "No script runs into PHP's time limit", Topic: Platform,
		Means: `max_execution_time ends a script that computes for longer, with a fatal error: a 500 for visitors. On Linux only the script's own computing
counts, not the time it sleeps or waits for a database, so a slow query ends as the gateway's 504 instead.`,
		Run: phpError([]errlog.Kind{errlog.PHPMaxTime}, func(_ context.Context, _ *sysinfo.Facts, _ *sysinfo.Site, _ spoken) *Finding {
			return &Finding{Confidence: 0.9, Summary: "a script computed for longer than max_execution_time: visitors see 500",
				Fix: Fix{Title: "Let the script do less at a time", Risk: Low}.Tell("The line names the script. Move long work to a job that runs in the background; raise max_execution_time only for it, and keep it below the gateway's read timeout")}
		}),
	}
}

// phpExtensionMissing: an extension is gone after an upgrade.
func phpExtensionMissing() Check {
	return Check{
		ID: "php-extension-missing", Title: "PHP has the extensions its code calls", Topic: Platform,
		Means: `After a change of PHP's version an extension may be missing: PHP-FPM starts all the same, and pages that call it fail with "undefined function"
or "class not found", a 500. Install the same extensions for the version that runs now.`,
		Run: phpError([]errlog.Kind{errlog.PHPFatal, errlog.PHPExtension}, func(ctx context.Context, f *sysinfo.Facts, _ *sysinfo.Site, line spoken) *Finding {
			ext := extensionOf(line.Text)
			if ext == "" {
				return nil
			}
			x := Fix{Title: "Install the extension " + ext, Risk: Low}
			for _, p := range fpmRunning(ctx, f) {
				if p.Number != "" && p.Layout == "debian" {
					x = fpmRestart(p, x.Do("For the version that runs", "apt-get install -y php%s-%s", p.Number, ext))
				}
			}
			return &Finding{Confidence: 0.9, Summary: fmt.Sprintf("PHP code calls %s, and the extension is not there: visitors see 500", ext), Fix: x}
		}),
	}
}

// extensionOf guesses the extension from the function or class that is undefined.
func extensionOf(text string) string {
	for word, ext := range map[string]string{"mysqli_": "mysql", "mysqli": "mysql", "mb_": "mbstring", "curl_": "curl", "imagecreate": "gd", "simplexml_": "xml", "DOMDocument": "xml", "ZipArchive": "zip",
		"IntlDateFormatter": "intl", "NumberFormatter": "intl", "bcadd": "bcmath", "Redis": "redis", "Memcached": "memcached", "SoapClient": "soap", "Imagick": "imagick", "pg_connect": "pgsql", "ldap_connect": "ldap"} {
		if strings.Contains(text, "undefined function "+word) || strings.Contains(text, `Class "`+word) || strings.Contains(text, "Class '"+word) {
			return ext
		}
	}
	return ""
}
