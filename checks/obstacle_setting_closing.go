package checks

import (
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

// closing are the settings by which a database or a cache keeps others out: without one of them it is open by default, or less closed.
var closing = []string{"bind-address", "skip-networking", "require-secure-transport", "secure-file-priv", "ssl-ca", "listen_addresses", "password_encryption", "bind", "protected-mode", "requirepass", "aclfile"}

// closes says that a line is such a setting, or a slip of one.
func closes(line string) bool {
	word := strings.ToLower(settingOf(line))
	return slices.Contains(closing, word) || spelling.Closest(word, closing) != ""
}

// settingOf is what a line sets, in a file with or without equals signs.
func settingOf(line string) string { return firstWord(strings.ReplaceAll(line, "=", " ")) }

// shutAgain corrects the slip of such a setting; a value that is wrong is nobody's to guess.
func shutAgain(r sysinfo.Root, x Fix, at sysinfo.Place, line string) Fix {
	wrong := settingOf(line)
	if meant := spelling.Closest(wrong, closing); !slices.Contains(closing, strings.ToLower(wrong)) && strings.Count(line, wrong) == 1 {
		return x.Do(fmt.Sprintf("Correct the slip: %s is %s. Without the line more people could get in than now", wrong, meant), "%s", replace(r, at, wrong, meant))
	}
	x.Undo = ""
	return x.Tell("Correct the line at %s, and leave it in: it keeps others out", at)
}
