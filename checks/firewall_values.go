package checks

import (
	"strings"

	"fix502/sysinfo"
)

var (
	ruleDefine = whenAsked(`^\s*(?:re)?define\s+([\w/\\.]+)\s*=\s*(.+?);?\s*$`)                             // nft(8), SYMBOLIC VARIABLES
	ruleAssign = whenAsked(`^\s*(?:export\s+|readonly\s+)?([A-Za-z_]\w*)=["']?([^"'$]*?)["']?\s*(?:#.*)?$`) // a shell script's
)

// ruleVariables are the values that files of rules give their variables: nftables' count in every file that one loads another with, a script's in itself.
type ruleVariables struct {
	nft    map[string]string
	script map[string]map[string]string // of a file
}

// ruleValues reads them.
func ruleValues(r sysinfo.Root, files []string) ruleVariables {
	v := ruleVariables{map[string]string{}, map[string]map[string]string{}}
	for at, line := range linesIn(r, files...) {
		if m := ruleDefine.FindStringSubmatch(line); m != nil {
			v.nft[m[1]] = m[2]
		} else if m := ruleAssign.FindStringSubmatch(line); m != nil {
			if v.script[at.File] == nil {
				v.script[at.File] = map[string]string{}
			}
			v.script[at.File][m[1]] = m[2]
		}
	}
	return v
}

// into fills them into a line of a file.
func (v ruleVariables) into(file, line string) string {
	if !strings.Contains(line, "$") {
		return line
	}
	for _, values := range []map[string]string{v.script[file], v.nft} {
		line = ruleVariable.ReplaceAllStringFunc(line, func(name string) string {
			if value, ok := values[strings.Trim(name, `"${}`)]; ok && len(line) < 4096 {
				return value
			}
			return name
		})
	}
	return line
}

var ruleVariable = whenAsked(`"?\$(?:\{\w+\}|\w+)"?`)
