package checks

import (
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// binlogName is a file of MySQL's binary log: a name, and a number of at least six digits.
var binlogName = whenAsked(`^(/[\w./-]+)\.\d{6,}$`)

// binlogGone: somebody threw files of MySQL's binary log away, and its list of them still names them (MySQL's manual, "PURGE BINARY LOGS Statement"). What was
// in them only replicas and a recovery to a moment would have wanted.
func binlogGone(f *sysinfo.Facts, said Evidence, file string) *obstacle {
	m, r := binlogName.FindStringSubmatch(file), f.Host.Root
	if m == nil || r.Exists(file) || !r.Exists(m[1]+".index") || !strings.Contains(said.Text, "[ERROR]") {
		return nil
	}
	list := m[1] + ".index"
	var gone []sysinfo.Place
	here := 0
	for at, line := range linesIn(r, list) {
		name := strings.TrimSpace(line)
		if name != "" && !path.IsAbs(name) {
			name = path.Join(path.Dir(list), name)
		}
		switch {
		case name == "":
		case r.Exists(name):
			here++
		default:
			gone = append(gone, at)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return &obstacle{where: sysinfo.Place{File: list}, says: fmt.Sprintf("%s names %s of its binary log that %s not there", list, plural(len(gone), "file", "files"), map[bool]string{true: "is", false: "are"}[len(gone) == 1]), evidence: []Evidence{said, {Source: gone[0].String(), Text: configLine(r, gone[0])}}, clear: func(x Fix) Fix {
		x = x.Tell("If the files were only moved, bring them back instead. A replica that had not read them has to be made anew. Next time: PURGE BINARY LOGS, or expire_logs_days")
		if here == 0 {
			x.Undo = fmt.Sprintf("mv -nT %s %s", sh(list+".kept"), sh(list))
			return x.Do("None of them is there: put the list aside, it makes a new one", "mv -nT %s %s", sh(list), sh(list+".kept"))
		}
		script := ""
		for _, at := range gone {
			script += fmt.Sprintf("%dd;", at.Line)
		}
		x.Undo = ""
		return x.Do("Take those that are gone out of the list", "sed -i %s %s", sh(strings.TrimSuffix(script, ";")), sh(list))
	}}
}
