package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// phpFatal500: the page's own code fails; visitors see 500.
func phpFatal500() Check {
	return Check{
		ID: "php-fatal-500", Title: "The site's PHP code runs", Topic: Platform,
		After: []ID{"mysql-down", "mysql-too-many-connections", "php-extension-missing", "php-max-execution-time"},
		Means: `PHP's own errors, an uncaught exception, a missing function, not enough memory by memory_limit, are a 500 for visitors, never a 502: PHP
did answer. The line names file and line of the code. A plugin or theme that was updated lately is the usual reason; a white page without
text means that errors are not displayed, and that is right on a public site.`,
		Run: withOwnWords(phpError([]errlog.Kind{errlog.PHPFatal, errlog.PHPMemory}, func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken) *Finding {
			x := Fix{Title: "Mend the code that the line names", Risk: Low}.Tell("The line names file and line. If it lies in wp-content/plugins/NAME or themes/NAME: rename that folder, look whether the page works, rename it back, and update or replace it")
			if !strings.Contains(line.own(), "/wp-") {
				x = Fix{Title: x.Title, Risk: Low}.Tell("The line names file and line. See what was changed there lately (git log, the dates of the files), and what the error says that it lacks: a file, a class, a service, a setting")
			}
			if line.Kind == errlog.PHPMemory {
				x = Fix{Title: "Find what needs so much memory, or allow it more", Risk: Low}.Tell("Allowed memory size is memory_limit of php.ini or the pool; in WordPress define('WP_MEMORY_LIMIT', '256M') in wp-config.php, above the line 'stop editing'. Times pm.max_children it must still fit the machine")
			}
			if refusedByDatabase(line.own()) {
				x = appsAndDatabase(ctx, f, line.own())
			}
			found := &Finding{Confidence: 0.9, Summary: "PHP code fails with a fatal error: visitors see 500, not 502", Fix: x}
			if says, _ := phpSays(line.Text); says != "" {
				found.Summary = fmt.Sprintf("PHP code fails, and visitors see 500, not 502: %s", shorten(says))
			}
			smallMemory(ctx, f, s, line, found)
			fencedIn(ctx, f, s, line, found)
			walledIn(ctx, f, s, line, found)
			warned(ctx, f, s, line, found)
			return found
		})),
	}
}

// withOwnWords adds the pages that answer 500 by the code's own decision, and of which it wrote why into PHP's log (error_log()), where no error of PHP tells.
func withOwnWords(run func(context.Context, *sysinfo.Facts) ([]Finding, error)) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	words := perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
		if l.answer == nil || l.answer.Status != 500 || l.Scheme != "fastcgi" {
			return nil
		}
		line, ok := saidByPHP(ctx, f, l)
		if _, text, _ := strings.Cut(line.Text, "] "); ok && !phpRemark.MatchString(text) {
			if found := unloadedModule(ctx, f, l.Site, ownPart(text)); found != nil {
				found.Status, found.Covers = Fail, nil
				found.Evidence = append([]Evidence{quoteLine(line)}, found.Evidence...)
				return found
			}
			return &Finding{Status: Fail, Confidence: 0.85, Where: sysinfo.Place{File: logOf(line)}, Summary: "the site's code answers 500 itself, and says: " + shorten(ownPart(text)), Evidence: []Evidence{quoteLine(line), passLine(l)},
				Fix: Fix{Title: "Give the code what it says it lacks", Risk: Low}.Do("Read all that it said in this minute", "tail -n 50 %s", sh(logOf(line)))}
		}
		return nil
	})
	return func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
		out, err := run(ctx, f)
		if err != nil || len(out) > 0 {
			return out, err
		}
		return words(ctx, f)
	}
}

// phpRemark is what PHP says of code that goes on all the same.
var phpRemark = whenAsked(`PHP (?:Notice|Warning|Deprecated|Strict Standards|User \w+):`)
