package checks

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// apacheVariables is the file of shell that Debian's apache2ctl reads before it starts Apache.
const apacheVariables = "/etc/apache2/envvars"

// variableUndefined: an address of Apache's is made of a variable that nothing defines (AH00111, a warning), so that it looks the variable's own name up. Mostly
// its line in envvars went with an update, and a copy of that file has it still.
func variableUndefined(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	a, bad := failsNow(ctx, f, s)
	if s.Gateway.Kind != "apache" || !bad {
		return nil
	}
	for _, line := range f.Fresh(ctx, s) {
		if line.Kind != errlog.ResolveFailed || !strings.Contains(line.Text, "${") || !about(line, a) {
			continue
		}
		for at, text := range linesIn(s.Gateway.Root, configFiles(s.Gateway)...) {
			for _, m := range environmentName.FindAllStringSubmatch(withoutComment(text), -1) {
				if m[1] == "" || !strings.Contains(strings.ToLower(line.Text), strings.ToLower("${"+m[1]+"}")) || !strings.Contains(strings.ToLower(text), "proxy") && !strings.Contains(text, "[P") && !strings.Contains(strings.ToLower(text), "balancermember") {
					continue
				}
				return undefinedAt(s, at, m[1], line)
			}
		}
	}
	return nil
}

func undefinedAt(s *sysinfo.Site, at sysinfo.Place, name string, line sysinfo.LogLine) *Finding {
	r := s.Gateway.Root
	found := &Finding{Status: Fail, Confidence: 0.97, Where: at, Covers: []ID{"upstream-dns", "upstream-port-nothing-listening"},
		Summary:  fmt.Sprintf("Apache knows no variable %s, of which the address at %s is made", name, at),
		Evidence: []Evidence{lineOf(r, at), quoteLine(line)}}
	x := Fix{Title: "Define " + name + " again", Risk: Low}
	sets := regexp.MustCompile(`^\s*(?:export\s+)?` + regexp.QuoteMeta(name) + `=`)
	copies, _ := r.Glob(apacheVariables + "?*") // none is common
	var kept sysinfo.Place
	for _, file := range copies {
		if n := seekIn(r, file, sets); n > 0 && onlyRoots(r, file) {
			if kept.Known() {
				kept = sysinfo.Place{}
				break
			}
			kept = sysinfo.Place{File: file, Line: n}
		}
	}
	if !kept.Known() || !r.Exists(apacheVariables) {
		found.Fix = x.Tell("Define it: export %s=… in %s (Debian), or Define %s … above the line, with what the app's address has there; then restart Apache", name, apacheVariables, name)
		return found
	}
	text := configLine(r, kept)
	if !strings.HasPrefix(text, "export ") {
		text = "export " + text
	}
	found.Where = sysinfo.Place{File: apacheVariables}
	found.Summary += fmt.Sprintf("; %s defined it", kept.File)
	found.Evidence = append(found.Evidence, lineOf(r, kept))
	x.Undo = dropLine(r, apacheVariables, text) + "; systemctl restart apache2"
	found.Fix = x.Do("As the former file had it", "%s", addLine(r, apacheVariables, text)).
		Do("Test the configuration before it is used", "%s", keeperOf(s.Gateway).tested()).
		Do("Apache has its variables from its start", "systemctl restart apache2 && sleep 1")
	return found
}
