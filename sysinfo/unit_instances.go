package sysinfo

import (
	"path"
	"strings"

	"fix502/sysinfo/late"
)

// instances are the copies of an admin's templates for which an environment file, or the file of settings that its command is given, was
// made: portal@.service with EnvironmentFile=/etc/portal/%i.env, and /etc/portal/green.env; or the only folder: WorkingDirectory=/home/%i/sync, and one user
// who has it. systemd itself knows nothing of one that neither runs nor is enabled.
func (f *Facts) instances() []string {
	const folder, most = "/etc/systemd/system", 50
	names, _ := f.Host.Root.ReadDir(folder) // none is common
	var out []string
	for _, name := range names {
		prefix, ok := strings.CutSuffix(name, "@.service")
		if !ok || plumbing(name) {
			continue
		}
		file := path.Join(folder, name)
		for _, l := range unitLines(file, f.smallFile(file)) {
			if i := f.filled(l.Value); l.Key == "WorkingDirectory" && len(i) == 1 && !strings.HasSuffix(l.Value, "%i") {
				out = append(out, prefix+"@"+i[0]+".service")
			}
			if l.Key != "EnvironmentFile" && l.Key != "ExecStart" {
				continue
			}
			for word := range strings.FieldsSeq(l.Value) {
				if l.Key == "ExecStart" && !settingsName.MatchString(word) {
					continue
				}
				for _, i := range f.filled(strings.TrimLeft(word[strings.IndexByte(word, '=')+1:], "-")) {
					if len(out) < most {
						out = append(out, prefix+"@"+i+".service")
					}
				}
			}
		}
	}
	return out
}

// settingsName is a file of settings on a command line.
var settingsName = late.New(`^(?:--?[\w-]+=)?/etc/\S+\.(?:conf|cfg|ini|ya?ml|toml|json)$`)

var plainInstance = late.New(`^\w[\w.:-]*$`)

// filled are the words that make a path with %i, in its last part or in one above, that of a file which is there.
func (f *Facts) filled(pattern string) []string {
	before, after, ok := strings.Cut(strings.ReplaceAll(pattern, "%I", "%i"), "%i")
	dir, stem := path.Split(before)
	end, rest, _ := strings.Cut(after, "/")
	if !ok || !path.IsAbs(pattern) || strings.ContainsAny(before+after, "%*?[") || strings.Count(dir, "/") < 3 && (dir != "/home/" || rest == "") {
		return nil
	}
	names, _ := f.Host.Root.ReadDir(dir)
	var out []string
	for _, n := range names {
		word, ok := strings.CutPrefix(n, stem)
		i, fits := strings.CutSuffix(word, end)
		if ok && fits && plainInstance.MatchString(i) && f.Host.Root.Exists(path.Join(dir, n, rest)) {
			out = append(out, i)
		}
	}
	return out
}
