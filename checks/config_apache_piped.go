package checks

import (
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// pipedTo is a log that Apache hands to a program, by its whole path: "|/usr/bin/rotatelogs …", with "||" or "|$" in front of it (mod_log_config, piped logs).
var pipedTo = whenAsked(`(?i)^\s*(?:CustomLog|TransferLog|ErrorLog|GlobalLog|ForensicLog)\s+"?\|[|$]?(/[^\s"]+)`)

// pipedGone is a program that Apache hands a log to and that is not there: its test is content, and its start ends over it (AH00104). Apache says so in its
// own error log alone, in a line without a time.
func pipedGone(g *sysinfo.Gateway) *confError {
	for at, line := range linesIn(g.Root, configFiles(g)...) {
		m := pipedTo.FindStringSubmatch(line)
		if m == nil || g.Root.Exists(m[1]) {
			continue
		}
		t := &confError{text: fmt.Sprintf("the program %s, which is to write a log, is not there", path.Clean(m[1])), place: at, evidence: []Evidence{lineOf(g.Root, at)}}
		if said, ok := saidAtStart(g, "AH00104: "); ok {
			t.evidence = append(t.evidence, said)
		}
		return t
	}
	return nil
}

// curePiped lets Apache start where the program of a log is nowhere: what it wrote is a matter of statistics, and the pages are not.
func (t *confError) curePiped(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	m := pipedTo.FindStringSubmatch(line)
	if m == nil || !strings.HasSuffix(t.text, "which is to write a log, is not there") {
		return x, false
	}
	x.Risk, x.Workaround = Medium, true
	return x.Do(fmt.Sprintf("Bring %s back, from a backup or the package that had it, and skip this; until then leave this log out", m[1]), "%s", commentOut(g.Root, t.place)), true
}
