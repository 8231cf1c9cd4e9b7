package checks

import (
	"context"
	"fmt"
	"slices"
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
		Run: phpError([]errlog.Kind{errlog.PHPFatal, errlog.PHPExtension}, func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken) *Finding {
			if found := otherModules(ctx, f, s, line); found != nil {
				return found
			}
			if found := unloadedModule(ctx, f, s, line.own()); found != nil {
				return found
			}
			ext := extensionOf(line.own())
			if ext == "" {
				ext = moduleNamed(ctx, f, s, line.own())
			}
			if ext == "" {
				return nil
			}
			if found := switchedOff(ctx, f, s, ext); found != nil {
				return found
			}
			if loadsExtension(ctx, f, s, ext) {
				return nil // it is there: the code calls what no version of it has
			}
			x := Fix{Title: "Install the extension " + ext, Risk: Low}
			for _, p := range fpmOf(ctx, f, s) {
				if p.Number != "" && p.Layout == "debian" {
					x = fpmRestart(p, x.Do("For the version that runs", "apt-get install -y php%s-%s", p.Number, ext))
				}
			}
			return &Finding{Confidence: 0.9, Summary: fmt.Sprintf("PHP code calls %s, and the extension is not there: visitors see 500", ext), Fix: x}
		}),
	}
}

// modulesOf are the modules of a package that holds several; of all others it is the one of its name.
var modulesOf = map[string][]string{"mysql": {"mysqlnd", "mysqli", "pdo_mysql"}, "pgsql": {"pgsql", "pdo_pgsql"}, "xml": {"xml", "dom", "simplexml", "xmlreader", "xmlwriter", "xsl"}}

// switchedOff: the extension is installed for the version that runs, and PHP-FPM does not load it: phpdismod(8) took its link away.
func switchedOff(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, ext string) *Finding {
	for _, p := range fpmOf(ctx, f, s) {
		if p.Number == "" || p.Layout != "debian" || p.IniDir == "" {
			continue
		}
		var off []string
		for _, m := range phpModules(ext) {
			links, _ := f.Host.Root.Glob(p.IniDir + "/*-" + m + ".ini") // none is what is asked
			if f.Host.Root.Exists("/etc/php/"+p.Number+"/mods-available/"+m+".ini") && len(links) == 0 {
				off = append(off, m)
			}
		}
		if len(off) == 0 {
			continue
		}
		at := sysinfo.Place{File: "/etc/php/" + p.Number + "/mods-available/" + off[0] + ".ini"}
		words := strings.Join(off, " ")
		x := Fix{Title: "Switch the extension on again", Risk: Low, Undo: fmt.Sprintf("phpdismod -v %s -s fpm %s", p.Number, words)}
		x = x.Do("It is installed, and PHP-FPM does not load it", "phpenmod -v %s -s fpm %s", p.Number, words)
		return &Finding{Confidence: 0.93, Where: at, Summary: fmt.Sprintf("PHP code calls %s, and the extension is switched off: visitors see 500", ext),
			Evidence: []Evidence{{Source: "ls " + p.IniDir, Text: "no link to " + at.File}}, Fix: fpmRestart(p, x)}
	}
	return nil
}

func phpModules(ext string) []string {
	if all := modulesOf[ext]; all != nil {
		return all
	}
	return []string{ext}
}

// loadsExtension says that each PHP-FPM of a site loads all modules of an extension.
func loadsExtension(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, ext string) bool {
	all := fpmOf(ctx, f, s)
	for _, p := range all {
		for _, m := range phpModules(ext) {
			if links, err := f.Host.Root.Glob(p.IniDir + "/*-" + m + ".ini"); p.IniDir == "" || err != nil || len(links) == 0 {
				return false
			}
		}
	}
	return len(all) > 0
}

// fpmOf are the PHP-FPMs that run and serve a site; all that run where nobody knows which do.
func fpmOf(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) []*sysinfo.FPM {
	var out []*sysinfo.FPM
	for _, h := range s.Hops {
		if p, _ := f.PoolOf(ctx, h); p != nil && p.Running() && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	if len(out) == 0 {
		return fpmRunning(ctx, f)
	}
	return out
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
