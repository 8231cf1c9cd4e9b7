package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

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
