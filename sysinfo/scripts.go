package sysinfo

import (
	"path"
	"slices"
	"strings"

	"fix502/sysinfo/late"
)

// scriptOf is the text of a small script that a unit runs, where its port may be written, and of the scripts that this one runs
// in its turn: start.sh may say no more than "node server.js &".
func (f *Facts) scriptOf(u Unit) string {
	text := f.scriptIn(u.Exec, u.Props["WorkingDirectory"])
	if u.SysV() {
		text = f.smallFile(u.InitScript())
	}
	if text == "" || !starts(u) {
		return text
	}
	return text + "\n" + f.scriptsIn(text, u)
}

// starts says that a unit's command only starts the program that goes on, so that it is a script in its turn.
func starts(u Unit) bool {
	t := u.Type()
	return t == "oneshot" || t == "forking" || strings.Contains(u.Exec, ".sh") || u.SysV()
}

var (
	cdLine   = late.New(`(?m)^\s*cd ["']?(/[^\s"';&]+)`)
	setLines = late.New(`(?m)^\s*(?:export )?(\w+)=["']?(/[^\s"';&]*)`)
)

// scriptFolders and scriptText bound what a script may make of itself: how many folders of each kind it names, how long its text gets with
// the values filled in. Whoever owns the app writes it.
const (
	scriptFolders = 16
	scriptText    = 256 << 10
)

// scriptsIn is the text of the scripts that a shell script names, by their whole path or in the folder it goes to.
func (f *Facts) scriptsIn(text string, u Unit) string {
	script, _, _ := strings.Cut(u.Exec, " ")
	dirs := []string{u.Props["WorkingDirectory"], path.Dir(script)}
	for _, m := range cdLine.FindAllStringSubmatch(text, scriptFolders) {
		dirs = append(dirs, m[1])
	}
	for _, m := range setLines.FindAllStringSubmatch(text, scriptFolders) {
		if strings.Contains(m[2], "$") { // a value of values may double the text with each line
			continue
		}
		dirs = append(dirs, m[2])
		text = strings.NewReplacer("${"+m[1]+"}", m[2], "$"+m[1], m[2]).Replace(text)
		if len(text) > scriptText {
			break
		}
	}
	var out strings.Builder
	for _, dir := range slices.Compact(dirs) {
		out.WriteString(f.scriptIn(strings.NewReplacer("\n", " ", `"`, "", "'", "", ";", " ").Replace(text), dir))
	}
	return out.String()
}

// scriptIn is the text of the first script of a command, in a folder where it has no path of its own.
func (f *Facts) scriptIn(command, dir string) string {
	for w := range strings.FieldsSeq(command) {
		if !slices.Contains([]string{".js", ".py", ".rb", ".sh", ".ini", ".mjs", ".cjs", ".ts", ".php", ".yml", ".toml", ".conf"}, path.Ext(w)) {
			continue
		}
		if !strings.HasPrefix(w, "/") {
			w = path.Join("/", dir, w)
		}
		if text := f.smallFile(w); text != "" {
			return text
		}
	}
	return ""
}

func (f *Facts) smallFile(name string) string {
	b, err := f.Host.Root.ReadFile(name)
	if err != nil || len(b) >= 64<<10 {
		return ""
	}
	return string(b)
}

// SysV says that systemd made the unit of an init script of the old kind.
func (u Unit) SysV() bool { return strings.HasPrefix(u.Fragment, "/run/systemd/generator.late/") }

// InitScript is that script.
func (u Unit) InitScript() string { return "/etc/init.d/" + strings.TrimSuffix(u.Name, ".service") }

// atRunlevel says that an init script is linked to be started at boot.
func (f *Facts) atRunlevel(u Unit) bool {
	links, err := f.Host.Root.Glob("/etc/rc[2345].d/S[0-9][0-9]" + strings.TrimSuffix(u.Name, ".service"))
	return err != nil || len(links) > 0
}
