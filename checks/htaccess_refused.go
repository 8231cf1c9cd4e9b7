package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
	"fix502/sysinfo/errlog"
)

// htaccessRefused: Apache answers 500 to each page below a .htaccess of which it does not take a line, and says which in its log:
// "/var/www/shop/.htaccess: Invalid command 'RewriteRul', perhaps misspelled …".
func htaccessRefused(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, name string) *Finding {
	answer, bad := failsNow(ctx, f, s)
	a, ok := s.Gateway.Extra.(*sysinfo.Apache)
	if !bad || !ok {
		return nil
	}
	for _, line := range reversed(f.Fresh(ctx, s)) {
		_, said, told := strings.Cut(line.Text, name+": ")
		if line.Event.Source != errlog.Apache || !told {
			continue
		}
		at := htaccessLine(s.Gateway.Root, name, said)
		t := apacheError(s.Gateway, apache.Problem{File: at.File, Line: at.Line, Text: said}, quoteLine(line))
		found := &Finding{Status: Fail, Confidence: 0.96, Where: at, Evidence: append(t.evidence, pageSays(&answer, answerWord(answer))), Covers: []ID{"config-test-fails", "php-fatal-500", "upstream-returned-5xx"},
			Summary: fmt.Sprintf("Apache does not take %s: %s", at, Quote(said))}
		x := t.repairApache(s.Gateway, a, Fix{Title: "Correct that line", Risk: Low}, configLine(s.Gateway.Root, at))
		if module := apache.Brings(unknownName(said)); module != "" && !a.Config.Has(module) {
			x = reload(ctx, f, s.Gateway, x)
		} else {
			x = x.Tell("Load the page: Apache reads the file for each one, and no reload is needed")
		}
		if x.Undo == "" && at.Line > 0 {
			x.Undo = setLine(s.Gateway.Root, at, configLine(s.Gateway.Root, at))
		}
		found.Fix = x
		return found
	}
	return nil
}

// htaccessLine is the first line of a file with the directive that a complaint is about; the file alone where none has it.
func htaccessLine(r sysinfo.Root, name, said string) sysinfo.Place {
	word := unknownName(said)
	if word == "" {
		word = strings.Trim(firstWord(said), ":<>")
	}
	for at, line := range linesIn(r, name) {
		if strings.EqualFold(strings.Trim(firstWord(line), "<>"), word) {
			return at
		}
	}
	return sysinfo.Place{File: name}
}
